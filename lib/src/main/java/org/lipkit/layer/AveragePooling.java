package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;
import org.lipkit.bound.NormMethod;
import org.lipkit.tensor.LinearOperators;

/**
 * The mean of every k x k window, without padding. A mean of k^2 entries is 1/k-Lipschitz, so the
 * Lipschitz constant is at most {@code sqrt(n) / k}, n the number of windows that one entry can lie
 * in ({@link Pooling}): 1/k where windows do not overlap.
 *
 * <ul>
 *   <li>x: (N, C, H, W); y: (N, C, floor((H - k) / s) + 1, likewise)
 * </ul>
 */
public final class AveragePooling extends Pooling {

  /**
   * Creates the layer.
   *
   * @param kernel the window's side k, at least 1
   * @param stride the step s in both directions, at least 1
   */
  public AveragePooling(int kernel, int stride) {
    super(kernel, stride, 0);
  }

  @Override
  protected double constant() {
    double constant = super.constant() / kernel();
    // Division by a power of two is exact; any other is correctly rounded.
    return Integer.bitCount(kernel()) == 1 ? constant : Math.nextUp(constant);
  }

  @Override
  public NDArray apply(NDArray x, boolean training) {
    return Pool.avgPool2d(
        x,
        new Shape(kernel(), kernel()),
        new Shape(stride(), stride()),
        new Shape(0, 0),
        false,
        true);
  }

  @Override
  public Arithmetic arithmetic(NormMethod method, NDManager manager) {
    return Arithmetic.averaging(
        "AveragePooling",
        bound(method, manager),
        (long) kernel() * kernel(),
        x -> LinearOperators.sumWindows(x, kernel(), stride(), 0));
  }
}
