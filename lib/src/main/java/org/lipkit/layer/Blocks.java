package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import org.lipkit.bound.ConvolutionMap;
import org.lipkit.bound.DenseMap;
import org.lipkit.bound.LinearMap;

/**
 * How evaluation adds up the products of an affine layer: in blocks of input channels, which the
 * engine sums as it likes, and then one block after the other (blocked summation; Higham, Accuracy
 * and Stability, section 4.2). A term then goes through the roundings of its own block and of the
 * sums after it, and not through as many as there are terms, so that what rounding may do to wide
 * layers stays small: 181 roundings instead of 5293 for a 3x3 convolution of 588 channels.
 */
final class Blocks {

  private static final long TERMS = 128;

  /** Blocks of a multiple of this many channels suit the engine's vectors. */
  private static final long LANES = 8;

  private Blocks() {}

  /**
   * The product {@code A x}.
   *
   * @param layer gives the map for the weight of a block
   * @param weight as {@link AffineLayer#weight} returns it, in the type of x
   * @param x (N, channels, ...)
   * @return A x
   */
  static NDArray product(AffineLayer layer, NDArray weight, NDArray x) {
    LinearMap whole = layer.map(weight);
    if (!divides(whole)) {
      return whole.apply(x);
    }
    long channels = weight.getShape().get(1);
    long size = size(weight.getShape());
    NDArray sum = null;
    for (long from = 0; from < channels; from += size) {
      NDIndex block = new NDIndex(":, {}:{}", from, Math.min(channels, from + size));
      NDArray part = layer.map(weight.get(block)).apply(x.get(block));
      sum = sum == null ? part : sum.add(part);
    }
    return sum;
  }

  /**
   * How many roundings a term goes through at most on its way into {@code A x + b}: one of the
   * product, those of the sums in its block, those of the blocks' sums and that of adding b.
   *
   * @param layer the layer
   * @param weight as in {@link #product}
   * @return their number
   */
  static long roundings(AffineLayer layer, NDArray weight) {
    Shape shape = weight.getShape();
    if (!divides(layer.map(weight))) {
      return shape.size() / shape.get(0) + 1;
    }
    long channels = shape.get(1);
    long size = Math.min(channels, size(shape));
    return size * taps(shape) + (channels + size - 1) / size;
  }

  private static boolean divides(LinearMap map) {
    return map instanceof DenseMap
        || map instanceof ConvolutionMap convolution && convolution.groups() == 1;
  }

  /** How many channels make a block. */
  private static long size(Shape weight) {
    long lanes = LANES * taps(weight);
    return (TERMS + lanes - 1) / lanes * LANES;
  }

  /** How many weights join an input channel to an output channel. */
  private static long taps(Shape weight) {
    return weight.slice(2).size();
  }
}
