package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import org.lipkit.bound.ConvolutionMap;
import org.lipkit.bound.DenseMap;
import org.lipkit.bound.LinearMap;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.Tensors;

/**
 * How evaluation adds up the products of an affine layer: in blocks of input channels, which the
 * engine sums as it likes, and then one block after the other (blocked summation; Higham, Accuracy
 * and Stability, section 4.2). The offset is a further term of the first block. A term then goes
 * through the roundings of its own block and of the sums after it, and not through as many as there
 * are terms, so that what rounding may do to wide layers stays small: 181 roundings instead of 5293
 * for a 3x3 convolution of 588 channels.
 *
 * <p>A block has the smallest multiple of 8 channels with at least 128 products. Dense layers and
 * convolutions of one group have blocks; anything else is one block.
 */
public final class Blocks {

  private static final long PRODUCTS = 128;
  private static final long LANES = 8;

  private Blocks() {}

  /**
   * The output {@code A x + b}; convolutions take the channels of a pixel side by side. In
   * bfloat16, where each block's sum would be rounded to 8 bits, there is only one block.
   *
   * @param geometry gives the map for the weight of a block
   * @param weight as {@link Form.Linear#weight} returns it, in the type of x
   * @param offset b, as {@link Form.Linear#offset} returns it, in the type of x
   * @param x (N, channels, ...)
   * @return A x + b
   */
  public static NDArray affine(
      Function<NDArray, LinearMap> geometry, NDArray weight, NDArray offset, NDArray x) {
    LinearMap whole = geometry.apply(weight);
    NDArray input = whole instanceof ConvolutionMap ? Tensors.channelsLast(x) : x;
    return isBlocked(whole) && !BFloat16.is(x)
        ? sum(geometry, weight, offset, input)
        : whole.apply(input, offset);
  }

  private static NDArray sum(
      Function<NDArray, LinearMap> geometry, NDArray weight, NDArray offset, NDArray x) {
    long channels = weight.getShape().get(1);
    long size = channels(weight.getShape());
    NDArray sum = null;
    for (long from = 0; from < channels; from += size) {
      NDIndex block = new NDIndex(":, {}:{}", from, Math.min(channels, from + size));
      LinearMap map = geometry.apply(weight.get(block));
      if (sum == null) {
        sum = map.apply(x.get(block), offset);
      } else {
        NDArray part = map.apply(x.get(block));
        sum.addi(part);
        part.close();
      }
    }
    return sum;
  }

  /**
   * {@return how many of a row's weights a block reads; the last block may have fewer}
   *
   * @param form a linear form
   */
  public static long products(Form.Linear form) {
    Shape shape = form.weight().getShape();
    long all = shape.size() / shape.get(0);
    return isBlocked(form.map()) ? Math.min(all, channels(shape) * taps(shape)) : all;
  }

  /**
   * {@return how many blocks there are}
   *
   * @param form a linear form
   */
  public static long count(Form.Linear form) {
    long products = products(form);
    NDArray weight = form.weight();
    return (weight.size() / weight.getShape().get(0) + products - 1) / products;
  }

  /**
   * {@return how many roundings a term goes through at most on its way into {@code A x + b}: one of
   * the product, those of the sums of its block with b, and those of the blocks' sums}
   *
   * @param form a linear form
   */
  public static long roundings(Form.Linear form) {
    return products(form) + count(form);
  }

  private static boolean isBlocked(LinearMap map) {
    return map instanceof DenseMap
        || map instanceof ConvolutionMap convolution && convolution.groups() == 1;
  }

  private static long channels(Shape weight) {
    long perStep = LANES * taps(weight);
    return (PRODUCTS + perStep - 1) / perStep * LANES;
  }

  /** How many weights join an input channel to an output channel. */
  private static long taps(Shape weight) {
    return weight.slice(2).size();
  }
}
