package org.lipkit.loss;

import ai.djl.ndarray.NDArray;

/**
 * EMMA, Efficient Margin MAximization: a penalty weight for each rival, {@code a_i = clip(m_i /
 * r_i, floor, 1)}, so that the worst case against every class is pushed at once (Hu et al. 2023,
 * section 4.2).
 *
 * @param floor the smallest penalty weight, in [0, 1]
 */
public record Emma(double floor) implements MarginLoss {

  /** The floor of the published code. */
  public static final double PUBLISHED_FLOOR = 0.01;

  /** The loss as published, with floor 0.01. */
  public Emma() {
    this(PUBLISHED_FLOOR);
  }

  /**
   * Checks the floor.
   *
   * @param floor in [0, 1]
   */
  public Emma {
    if (!(floor >= 0 && floor <= 1)) {
      throw new IllegalArgumentException("EMMA's floor must lie in [0, 1], not " + floor + ".");
    }
  }

  @Override
  public NDArray penaltyWeights(NDArray ratios, NDArray own) {
    return ratios.clip((float) floor, 1f);
  }

  @Override
  public String toString() {
    return floor == PUBLISHED_FLOOR ? "EMMA" : "EMMA " + floor;
  }
}
