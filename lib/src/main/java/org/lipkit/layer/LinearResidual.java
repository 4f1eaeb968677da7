package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.random.RandomGenerator;
import org.lipkit.bound.ConvolutionMap;
import org.lipkit.bound.LinearMap;
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
   * @param scale the number before the residual kernel, {@code 1 / sqrt(number of blocks)} in the
   *     paper
   */
  public LinearResidual(double scale) {
    this.scale = Shapes.requireFinite("scale", scale);
    weight = trained("weight", LinearResidual::small, LinearResidual::kernels);
    affine = trained("affine", WeightInit.constant(1), input -> new Shape(input.get(0), 1, 1, 1));
    bias = bias(input -> input.slice(0, 1));
  }

  private static Shape kernels(Shape input) {
    return new Shape(input.get(0), input.get(0), KERNEL, KERNEL);
  }

  private static NDArray small(
      RandomGenerator random, NDManager manager, Shape shape, DataType type) {
    return WeightInit.gaussian(1.0 / (KERNEL * KERNEL * shape.get(0)))
        .draw(random, manager, shape, type);
  }

  @Override
  protected void drawn(NDManager manager, DataType type) {
    Shape shape = kernels(inputShape());
    int width = Math.toIntExact(shape.get(0));
    double[] delta = new double[width * width * KERNEL * KERNEL];
    for (int c = 0; c < width; c++) {
      delta[(c * width + c) * KERNEL * KERNEL + KERNEL * KERNEL / 2] = 1;
    }
    identity = Tensors.ofDoubles(manager, delta, shape, type);
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireImages(name(), input);
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
  public LinearMap map(NDArray kernels) {
    return new ConvolutionMap(kernels, 1, PADDING, inputShape());
  }
}
