package org.lipkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.lipkit.bound.NormMethod;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Pass;
import org.lipkit.layer.WeightInit;
import org.lipkit.layer.rounding.Enclosure;
import org.lipkit.layer.rounding.Proof;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/** What the tests of several rooms find by brute force, in float64. */
public final class Numerics {

  private static final double STEP = 1e-6;

  private Numerics() {}

  /** A layer of one's own that says of a map that it only copies, compares and rearranges. */
  public static Layer own(UnaryOperator<NDArray> map) {
    return new Layer() {
      @Override
      public Form form(Pass pass) {
        return exact(map);
      }
    };
  }

  /** Normal numbers from a seed. */
  public static NDArray gaussian(NDManager manager, long seed, long... shape) {
    return Tensors.gaussian(
        manager, new SplittableRandom(seed), new Shape(shape), DataType.FLOAT64);
  }

  /** An initializer that gives these values. */
  public static WeightInit values(double... entries) {
    return WeightInit.of(entries);
  }

  /** The layer, to draw its first weights from this seed. */
  public static <L extends Layer> L seeded(long seed, L layer) {
    layer.seed(seed);
    return layer;
  }

  /** One pass in training or in evaluation, finished. */
  public static NDArray apply(Layer layer, NDArray x, boolean training) {
    return training ? train(layer, x) : layer.apply(x);
  }

  /** One training pass without power iterations, finished. */
  public static NDArray train(Layer layer, NDArray x) {
    Pass pass = Pass.training(0);
    NDArray y = layer.apply(x, pass);
    pass.finish();
    return y;
  }

  /** The training estimate of k K by this many power iterations, whose vectors are remembered. */
  public static NDArray estimate(Layer layer, NDArray k, int iterations) {
    Pass pass = Pass.training(iterations);
    NDArray found = layer.lipschitz(k, pass);
    pass.finish();
    return found;
  }

  /** The same for the constants of all margins. */
  public static NDArray marginConstants(Classifier classifier, int iterations) {
    Pass pass = Pass.training(iterations);
    NDArray found = classifier.marginConstants(pass);
    pass.finish();
    return found;
  }

  /** The shape of a batch of outputs for a batch of inputs. */
  public static Shape outputShape(Layer layer, Shape batch) {
    return batch.slice(0, 1).addAll(layer.outputShape(batch.slice(1)));
  }

  /** What is known of the outputs of float32 for these inputs. */
  public static Enclosure enclosure(Layer layer, NormMethod method, NDArray x) {
    return Proof.of(layer.form(Pass.EVALUATION), method, x.getManager())
        .rule()
        .apply(Enclosure.ofInputs(x));
  }

  /** The layer, initialised in float64 for one input of this shape. */
  public static <L extends Layer> L initialized(L layer, NDManager manager, long... shape) {
    layer.initialize(manager, DataType.FLOAT64, new Shape(1).addAll(new Shape(shape)));
    return layer;
  }

  /** The spectral norm of an affine layer's linear part: row i of its matrix is f(e_i) - f(0). */
  public static double exactNorm(Layer layer, NDManager manager, long... shape) {
    return Tensors.scoped(
        () -> {
          int n = (int) new Shape(shape).size();
          Shape batch = new Shape(n).addAll(new Shape(shape));
          NDArray units = manager.eye(n, n, 0, DataType.FLOAT64).reshape(batch);
          NDArray images = layer.apply(units).sub(layer.apply(units.zerosLike()));
          return Tensors.toDoubles(LinearOperators.singularValues(images.reshape(n, -1)))[0];
        });
  }

  /** ||f(x) - f(x')|| / ||x - x'|| for pairs of all distances in [0, 1]^shape, the largest. */
  public static double largestRatio(
      UnaryOperator<NDArray> f, NDManager manager, long seed, long... shape) {
    int pairs = 64;
    return Tensors.scoped(
        () -> {
          NDArray step = gaussian(manager, seed, pairs, new Shape(shape).size());
          NDArray scale = gaussian(manager, seed + 1, pairs, 1).mul(5).exp().minimum(1);
          NDArray flat = gaussian(manager, seed + 2, pairs, new Shape(shape).size()).mul(0.3);
          Shape batch = new Shape(pairs).addAll(new Shape(shape));
          NDArray x = flat.add(0.5).reshape(batch);
          NDArray moved = x.add(step.mul(scale).reshape(batch));
          NDArray change = lengths(f.apply(moved).sub(f.apply(x)));
          return change.div(lengths(moved.sub(x))).max().getDouble();
        });
  }

  private static NDArray lengths(NDArray rows) {
    return rows.reshape(rows.getShape().get(0), -1).norm(new int[] {1});
  }

  /** The gradient of a scalar in a leaf, by central differences; the leaf keeps its values. */
  public static double[] differences(NDArray leaf, Supplier<NDArray> scalar) {
    double[] values = leaf.toDoubleArray();
    double[] gradient = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      double kept = values[i];
      values[i] = kept + STEP;
      double above = at(leaf, values, scalar);
      values[i] = kept - STEP;
      double below = at(leaf, values, scalar);
      values[i] = kept;
      gradient[i] = (above - below) / (2 * STEP);
    }
    at(leaf, values, scalar);
    return gradient;
  }

  private static double at(NDArray leaf, double[] values, Supplier<NDArray> scalar) {
    return Tensors.scoped(
        () -> {
          Tensors.copy(leaf.getManager().create(values, leaf.getShape()), leaf);
          return Tensors.withoutGradient(() -> scalar.get().getDouble());
        });
  }

  /** No entry is infinite or not a number. */
  public static void assertFinite(NDArray array) {
    for (double entry : Tensors.toDoubles(array)) {
      assertTrue(Double.isFinite(entry), () -> "an entry is " + entry);
    }
  }

  /** Equal up to a share of the largest expected entry, or of 1 if all are smaller. */
  public static void assertClose(double[] expected, double[] actual, double relative) {
    assertEquals(expected.length, actual.length);
    double largest = 1;
    for (double entry : expected) {
      largest = Math.max(largest, Math.abs(entry));
    }
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], relative * largest, "entry " + i);
    }
  }

  /**
   * Compares the gradients of {@code <weights, layer(x)>} by all trained parameters with finite
   * differences.
   *
   * @return how many parameters there are
   */
  public static int checkParameterGradients(Layer layer, NDArray x, NDArray weights) {
    Supplier<NDArray> value = () -> layer.apply(x).mul(weights).sum();
    int parameters = 0;
    for (Parameter parameter : layer.getParameters().values()) {
      NDArray leaf = parameter.getArray();
      if (leaf.hasGradient()) {
        parameters++;
        NDList result = Gradients.of(List.of(leaf), value);
        assertClose(differences(leaf, value), result.get(1).toDoubleArray(), 1e-6);
      }
    }
    return parameters;
  }
}
