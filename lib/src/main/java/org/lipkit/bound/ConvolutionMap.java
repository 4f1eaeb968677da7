package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * The linear operator of a zero-padded convolution on images of one size. With groups it is a
 * block-diagonal one: group g of the outputs reads group g of the inputs and no other.
 *
 * @param weight kernels, (O, I / groups, k, k)
 * @param stride the step in both directions
 * @param padding zeros added on each side
 * @param groups how many independent convolutions stand side by side
 * @param inputShape (I, H, W)
 */
public record ConvolutionMap(NDArray weight, int stride, int padding, int groups, Shape inputShape)
    implements LinearMap {

  /**
   * Describes the operator.
   *
   * @param weight kernels, (O, I / groups, k, k)
   * @param stride the step in both directions, at least 1
   * @param padding zeros added on each side, at least 0
   * @param groups how many independent convolutions stand side by side; divides O
   * @param inputShape (I, H, W)
   * @throws IllegalArgumentException if the kernels are not square or do not fit the padded image
   */
  public ConvolutionMap {
    Shape kernels = weight.getShape();
    boolean fits =
        kernels.dimension() == 4
            && inputShape.dimension() == 3
            && stride >= 1
            && padding >= 0
            && groups >= 1
            && kernels.get(0) % groups == 0
            && kernels.get(2) == kernels.get(3)
            && kernels.get(2) <= Math.min(inputShape.get(1), inputShape.get(2)) + 2L * padding;
    if (!fits) {
      throw Given.refused(
          "A convolution with kernels of shape %s in %d groups, stride %d and padding %d on"
              + " images of shape %s is none that a bound is known of; let the kernels be"
              + " square, (O, I / groups, k, k), and no larger than the padded image.",
          kernels, groups, stride, padding, inputShape);
    }
  }

  /**
   * A convolution of one group.
   *
   * @param weight kernels, (O, I, k, k)
   * @param stride the step in both directions
   * @param padding zeros added on each side
   * @param inputShape (I, H, W)
   */
  public ConvolutionMap(NDArray weight, int stride, int padding, Shape inputShape) {
    this(weight, stride, padding, 1, inputShape);
  }

  @Override
  public NDArray apply(NDArray x) {
    return LinearOperators.convolve(x, weight, null, stride, padding, groups);
  }

  @Override
  public NDArray apply(NDArray x, NDArray offset) {
    return LinearOperators.convolve(x, weight, offset.flatten(), stride, padding, groups);
  }

  @Override
  public NDArray adjoint(NDArray y) {
    return LinearOperators.convolveAdjoint(
        y, weight, stride, padding, groups, inputShape.get(1), inputShape.get(2));
  }

  /**
   * The blocks of the block-diagonal operator; its norm is the largest of theirs. Kernels of one
   * pixel without padding do the same wherever they are used, so that one place stands for all.
   *
   * @return one convolution per group, each of one group
   */
  List<ConvolutionMap> blocks() {
    boolean isPointwise = weight.getShape().get(2) == 1 && padding == 0;
    Shape pixels = isPointwise ? new Shape(1, 1) : inputShape.slice(1);
    Shape image = new Shape(inputChannels()).addAll(pixels);
    return weight.split(groups, 0).stream()
        .map(kernels -> new ConvolutionMap(kernels, stride, padding, image))
        .toList();
  }

  ConvolutionMap withWeight(NDArray other) {
    return new ConvolutionMap(other, stride, padding, groups, inputShape);
  }

  int outputChannels() {
    return (int) weight.getShape().get(0);
  }

  /** How many input channels an output reads. */
  int inputChannels() {
    return (int) weight.getShape().get(1);
  }

  ConvolutionAxis rows() {
    return axis(1);
  }

  ConvolutionAxis columns() {
    return axis(2);
  }

  private ConvolutionAxis axis(int axis) {
    return new ConvolutionAxis(
        (int) inputShape.get(axis), (int) weight.getShape().get(1 + axis), stride, padding);
  }

  /** How many outputs the whole operator has. */
  long outputs() {
    return (long) outputChannels() * rows().outputs() * columns().outputs();
  }

  /**
   * Writes an operator of one group out as a matrix: copies of the weights, without any rounding.
   *
   * @param entries the kernels' entries in row-major order
   * @return (outputs, inputs) in row-major order
   */
  double[] matrix(double[] entries) {
    ConvolutionAxis rows = rows();
    ConvolutionAxis columns = columns();
    int inputs = (int) inputShape.size();
    double[] matrix = new double[Math.toIntExact(outputs() * inputs)];
    int row = 0;
    for (int o = 0; o < outputChannels(); o++) {
      for (int y = 0; y < rows.outputs(); y++) {
        for (int x = 0; x < columns.outputs(); x++) {
          int top = stride * y - padding;
          int left = stride * x - padding;
          for (int i = 0; i < inputChannels(); i++) {
            for (int a = Math.max(0, -top); a < Math.min(rows.kernel(), rows.length() - top); a++) {
              for (int b = Math.max(0, -left);
                  b < Math.min(columns.kernel(), columns.length() - left);
                  b++) {
                int pixel = (i * rows.length() + top + a) * columns.length() + left + b;
                matrix[row * inputs + pixel] = entries[kernelIndex(o, i, a, b)];
              }
            }
          }
          row++;
        }
      }
    }
    return matrix;
  }

  /** Where the weight of output channel o, input channel i and tap (a, b) stands in the array. */
  int kernelIndex(int o, int i, int a, int b) {
    return ((o * inputChannels() + i) * rows().kernel() + a) * columns().kernel() + b;
  }

  @Override
  public NDManager newManager() {
    return Tensors.newManagerBeside(weight);
  }
}
