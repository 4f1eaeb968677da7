package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * {@code y = |x|}, entry by entry, on the first channels and the identity on the others;
 * 1-Lipschitz, exact in floating point, and it keeps gradient norms where no entry is 0. With a
 * share of beta this is LipNeXt's beta-abs.
 *
 * <ul>
 *   <li>x and y: (N, C, ...)
 * </ul>
 */
public final class Abs extends Layer {

  private final double share;

  /** Creates the layer for all channels. */
  public Abs() {
    this(1);
  }

  /**
   * Creates the layer.
   *
   * @param share of the channels that it takes the absolute value of, in [0, 1]
   */
  public Abs(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "An Abs is for a share of the channels in [0, 1], not " + share + ".");
    }
    this.share = share;
  }

  /**
   * {@return of how many channels it takes the absolute value}
   *
   * @param channels of an input
   */
  public long folded(long channels) {
    return Math.round(share * channels);
  }

  @Override
  public Form form(Pass pass) {
    return exact(this::fold);
  }

  private NDArray fold(NDArray x) {
    long channels = x.getShape().get(1);
    long first = folded(channels);
    if (first == 0 || first == channels) {
      return first == 0 ? x : x.abs();
    }
    NDList parts = x.split(new long[] {first}, 1);
    return parts.get(0).abs().concat(parts.get(1), 1);
  }
}
