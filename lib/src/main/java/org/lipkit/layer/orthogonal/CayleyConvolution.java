package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.lipkit.bound.CircularMap;
import org.lipkit.bound.LinearMap;
import org.lipkit.layer.Form;
import org.lipkit.layer.LinearLayer;
import org.lipkit.layer.Shapes;
import org.lipkit.layer.WeightInit;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * The orthogonal convolution of Trockman and Kolter 2021 for as many outputs as inputs: on the
 * torus, where images wrap around their edges, a convolution multiplies each frequency of the image
 * with a matrix F, made unitary by the Cayley transform {@code (I + A)^-1 (I - A)}, {@code A = F -
 * F^*}. As in the authors' code, F is that of the kernels {@code alpha w / s} with their middle at
 * the place 0 of the torus. There s is the length of all F of w that a real transform keeps,
 * frequencies 0 to n / 2 along the rows, and the learned alpha begins with its value.
 *
 * <p>In training it counts as 1. Its bound is an estimate at best: no sound norm counts the
 * rounding of Fourier transforms, so it cannot be certified; {@link Soc} and orthogonal {@link
 * ReparametrizedConvolution}s can.
 *
 * <ul>
 *   <li>x and y: (N, channels, n, n)
 *   <li>free kernels w: (channels, channels, kernel, kernel), kernel at most n, not all 0
 *   <li>alpha: (1); b: (channels)
 * </ul>
 */
public final class CayleyConvolution extends LinearLayer {

  private final int kernel;
  private final Parameter weight;
  private final Parameter alpha;
  private final Parameter bias;

  /**
   * Creates the layer; the number of channels is known once it is initialised.
   *
   * @param kernel the free kernels' side, at least 1
   * @param first values of w; b starts at 0
   */
  public CayleyConvolution(int kernel, WeightInit first) {
    Shapes.requireAtLeast("kernel", kernel, 1);
    this.kernel = kernel;
    weight =
        trained("weight", first, input -> new Shape(input.get(0), input.get(0), kernel, kernel));
    alpha = trained("alpha", WeightInit.constant(1), input -> new Shape(1));
    bias = bias(input -> input.slice(0, 1));
  }

  @Override
  protected void drawn(NDManager manager, DataType type) {
    Tensors.scoped(
        () ->
            Tensors.withoutGradient(
                () -> {
                  NDArray length = length(frequencies()).reshape(1);
                  double value = Tensors.toDouble(length);
                  if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
                    throw new IllegalArgumentException(
                        "The first kernels of a CayleyConvolution are divided by their length, which"
                            + " must be above 0 and finite, not "
                            + value
                            + ".");
                  }
                  Tensors.copy(length, alpha.getArray());
                  return null;
                }));
  }

  /**
   * The F of w, (n, n, 2 channels, 2 channels): a real matrix [[Re, -Im], [Im, Re]] per frequency,
   * whose transpose is that of the conjugate, too.
   */
  private NDArray frequencies() {
    long n = inputShape().get(1);
    return LinearOperators.frequencies(LinearOperators.centred(weight.getArray(), n), n);
  }

  /** The length of those that a real transform keeps; the matrices hold every number twice. */
  private static NDArray length(NDArray frequencies) {
    long kept = frequencies.getShape().get(1) / 2 + 1;
    return frequencies.get(":,0:" + kept).square().sum().div(Tensors.scalar(frequencies, 2)).sqrt();
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireImages(name(), input);
    if (input.get(1) != input.get(2) || input.get(1) < kernel) {
      throw Given.refused(
          "A CayleyConvolution needs square images of at least its kernel's %d pixels, not"
              + " %dx%d.",
          kernel, input.get(1), input.get(2));
    }
    return input;
  }

  /** The orthogonal convolution's own kernels, (channels, channels, n, n). */
  @Override
  public NDArray weight() {
    NDArray free = frequencies();
    NDArray f = free.mul(alpha.getArray().div(length(free)));
    NDArray a = f.sub(f.transpose(0, 1, 3, 2));
    NDArray eye = Reparametrization.eye(a.get(0).get(0));
    NDArray unitary = eye.add(a).inverse().matMul(eye.sub(a));
    return LinearOperators.fromFrequencies(unitary);
  }

  @Override
  public NDArray offset() {
    return bias.getArray().reshape(1, -1, 1, 1);
  }

  @Override
  public LinearMap map(NDArray kernels) {
    return new CircularMap(kernels);
  }

  @Override
  protected Form.Estimate estimate() {
    return Form.Estimate.ONE;
  }
}
