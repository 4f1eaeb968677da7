package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.lipkit.bound.Bound;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/**
 * The Euclidean norm of every k x k window, {@code y = sqrt(sum x_i^2)}. A norm is 1-Lipschitz, so
 * the layer's constant is {@code sqrt(n)}, n the number of windows that one entry can lie in
 * ({@link Pooling}), and no less: at x = 0 a change of such an entry alone changes n outputs by as
 * much. Padding counts as 0.
 *
 * <p>It is computed as {@code sqrt(max(sum x_i^2, 2^-126))}. So an output is never below 2^-63, and
 * where it would be, the gradient is 0 instead of infinite.
 *
 * <p><b>Rounding.</b> The squares and sums of a window lie between {@code (1 - u)^(k^2)} and {@code
 * (1 + u)^(k^2)} times the exact ones, as all are positive; the root halves that and adds a
 * rounding of its own. Hence {@code |fl(y) - y| <= gamma_g y} with {@code g = k^2 + 1}, so that y
 * is its own magnitude. Underflow takes at most 2^-126 off a square, and as much off a sum, k^2 of
 * each and doubled by later roundings; the maximum adds at most 2^-126. As {@code |sqrt(a) -
 * sqrt(b)| <= sqrt(|a - b|)} this changes y by at most {@code sqrt(4 k^2 + 1) 2^-63}, hence by less
 * than {@code 3 k 2^-63} after the root's rounding. No square or sum overflows while y is below
 * 2^63.
 *
 * <ul>
 *   <li>x: (N, C, H, W); y: (N, C, floor((H + 2p - k) / s) + 1, likewise)
 * </ul>
 */
public final class L2NormPooling extends Pooling {

  private static final double LEAST = 0x1p-63;

  /**
   * Creates the layer.
   *
   * @param kernel the window's side k, at least 1
   * @param stride the step s in both directions, at least 1
   * @param padding the padding p on each side, from 0 to half the kernel
   */
  public L2NormPooling(int kernel, int stride, int padding) {
    super(kernel, stride, padding);
  }

  @Override
  public Form form(Pass pass) {
    return rounded(
        new PoolingModel(
            name(),
            Bound.upper(rootOfUses(), "closed form"),
            entries() + 1,
            unit -> 3 * rows().kernel() * LEAST,
            0x1p63,
            this::norms));
  }

  /** In float32 where x is in bfloat16, which has too few digits for sums of squares. */
  private NDArray norms(NDArray x) {
    NDArray squares = BFloat16.widen(x).square();
    NDArray norms =
        LinearOperators.sumWindows(
                padded(squares, 0),
                new Shape(rows().kernel(), columns().kernel()),
                new Shape(rows().stride(), columns().stride()))
            .maximum(Tensors.scalar(squares, LEAST * LEAST))
            .sqrt();
    return BFloat16.match(norms, x);
  }
}
