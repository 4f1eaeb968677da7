package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.Numerics;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

/** The differentiable norm estimate that linear layers give in training. */
class TrainedNormTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  static List<LinearLayer> layers() {
    SplittableRandom random = new SplittableRandom(11);
    LinearResidual residual = Numerics.initialized(new LinearResidual(0.7), MANAGER, 2, 3, 4);
    residual.getParameters().get("weight").getArray().muli(9);
    return List.of(
        Numerics.initialized(new Convolution(3, 3, 2, 1, WeightInit.LECUN), MANAGER, 2, 5, 4),
        Numerics.initialized(new Convolution(4, 3, 2, 1, 2, WeightInit.LECUN), MANAGER, 2, 5, 4),
        Numerics.initialized(
            new NormalizedConvolution(3, 2, 1, 1, WeightInit.LECUN), MANAGER, 2, 3, 4),
        Numerics.initialized(new Dense(3, WeightInit.LECUN), MANAGER, 5),
        Numerics.initialized(new NormalizedDense(3, WeightInit.LECUN), MANAGER, 4),
        residual);
  }

  private static double exact(LinearLayer layer) {
    return layer.bound(new FullSpectrum()).value();
  }

  private static double trained(LinearLayer layer, int iterations) {
    return Numerics.estimate(layer, MANAGER.create(1.0), iterations).getDouble();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void risesToTheNormOverRepeatedCallsAndNeverAboveIt(LinearLayer layer) {
    double exact = exact(layer);
    double before = 0;
    for (int call = 0; call < 200; call++) {
      double estimate = trained(layer, call % 4);
      assertTrue(estimate <= exact * (1 + 1e-12));
      assertTrue(estimate >= before * (1 - 1e-12));
      before = estimate;
    }
    assertEquals(exact, before, 1e-9 * exact);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void hasTheGradientOfTheExactNormOnceConverged(LinearLayer layer) {
    trained(layer, 500);
    NDArray k = MANAGER.create(new double[] {1.5}, new Shape());
    k.setRequiresGradient(true);
    NDArray weight = layer.getParameters().get("weight").getArray();
    NDList result = Gradients.of(List.of(k, weight), () -> Numerics.estimate(layer, k, 2));
    Supplier<NDArray> norm =
        () -> MANAGER.create(1.5 * Numerics.exactNorm(layer, MANAGER, inputShape(layer)));
    assertEquals(exact(layer), result.get(1).getDouble(), 1e-9);
    Numerics.assertClose(Numerics.differences(weight, norm), result.get(2).toDoubleArray(), 1e-6);
  }

  /** Far from convergence the path through the vector matters, and only then. */
  @ParameterizedTest
  @MethodSource("layers")
  void hasTheGradientOfTheWholeIterationWhereItIsUnrolled(LinearLayer layer) {
    NDArray weight = layer.getParameters().get("weight").getArray();
    NDArray k = MANAGER.create(1.0);
    Supplier<NDArray> estimate = () -> layer.lipschitz(k, Pass.training(2, true));
    double[] expected = Numerics.differences(weight, estimate);
    double[] found = Gradients.of(List.of(weight), estimate).get(1).toDoubleArray();
    Numerics.assertClose(expected, found, 1e-6);
  }

  private static Sequential blocks() {
    return Numerics.initialized(
        new Sequential(
            List.of(
                Numerics.seeded(1, new LinearResidual(5)),
                Numerics.seeded(2, new Convolution(3, 3, 1, 1, WeightInit.LECUN)),
                Numerics.seeded(3, new LinearResidual(7)),
                Numerics.seeded(4, new Convolution(3, 3, 2, 1, WeightInit.LECUN)),
                Numerics.seeded(5, new Convolution(3, 3, 1, 1, WeightInit.LECUN)))),
        MANAGER,
        3,
        4,
        6);
  }

  /**
   * The first three are convolutions of one shape, the fourth is not, the fifth has another input.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isThatOfEachLayerAloneWhereConvolutionsAreStacked(boolean unrolled) {
    Sequential together = blocks();
    Sequential alone = blocks();
    List<NDArray> weights = weights(together);
    List<NDArray> weightsAlone = weights(alone);
    NDArray one = MANAGER.create(1.0);
    for (int call = 0; call < 3; call++) {
      Pass pass = Pass.training(2, unrolled);
      Pass passAlone = Pass.training(2, unrolled);
      NDList found = Gradients.of(weights, () -> together.lipschitz(one, pass));
      Supplier<NDArray> product =
          () -> {
            NDArray k = one;
            for (LinearLayer layer : alone.linearLayers()) {
              k = layer.lipschitz(k, passAlone);
            }
            return k;
          };
      NDList expected = Gradients.of(weightsAlone, product);
      for (int i = 0; i < expected.size(); i++) {
        Numerics.assertClose(expected.get(i).toDoubleArray(), found.get(i).toDoubleArray(), 1e-11);
      }
      assertEquals(found.get(0).getDouble(), together.lipschitz(one, pass).getDouble(), 1e-12);
      pass.finish();
      passAlone.finish();
      for (int i = 0; i < alone.getParameters().size(); i++) {
        Numerics.assertClose(
            alone.getParameters().valueAt(i).getArray().toDoubleArray(),
            together.getParameters().valueAt(i).getArray().toDoubleArray(),
            1e-11);
      }
    }
  }

  private static List<NDArray> weights(Layer layer) {
    return layer.linearLayers().stream()
        .map(linear -> linear.getParameters().get("weight").getArray())
        .toList();
  }

  private static long[] inputShape(LinearLayer layer) {
    return layer.map(layer.weight()).inputShape().getShape();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void survivesWeightsThatPassThroughZero(LinearLayer layer) {
    if (layer instanceof NormalizedDense) {
      return; // no row may be zero
    }
    trained(layer, 5);
    double exact = exact(layer);
    NDArray weight = layer.getParameters().get("weight").getArray();
    NDArray kept = weight.duplicate();
    weight.muli(0);
    trained(layer, 5);
    Tensors.copy(kept, weight);
    assertEquals(exact, trained(layer, 500), 1e-9 * exact);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-30, 1e-10, 1, 1e10, 1e18})
  void findsTheNormOfWeightsOfAnySizeInFloat32(double size) {
    double[] entries = {3, 1, -2, 0, 1, 1};
    for (int i = 0; i < entries.length; i++) {
      entries[i] *= size;
    }
    Dense layer = new Dense(2, Numerics.values(entries));
    layer.initialize(MANAGER, DataType.FLOAT32, new Shape(1, 3));
    NDArray weight = layer.weight();
    NDList result =
        Gradients.of(List.of(weight), () -> Numerics.estimate(layer, MANAGER.create(1f), 100));
    double exact = exact(layer);
    assertEquals(exact, Tensors.toDouble(result.get(0)), 1e-5 * exact);
    // Euler's theorem for homogeneous functions: <W, gradient> is the norm itself.
    double euler = 0;
    float[] gradient = result.get(1).toFloatArray();
    for (int i = 0; i < gradient.length; i++) {
      euler += gradient[i] * weight.toFloatArray()[i];
    }
    assertEquals(exact, euler, 1e-5 * exact);
  }
}
