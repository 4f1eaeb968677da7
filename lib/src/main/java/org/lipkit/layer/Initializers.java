package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/** First values of weights, drawn from a Java generator so that a seed means the same anywhere. */
public final class Initializers {

  private Initializers() {}

  /**
   * The same number everywhere.
   *
   * @param value the number
   * @return the initializer
   */
  public static Initializer constant(double value) {
    return (manager, shape, type) -> {
      double[] entries = new double[Math.toIntExact(shape.size())];
      Arrays.fill(entries, value);
      return Tensors.ofDoubles(manager, entries, shape, type);
    };
  }

  /**
   * Independent normal entries.
   *
   * @param deviation their standard deviation
   * @param random where to draw from
   * @return the initializer
   */
  public static Initializer gaussian(double deviation, RandomGenerator random) {
    return (manager, shape, type) -> {
      NDArray entries = Tensors.gaussian(manager, random, shape, type);
      return entries.mul(Tensors.scalar(entries, deviation));
    };
  }

  /**
   * A uniformly distributed array of Euclidean length 1.
   *
   * @param random where to draw from
   * @return the initializer
   */
  public static Initializer direction(RandomGenerator random) {
    return (manager, shape, type) -> {
      NDArray entries = Tensors.gaussian(manager, random, shape, type);
      return entries.div(entries.norm());
    };
  }

  /**
   * Normal entries with standard deviation {@code 1 / sqrt(fan-in)}, where the fan-in is the
   * product of all axes but the first.
   *
   * @param random where to draw from
   * @return the initializer
   */
  public static Initializer lecun(RandomGenerator random) {
    return scaledByFanIn(1, random);
  }

  /**
   * Normal entries with standard deviation {@code sqrt(2 / fan-in)}, for layers before a ReLU (He
   * et al. 2015); the fan-in as in {@link #lecun}.
   *
   * @param random where to draw from
   * @return the initializer
   */
  public static Initializer he(RandomGenerator random) {
    return scaledByFanIn(2, random);
  }

  private static Initializer scaledByFanIn(double gain, RandomGenerator random) {
    return (manager, shape, type) -> {
      double fanIn = (double) shape.size() / shape.get(0);
      return gaussian(Math.sqrt(gain) / Math.sqrt(fanIn), random).initialize(manager, shape, type);
    };
  }

  /**
   * A uniformly distributed orthogonal matrix (rows or columns orthonormal, whichever are fewer) of
   * the weight reshaped to (first axis, all others).
   *
   * @param random where to draw from
   * @return the initializer
   */
  public static Initializer orthogonal(RandomGenerator random) {
    return (manager, shape, type) -> {
      long rows = shape.get(0);
      long columns = shape.size() / rows;
      Shape tall = new Shape(Math.max(rows, columns), Math.min(rows, columns));
      NDArray q = orthonormal(manager, random, tall, type);
      // Flattening brings the entries into row-major order, as they are when read from a file.
      return (rows >= columns ? q : q.transpose()).flatten().reshape(shape).duplicate();
    };
  }

  private static NDArray orthonormal(
      NDManager manager, RandomGenerator random, Shape tall, DataType type) {
    return Tensors.withoutGradient(
        () ->
            LinearOperators.orthonormalColumns(
                    Tensors.gaussian(manager, random, tall, DataType.FLOAT64))
                .toType(type, true));
  }
}
