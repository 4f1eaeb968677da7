package org.lipkit.tensor;

import ai.djl.ndarray.NDArray;

/**
 * Euclidean lengths for which no size of the entries matters: before they are squared, the entries
 * are divided by the power of two next below the largest one, which does not round.
 */
public final class Lengths {

  private static final String LARGEST = "largest = torch.max(torch.abs(torch.detach(x)))";
  private static final String EXPONENT =
      "exponent = torch.clamp(torch.sub((torch.frexp(largest))[1], 1), -126, 126)";
  private static final String SIZE = "size = torch.ldexp(torch.ones_like(largest), exponent)";

  private static final TorchScript SCALED =
      TorchScript.of("x", LARGEST, EXPONENT, SIZE, "torch.div(x, size)");
  private static final TorchScript LENGTH =
      TorchScript.of(
          "x",
          LARGEST,
          EXPONENT,
          SIZE,
          "torch.mul(torch.linalg_vector_norm(torch.div(x, size)), size)");

  private Lengths() {}

  /**
   * A multiple of an array with entries of the size of 1.
   *
   * @param x any array
   * @return x divided by the power of two next below its largest absolute entry, of which the
   *     exponent lies in [-126, 126]
   */
  public static NDArray scaled(NDArray x) {
    return SCALED.call(x);
  }

  /**
   * An array's length; it over- and underflows only where the entries do.
   *
   * @param x any array
   * @return ||x||, a scalar, differentiable
   */
  public static NDArray of(NDArray x) {
    return LENGTH.call(x);
  }

  /**
   * The direction of an array after a small step in another one.
   *
   * @param x any array
   * @param v of the same shape
   * @param shift s
   * @return y / ||y|| for y = scaled(x) + s v
   */
  public static NDArray direction(NDArray x, NDArray v, double shift) {
    return TorchScript.of(
            "x, v",
            LARGEST,
            EXPONENT,
            SIZE,
            "y = torch.add(torch.div(x, size), v, alpha=" + shift + ")",
            "torch.div(y, torch.linalg_vector_norm(y))")
        .call(x, v);
  }
}
