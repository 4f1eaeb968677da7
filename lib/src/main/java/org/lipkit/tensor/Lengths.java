package org.lipkit.tensor;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Euclidean lengths of the rows of an array, whatever axes a row has, for which no size of the
 * entries matters: before they are squared, a row's entries are divided by the largest of them.
 */
public final class Lengths {

  private static final String[] SIZES = {
    "rows = torch.flatten(x, 1)",
    "largest = torch.amax(torch.abs(torch.detach(rows)), [1], True)",
    "size = torch.clamp(largest, " + Float.MIN_NORMAL + ", None)",
    "scaled = torch.div(rows, size)"
  };

  private static final TorchScript SCALED = script("x", "torch.reshape(scaled, torch.size(x))");
  private static final TorchScript LENGTHS =
      script("x", "torch.mul(torch.linalg_vector_norm(scaled, 2, [1]), torch.squeeze(size, 1))");

  private Lengths() {}

  private static TorchScript script(String arguments, String... lines) {
    return TorchScript.of(
        arguments,
        Stream.concat(Arrays.stream(SIZES), Arrays.stream(lines)).toArray(String[]::new));
  }

  /**
   * Multiples of an array's rows with entries of at most 1.
   *
   * @param x (N, ...)
   * @return x, each row divided by its largest absolute entry, or by 2^-126 if that is larger
   */
  public static NDArray scaled(NDArray x) {
    return SCALED.call(x);
  }

  /**
   * The rows' lengths; they over- and underflow only where the entries do.
   *
   * @param x (N, ...)
   * @return the length of each row, (N), differentiable
   */
  public static NDArray of(NDArray x) {
    return LENGTHS.call(x);
  }

  /**
   * The directions of an array's rows after a small step in others.
   *
   * @param x (N, ...)
   * @param v of the same shape
   * @param shift s
   * @return y / ||y|| for every row y of scaled(x) + s v
   */
  public static NDArray directions(NDArray x, NDArray v, double shift) {
    return script(
            "x, v",
            "y = torch.add(scaled, torch.flatten(v, 1), alpha=" + shift + ")",
            "unit = torch.div(y, torch.linalg_vector_norm(y, 2, [1], True))",
            "torch.reshape(unit, torch.size(x))")
        .call(x, v);
  }
}
