package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.lipkit.bound.Bound;
import org.lipkit.bound.Upward;

/**
 * A map {@code x -> A x + b} as rounding sees it. Every output entry is a sum of products, and each
 * of its terms goes through at most g roundings: for a dot product of n terms and a bias these are
 * one of the product and n of the sums, in whatever order they are taken, with fused multiply-add
 * or without, and fewer where the sum is taken in {@link Blocks}. The computed output then obeys
 * (Higham, Accuracy and Stability, section 3.1), entry by entry,
 *
 * <pre>  |fl(A x + b) - (A x + b)|  &lt;=  gamma_g (|A| |x| + |b|)  +  underflow,</pre>
 *
 * with {@code gamma_g = g u / (1 - g u)}, u = 2^-24 in float32, and no partial sum overflows, in
 * whatever order, while twice the magnitude and the underflow are below the largest float32 number.
 * So the magnitude is {@code m(|x|) = |A| |x| + |b|}, with {@code mu = || |A| ||}. A continuous map
 * {@code A(x) x + b} with {@code |A(x)| <= |A|} for all x may be given likewise, if it obeys this
 * inequality.
 *
 * <p><b>What is assumed of the engine.</b> That it multiplies and adds: not so Winograd's and
 * Fourier's convolutions, nor TF32 and bfloat16. In the libtorch 2.7.1 used here PyTorch hands
 * convolutions to oneDNN by ideep's {@code convolution_forward}, whose default algorithm is {@code
 * convolution_direct}, and the library holds no Winograd kernel of oneDNN for x86; PyTorch's own
 * depthwise one is compiled for ARM and RISC-V alone ({@code use_cpu_depthwise3x3_winograd}), and
 * NNPACK comes after oneDNN. Before every split {@code EngineProbe} checks the assumption for each
 * layer by products that only multiplication in full float32 gets right.
 *
 * @param layer the layer's name, for messages
 * @param norm ||A||
 * @param absoluteNorm at least || |A| ||, the norm of the absolute values
 * @param largestRow at least every row's sum of absolute values
 * @param roundings g, at most 2^22
 * @param terms how many numbers an entry adds up, b included; at most 2^22
 * @param value {@code A x + b} in FLOAT64, with g roundings at most, from x in FLOAT64
 * @param magnitude {@code |A| x + |b|} in FLOAT64 likewise, from x >= 0
 */
public record SummationModel(
    String layer,
    Bound norm,
    double absoluteNorm,
    double largestRow,
    long roundings,
    long terms,
    UnaryOperator<NDArray> value,
    UnaryOperator<NDArray> magnitude)
    implements RoundingModel {

  /**
   * A map that treats every entry by itself. A term goes through as many roundings as there are
   * terms.
   *
   * @param layer the layer's name, for messages
   * @param constant at least ||A||, || |A| || and every row's sum of absolute values
   * @param roundings g
   * @param value {@code A x + b}, from x in FLOAT64 as in FLOAT32
   * @param magnitude {@code |A| x + |b|} in FLOAT64, from x >= 0
   */
  public SummationModel(
      String layer,
      double constant,
      long roundings,
      UnaryOperator<NDArray> value,
      UnaryOperator<NDArray> magnitude) {
    this(
        layer,
        Bound.upper(constant, "closed form"),
        constant,
        constant,
        roundings,
        roundings,
        value,
        magnitude);
  }

  /**
   * A product or sum that is flushed to 0 costs at most the smallest normal number, and so does an
   * operand taken as 0 because it is subnormal, times the other operand: {@code smallest (sum_j
   * |A_ij| + sum_j |x_j| + 3 n)} for n terms, at most doubled by the roundings after it.
   */
  @Override
  public double underflow(double unit, double length, long outputs) {
    double perEntry = Upward.plus(Upward.plus(underflowOf(unit, length), largestRow), 3.0 * terms);
    return Upward.times(2 * RoundingModel.smallest(unit) * Upward.root(outputs), perEntry);
  }

  @Override
  public double underflowSlope(double unit, double length, long outputs) {
    return Upward.times(
        2 * RoundingModel.smallest(unit) * Upward.root(outputs), underflowOf(unit, length));
  }

  private double underflowOf(double unit, double length) {
    return Upward.times(Upward.root(terms), length);
  }
}
