package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.lipkit.bound.Bound;
import org.lipkit.bound.Upward;

/**
 * A Lipschitz map f as rounding sees it. Beside f there is a map m, the magnitude of what is added
 * up on the way to each output entry, such that for every float32 input x, entry by entry,
 *
 * <pre>  |fl(f(x)) - f(x)|  &lt;=  gamma m(|x|)  +  underflow,</pre>
 *
 * and for float64 likewise with its own gamma. It obeys {@code ||m(|x|)|| <= ||m(|x'|)|| + mu ||x -
 * x'||} with a number mu, {@link #absoluteNorm}.
 */
public interface RoundingModel {

  /** The unit roundoff u of float32. */
  double FLOAT = 0x1p-24;

  /** The unit roundoff u of float64. */
  double DOUBLE = 0x1p-53;

  /** {@return the layer's name, for messages} */
  String layer();

  /** {@return a bound of the map's Lipschitz constant} */
  Bound norm();

  /** {@return at least mu, the growth of the magnitude} */
  double absoluteNorm();

  /** {@return how many roundings a term goes through at most; at most 2^22} */
  long roundings();

  /** {@return f in FLOAT64, from (N, ...) to (N, ...)} */
  UnaryOperator<NDArray> value();

  /** {@return m in FLOAT64, for arguments without negative entries} */
  UnaryOperator<NDArray> magnitude();

  /**
   * {@return at least the relative error gamma}
   *
   * @param unit {@link #FLOAT} or {@link #DOUBLE}
   */
  default double gamma(double unit) {
    return Upward.gamma(roundings(), unit);
  }

  /**
   * {@return the length at most of what underflow adds to the error}
   *
   * @param unit {@link #FLOAT} or {@link #DOUBLE}
   * @param length at least ||x||
   * @param outputs how many output entries there are
   */
  double underflow(double unit, double length, long outputs);

  /**
   * {@return how much {@link #underflow} grows at most}
   *
   * @param unit {@link #FLOAT} or {@link #DOUBLE}
   * @param length at least the increment of ||x||
   * @param outputs how many output entries there are
   */
  double underflowSlope(double unit, double length, long outputs);

  /**
   * {@return a number L such that no intermediate result overflows float32 while twice the sum of
   * {@code ||m(|x|)||} and the underflow is below L}
   */
  default double largest() {
    return Float.MAX_VALUE;
  }

  /**
   * {@return the smallest normal number of float32 or of float64}
   *
   * @param unit {@link #FLOAT} or {@link #DOUBLE}
   */
  static double smallest(double unit) {
    return unit == FLOAT ? Float.MIN_NORMAL : Double.MIN_NORMAL;
  }
}
