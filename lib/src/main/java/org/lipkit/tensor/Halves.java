package org.lipkit.tensor;

import ai.djl.ndarray.NDArray;

/** Compares the two halves of the channels of an array with each other. */
public final class Halves {

  private Halves() {}

  /**
   * Sorts each channel of the first half against the one at the same place in the second. Both
   * results are written straight into their place, so no gradient flows through it.
   *
   * @param x (N, C, ...) with C even, its halves being a and b
   * @return {@code [max(a, b), min(a, b)]}, (N, C, ...)
   */
  public static NDArray sorted(NDArray x) {
    return TorchScript.of(
            "x",
            "constant = torch.detach(x)",
            "half = torch.floordiv(torch.size(constant, 1), 2)",
            "a = torch.slice(constant, 1, 0, half)",
            "b = torch.slice(constant, 1, half)",
            "y = torch.empty_like(constant)",
            "_0 = torch.maximum(a, b, out=torch.slice(y, 1, 0, half))",
            "_1 = torch.minimum(a, b, out=torch.slice(y, 1, half))",
            "y")
        .call(x);
  }
}
