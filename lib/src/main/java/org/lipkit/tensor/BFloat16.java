package org.lipkit.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * The 16-bit type with float32's range and 8 bits of significand, for training: twice as fast or
 * more on processors that multiply in it, slower on others ({@link BFloat16Speed}). Weights stay
 * float32; a linear layer casts them to its input's type, and gradients come back in float32.
 */
public final class BFloat16 {

  /** What the array library calls types that it has no name for; bfloat16 is the only one here. */
  private static final DataType NAMELESS = DataType.UNKNOWN;

  private BFloat16() {}

  /**
   * An array in bfloat16.
   *
   * @param x a FLOAT32 array
   * @return the same, rounded to nearest
   */
  public static NDArray of(NDArray x) {
    return TorchScript.of("x", "torch.to(x, 15)").call(x);
  }

  /**
   * Whether an array is in bfloat16.
   *
   * @param x any array
   * @return true if it is
   */
  public static boolean is(NDArray x) {
    return x.getDataType() == NAMELESS;
  }

  /**
   * A weight in the type of what it multiplies; differentiable.
   *
   * @param weight the weight
   * @param x what it will multiply
   * @return the weight itself unless x is in bfloat16
   */
  public static NDArray match(NDArray weight, NDArray x) {
    return is(x) ? TorchScript.of("w, x", "torch.to(w, x)").call(weight, x) : weight;
  }

  /**
   * An array back in float32; differentiable, which {@link NDArray#toType} is not.
   *
   * @param x any array
   * @return x itself unless it is in bfloat16
   */
  public static NDArray widen(NDArray x) {
    return is(x) ? TorchScript.of("x", "torch.to(x, 6)").call(x) : x;
  }
}
