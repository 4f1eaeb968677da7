package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.lipkit.bound.Bound;

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

  /**
   * The layer's name, for messages.
   *
   * @return the name
   */
  String layer();

  /**
   * The map's Lipschitz constant.
   *
   * @return its bound
   */
  Bound norm();

  /**
   * The growth mu of the magnitude.
   *
   * @return at least mu
   */
  double absoluteNorm();

  /**
   * The map in FLOAT64.
   *
   * @return f, from (N, ...) to (N, ...)
   */
  UnaryOperator<NDArray> value();

  /**
   * The magnitude in FLOAT64.
   *
   * @return m, for arguments without negative entries
   */
  UnaryOperator<NDArray> magnitude();

  /**
   * The relative error.
   *
   * @param unit {@link SummationModel#FLOAT} or {@link SummationModel#DOUBLE}
   * @return at least gamma
   */
  double gamma(double unit);

  /**
   * What underflow adds to the error's length.
   *
   * @param unit {@link SummationModel#FLOAT} or {@link SummationModel#DOUBLE}
   * @param length at least ||x||
   * @param outputs how many output entries there are
   * @return the error's length at most
   */
  double underflow(double unit, double length, long outputs);

  /**
   * The part of {@link #underflow} that grows with ||x||, for an increment of it.
   *
   * @param unit {@link SummationModel#FLOAT} or {@link SummationModel#DOUBLE}
   * @param length at least the increment of ||x||
   * @param outputs how many output entries there are
   * @return the increment of the error's length at most
   */
  double underflowSlope(double unit, double length, long outputs);

  /**
   * No intermediate result overflows float32 while twice the sum of {@code ||m(|x|)||} and the
   * underflow is below this number.
   *
   * @return the number
   */
  default double largest() {
    return Float.MAX_VALUE;
  }
}
