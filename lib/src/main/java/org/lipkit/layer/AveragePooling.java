package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/**
 * The mean of every window, taken over the pixels that it holds; padding counts as none. A mean of
 * m entries is {@code 1 / sqrt(m)}-Lipschitz, so the Lipschitz constant is at most the root of
 * {@code max_i sum_{W holds i} 1 / m_W} ({@link Pooling}): 1/k for k x k windows that do not
 * overlap.
 *
 * <ul>
 *   <li>x: (N, C, H, W); y: (N, C, windows along H, windows along W)
 * </ul>
 */
public final class AveragePooling extends Pooling {

  private static final MathContext ABOVE = new MathContext(40, RoundingMode.CEILING);

  /**
   * Creates a layer of square windows without padding.
   *
   * @param kernel the window's side k, at least 1
   * @param stride the step s in both directions, at least 1
   */
  public AveragePooling(int kernel, int stride) {
    super(kernel, stride, 0);
  }

  /**
   * Creates a layer of any windows.
   *
   * @param rows the windows along the image's height, of dilation 1; each must hold a pixel
   * @param columns those along its width
   */
  public AveragePooling(Window rows, Window columns) {
    super(rows, columns);
    if (rows.dilation() != 1 || columns.dilation() != 1) {
      throw new IllegalArgumentException("An AveragePooling needs windows of dilation 1.");
    }
  }

  @Override
  public Form form(Pass pass) {
    double constant = root(load(rows(), height()), load(columns(), width()));
    return rounded(PoolingModel.means(name(), constant, entries(), this::means));
  }

  private static BigDecimal load(Window window, int length) {
    int[] held = window.held(length);
    return window.largestLoad(
        length, o -> BigDecimal.ONE.divide(BigDecimal.valueOf(held[o]), ABOVE));
  }

  /** In float32 where x is in bfloat16, which has too few digits for sums. */
  private NDArray means(NDArray x) {
    NDArray sums =
        LinearOperators.sumWindows(
            padded(BFloat16.widen(x), 0),
            new Shape(rows().kernel(), columns().kernel()),
            new Shape(rows().stride(), columns().stride()));
    return BFloat16.match(sums.div(counts(sums)), x);
  }

  /** How many pixels each window holds. */
  private NDArray counts(NDArray sums) {
    int[] down = rows().held(height());
    int[] across = columns().held(width());
    double[] counts =
        Arrays.stream(down)
            .boxed()
            .flatMapToDouble(m -> Arrays.stream(across).mapToDouble(n -> (double) m * n))
            .toArray();
    return Arrays.stream(counts).allMatch(count -> count == counts[0])
        ? Tensors.scalar(sums, counts[0])
        : Tensors.ofDoubles(
            sums.getManager(), counts, sums.getShape().slice(2), sums.getDataType());
  }
}
