package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * First values of a parameter, drawn from a Java generator so that a seed means the same anywhere.
 */
@FunctionalInterface
public interface WeightInit {

  /** Uniformly distributed, of Euclidean length 1. */
  WeightInit DIRECTION =
      (random, manager, shape, type) -> {
        NDArray entries = Tensors.gaussian(manager, random, shape, type);
        return entries.div(entries.norm());
      };

  /**
   * Normal with standard deviation {@code 1 / sqrt(fan-in)}; the fan-in is the product of all axes
   * but the first.
   */
  WeightInit LECUN = scaledByFanIn(1);

  /** Normal with standard deviation {@code sqrt(2 / fan-in)}, for a ReLU (He et al. 2015). */
  WeightInit HE = scaledByFanIn(2);

  /**
   * PyTorch's default for dense layers and convolutions: evenly distributed in {@code [-r, r)} with
   * {@code r = 1 / sqrt(fan-in)}, the bias like the weight that it stands beside.
   */
  WeightInit PYTORCH =
      new WeightInit() {
        @Override
        public NDArray draw(RandomGenerator random, NDManager manager, Shape shape, DataType type) {
          return uniform(1 / Math.sqrt(fanIn(shape))).draw(random, manager, shape, type);
        }

        @Override
        public WeightInit bias(Shape weight) {
          return uniform(1 / Math.sqrt(fanIn(weight)));
        }
      };

  /**
   * A uniformly distributed orthogonal matrix (rows or columns orthonormal, whichever are fewer) as
   * the weight reshaped to (first axis, all others).
   */
  WeightInit ORTHOGONAL =
      (random, manager, shape, type) -> {
        long rows = shape.get(0);
        long columns = shape.size() / rows;
        Shape tall = new Shape(Math.max(rows, columns), Math.min(rows, columns));
        NDArray q =
            Tensors.withoutGradient(
                () ->
                    LinearOperators.orthonormalColumns(
                            Tensors.gaussian(manager, random, tall, DataType.FLOAT64))
                        .toType(type, true));
        // Flattening brings the entries into row-major order, as they are when read from a file.
        return (rows >= columns ? q : q.transpose()).flatten().reshape(shape).duplicate();
      };

  /** Ones on the diagonal of the weight reshaped to (first axis, all others), zeros elsewhere. */
  WeightInit IDENTITY =
      (random, manager, shape, type) ->
          manager
              .eye(
                  Math.toIntExact(shape.get(0)),
                  Math.toIntExact(shape.size() / shape.get(0)),
                  0,
                  type)
              .reshape(shape);

  /**
   * Draws the values.
   *
   * @param random where to draw from
   * @param manager the result's manager
   * @param shape the parameter's shape
   * @param type FLOAT32 or FLOAT64
   * @return the values
   */
  NDArray draw(RandomGenerator random, NDManager manager, Shape shape, DataType type);

  /**
   * {@return the first values of the bias beside a weight that begins like this: zeros unless this
   * is overridden}
   *
   * @param weight the weight's shape
   */
  default WeightInit bias(Shape weight) {
    return constant(0);
  }

  /**
   * {@return the same first weights with another's biases}
   *
   * @param other whose {@link #bias} to take
   */
  default WeightInit withBiasesOf(WeightInit other) {
    Given.notNull("Whose first biases to take", other);
    WeightInit weights = this;
    return new WeightInit() {
      @Override
      public NDArray draw(RandomGenerator random, NDManager manager, Shape shape, DataType type) {
        return weights.draw(random, manager, shape, type);
      }

      @Override
      public WeightInit bias(Shape weight) {
        return other.bias(weight);
      }
    };
  }

  /**
   * {@return the same number everywhere}
   *
   * @param value the number
   */
  static WeightInit constant(double value) {
    return (random, manager, shape, type) -> {
      double[] entries = new double[Math.toIntExact(shape.size())];
      Arrays.fill(entries, value);
      return Tensors.ofDoubles(manager, entries, shape, type);
    };
  }

  /**
   * {@return given numbers}
   *
   * @param entries in row-major order, as many as the parameter has
   */
  static WeightInit of(double... entries) {
    return (random, manager, shape, type) -> {
      if (entries.length != shape.size()) {
        throw Given.refused(
            "A weight of shape %s needs %d first values, not %d.",
            shape, shape.size(), entries.length);
      }
      return Tensors.ofDoubles(manager, entries, shape, type);
    };
  }

  /**
   * {@return independent normal numbers}
   *
   * @param deviation their standard deviation
   */
  static WeightInit gaussian(double deviation) {
    Shapes.requireFinite("deviation", deviation);
    return (random, manager, shape, type) -> {
      NDArray entries = Tensors.gaussian(manager, random, shape, type);
      return entries.mul(Tensors.scalar(entries, deviation));
    };
  }

  /**
   * {@return independent numbers, evenly distributed}
   *
   * @param bound r, where they lie in [-r, r); above 0
   */
  static WeightInit uniform(double bound) {
    if (!(bound > 0 && bound < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("bound must be above 0 and finite, not " + bound + ".");
    }
    return (random, manager, shape, type) -> {
      double[] entries = new double[Math.toIntExact(shape.size())];
      Arrays.setAll(entries, i -> random.nextDouble(-bound, bound));
      return Tensors.ofDoubles(manager, entries, shape, type);
    };
  }

  private static WeightInit scaledByFanIn(double gain) {
    return (random, manager, shape, type) ->
        gaussian(Math.sqrt(gain) / Math.sqrt(fanIn(shape))).draw(random, manager, shape, type);
  }

  private static double fanIn(Shape weight) {
    return (double) weight.size() / weight.get(0);
  }
}
