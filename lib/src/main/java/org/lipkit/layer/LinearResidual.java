package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.random.RandomGenerator;
import org.lipkit.bound.ConvolutionMap;
import org.lipkit.bound.LinearMap;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/**
 * The LiResNet block's linear part, {@code x -> (I + G) * x + b}: the skip connection lies inside
 * one convolution whose kernel is {@code identity + scale * affine_o * w_o}, so its Lipschitz
 * constant is the norm of one linear map and not the loose {@code 1 + ||G||} of a conventional
 * residual block (Hu et al. 2023, section 4.1).
 *
 * <ul>
 *   <li>x and y: (N, W, H, H')
 *   <li>w: (W, W, 3, 3), normal with deviation 1 / (9 W); affine: (W, 1, 1, 1), ones; b: (W), zeros
 * </ul>
 */
public class LinearResidual extends LinearLayer {

  private static final int KERNEL = 3;
  private static final int PADDING = 1;

  private final double scale;
  private final Parameter weight;
  private final Parameter affine;
  private final Parameter bias;
  private NDArray identity;

  /**
   * Creates the block; the width is known once it is initialised.
   *
   * @param scale the factor before the residual kernel, {@code 1 / sqrt(number of blocks)} in the
   *     paper
   * @param random draws w and the first power-iteration vector
   */
  public LinearResidual(double scale, RandomGenerator random) {
    super(random);
    this.scale = scale;
    Initializer small =
        (manager, shape, type) ->
            Initializers.gaussian(1.0 / (KERNEL * KERNEL * shape.get(0)), random)
                .initialize(manager, shape, type);
    weight = addWeight(small);
    affine =
        addParameter(Parameter.builder().setName("affine").setType(Parameter.Type.GAMMA).build());
    bias = addBias();
    addVector();
  }

  @Override
  protected void prepare(Shape[] inputs) {
    long width = inputShape().get(0);
    weight.setShape(new Shape(width, width, KERNEL, KERNEL));
    affine.setShape(new Shape(width, 1, 1, 1));
    bias.setShape(new Shape(width));
    prepareVector();
  }

  @Override
  public void initialize(NDManager manager, DataType type, Shape... inputs) {
    super.initialize(manager, type, inputs);
    int width = Math.toIntExact(inputShape().get(0));
    double[] delta = new double[width * width * KERNEL * KERNEL];
    for (int c = 0; c < width; c++) {
      delta[(c * width + c) * KERNEL * KERNEL + KERNEL * KERNEL / 2] = 1;
    }
    identity = Tensors.ofDoubles(manager, delta, weight.getShape(), type);
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireImages(getClass().getSimpleName(), input);
    return input;
  }

  @Override
  public NDArray weight() {
    return residual().add(identity);
  }

  /** The kernel of G, (W, W, 3, 3). */
  final NDArray residual() {
    return weight.getArray().mul(affine.getArray().mul(Tensors.scalar(identity, scale)));
  }

  @Override
  public NDArray offset() {
    return bias.getArray().reshape(1, -1, 1, 1);
  }

  @Override
  protected NDArray applyInTraining(NDArray x) {
    return convolved(x, weight(), offset().flatten());
  }

  /** A convolution with the block's window. */
  final NDArray convolved(NDArray x, NDArray kernels, NDArray bias) {
    return LinearOperators.convolve(x, kernels, bias, 1, PADDING, 1);
  }

  @Override
  public LinearMap map(NDArray kernels) {
    return new ConvolutionMap(kernels, 1, PADDING, inputShape());
  }
}
