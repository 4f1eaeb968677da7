package org.lipkit.loss;

import ai.djl.ndarray.NDArray;

/**
 * EMMA, Efficient Margin MAximization: a share for each rival, {@code a_i = clip(m_i / r_i, floor,
 * 1)}, so that the worst case against every class is pushed at once (Hu et al. 2023, section 4.2).
 */
public final class Emma extends MarginLoss {

  /** The floor of the published code. */
  public static final double PUBLISHED_FLOOR = 0.01;

  private final float floor;

  /** The loss as published, with floor 0.01. */
  public Emma() {
    this(PUBLISHED_FLOOR);
  }

  /**
   * The loss with another floor.
   *
   * @param floor the smallest share, in [0, 1]
   */
  public Emma(double floor) {
    if (!(floor >= 0 && floor <= 1)) {
      throw new IllegalArgumentException("EMMA's floor must lie in [0, 1], not " + floor + ".");
    }
    this.floor = (float) floor;
  }

  @Override
  protected NDArray shares(NDArray ratios, NDArray own) {
    return ratios.clip(floor, 1f);
  }
}
