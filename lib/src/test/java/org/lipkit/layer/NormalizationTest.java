package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lipkit.Numerics;
import org.lipkit.bound.Bound;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

/** Batch normalisation alone and joint with a convolution, and centering. */
class NormalizationTest {

  private static final NDManager MANAGER = Tensors.newManager();
  private static final double EPSILON = 2e-5;

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static NormalizedConvolution joint(int channels, int kernel, int stride, int padding) {
    SplittableRandom random = new SplittableRandom(3);
    return new NormalizedConvolution(channels, kernel, stride, padding, WeightInit.LECUN);
  }

  /** For inputs (2, 5, 4). */
  static List<Layer> layers() {
    return List.of(
        randomised(new BatchNorm(), 2, 5, 4),
        randomised(new Centering(), 2, 5, 4),
        randomised(joint(3, 3, 2, 1), 2, 5, 4));
  }

  /** Every parameter drawn, variances positive. */
  private static <L extends Layer> L randomised(L layer, long... shape) {
    Numerics.initialized(layer, MANAGER, shape);
    long seed = 1;
    for (var entry : layer.getParameters()) {
      NDArray array = entry.getValue().getArray();
      NDArray drawn = Numerics.gaussian(MANAGER, seed++, array.getShape().getShape());
      if (!entry.getKey().endsWith("vector")) {
        Tensors.copy(entry.getKey().endsWith("variance") ? drawn.abs() : drawn, array);
      }
    }
    return layer;
  }

  private static NDArray parameter(Layer layer, String name) {
    return layer.getParameters().get(name).getArray();
  }

  private static double exact(Layer layer) {
    return layer.bound(new FullSpectrum()).value();
  }

  private static double trained(Layer layer, double k) {
    return trained(layer, k, Pass.training(300));
  }

  private static double trained(Layer layer, double k, Pass pass) {
    return layer.lipschitz(MANAGER.create(k), pass).getDouble();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void inEvaluationTheBoundIsTheNormOfTheFoldedMap(Layer layer) {
    double exact = Numerics.exactNorm(layer, MANAGER, 2, 5, 4);
    assertEquals(exact, exact(layer), 1e-12 * exact);
    double ratio = Numerics.largestRatio(x -> layer.apply(x), MANAGER, 1, 2, 5, 4);
    assertTrue(ratio <= exact * (1 + 1e-9));
    assertEquals(1.5 * exact, trained(layer, 1.5), 1e-9 * exact);
    NDArray x = Numerics.gaussian(MANAGER, 5, 3, 2, 5, 4);
    Form.Linear form = (Form.Linear) layer.form(Pass.EVALUATION);
    NDArray folded = form.map().apply(x).add(form.offset());
    Numerics.assertClose(folded.toDoubleArray(), layer.apply(x).toDoubleArray(), 1e-14);
  }

  @ParameterizedTest
  @CsvSource({"3, 1, 1", "2, 2, 0", "3, 2, 1"})
  void jointlyItIsTheConvolutionThenTheNormalisationAndNeverLooser(
      int kernel, int stride, int padding) {
    NormalizedConvolution joint = randomised(joint(4, kernel, stride, padding), 3, 6, 5);
    Convolution convolution =
        new Convolution(
            4,
            kernel,
            stride,
            padding,
            Numerics.values(parameter(joint, "weight").toDoubleArray()));
    Numerics.initialized(convolution, MANAGER, 3, 6, 5);
    Shape inner = convolution.outputShape(new Shape(3, 6, 5));
    BatchNorm norm = Numerics.initialized(new BatchNorm(), MANAGER, inner.getShape());
    for (String name : List.of("gamma", "mean", "variance")) {
      Tensors.copy(parameter(joint, name), parameter(norm, name));
    }
    Tensors.copy(parameter(joint, "bias"), parameter(norm, "beta"));
    NDArray x = Numerics.gaussian(MANAGER, 7, 4, 3, 6, 5);
    for (boolean training : new boolean[] {false, true}) {
      NDArray apart = Numerics.apply(norm, Numerics.apply(convolution, x, training), training);
      Numerics.assertClose(
          apart.toDoubleArray(), Numerics.apply(joint, x, training).toDoubleArray(), 1e-12);
      for (String name : List.of("mean", "variance")) {
        Numerics.assertClose(
            parameter(norm, name).toDoubleArray(), parameter(joint, name).toDoubleArray(), 1e-13);
      }
      assertTrue(exact(joint) <= exact(convolution) * exact(norm) * (1 + 1e-12));
      assertTrue(trained(joint, 1) <= trained(convolution, 1) * trained(norm, 1) * (1 + 1e-12));
    }
  }

  /** Channel values (1, 3) and (0, 4): means 2, deviations 1 and 2. */
  @Test
  void closedForms() {
    BatchNorm norm = Numerics.initialized(new BatchNorm(), MANAGER, 2, 1, 1);
    assertEquals(1 / Math.sqrt(1 + EPSILON), exact(norm), 1e-15);
    BatchNorm other = Numerics.initialized(new BatchNorm(0.5), MANAGER, 2, 1, 1);
    assertEquals(1 / Math.sqrt(1.5), exact(other), 1e-15);
    Tensors.copy(MANAGER.create(new double[] {3, -8}), parameter(norm, "gamma"));
    Tensors.copy(MANAGER.create(new double[] {0, 10}), parameter(norm, "beta"));
    NDArray x = MANAGER.create(new double[] {1, 0, 3, 4}, new Shape(2, 2, 1, 1));
    Pass pass = Pass.training(300);
    Numerics.assertClose(new double[] {-3, 18, 3, 2}, norm.apply(x, pass).toDoubleArray(), 1e-4);
    assertEquals(8 / Math.sqrt(4 + EPSILON), trained(norm, 1, pass), 1e-12);
    assertEquals(1, parameter(norm, "variance").getDouble(0), "nothing is remembered yet");
    pass.finish();
    // Running values start at 0 and 1; unbiased variances are 2 and 8.
    Numerics.assertClose(new double[] {0.2, 0.2}, parameter(norm, "mean").toDoubleArray(), 1e-15);
    Numerics.assertClose(
        new double[] {1.1, 1.7}, parameter(norm, "variance").toDoubleArray(), 1e-15);
    double expected = 8 / Math.sqrt(1.7 + EPSILON);
    assertEquals(expected, exact(norm), 1e-12);
    assertEquals(Bound.Kind.UPPER, norm.bound(new FullSpectrum()).kind());
    Centering centering = Numerics.initialized(new Centering(), MANAGER, 2, 1, 1);
    assertArrayEquals(
        new double[] {-1, -2, 1, 2}, Numerics.train(centering, x).toDoubleArray(), 1e-15);
    assertArrayEquals(
        new double[] {0.8, -0.2, 2.8, 3.8}, centering.apply(x).toDoubleArray(), 1e-15);
    assertEquals(1, exact(centering));
    assertEquals(3, trained(centering, 3));
  }

  @Test
  void denseFeaturesAreNormalisedToo() {
    BatchNorm norm = Numerics.initialized(new BatchNorm(), MANAGER, 3);
    NDArray y = Numerics.train(norm, Numerics.gaussian(MANAGER, 1, 40, 3));
    Numerics.assertClose(new double[3], y.mean(new int[] {0}).toDoubleArray(), 1e-12);
    Numerics.assertClose(
        new double[] {1, 1, 1}, y.square().mean(new int[] {0}).toDoubleArray(), 1e-3);
  }

  /** With the batch's statistics as running ones, evaluation is the same map. */
  @Test
  void trainingBoundsTheMapThatItAppliesToTheBatch() {
    NormalizedConvolution layer = randomised(joint(3, 3, 2, 1), 2, 5, 4);
    NDArray x = Numerics.gaussian(MANAGER, 4, 6, 2, 5, 4);
    Pass pass = Pass.training(300);
    NDArray y = layer.apply(x, pass);
    double bound = trained(layer, 1, pass);
    NDArray plain =
        layer.map(parameter(layer, "weight")).apply(x).transpose(1, 0, 2, 3).reshape(3, -1);
    NDArray mean = plain.mean(new int[] {1}, true);
    Tensors.copy(mean.flatten(), parameter(layer, "mean"));
    Tensors.copy(plain.sub(mean).square().mean(new int[] {1}), parameter(layer, "variance"));
    Numerics.assertClose(y.toDoubleArray(), layer.apply(x).toDoubleArray(), 1e-12);
    assertEquals(Numerics.exactNorm(layer, MANAGER, 2, 5, 4), bound, 1e-8);
  }

  /** For one sample with the others fixed, and for the batch as a whole. */
  @Test
  void centeringIsOneLipschitzInTrainingToo() {
    Centering layer = Numerics.initialized(new Centering(), MANAGER, 2, 3, 1);
    NDArray others = Numerics.gaussian(MANAGER, 1, 2, 2, 3, 1);
    double one = Numerics.largestRatio(x -> eachWith(layer, x, others), MANAGER, 2, 2, 3, 1);
    assertTrue(one <= 1 + 1e-9);
    NDArray a = Numerics.gaussian(MANAGER, 5, 4, 2, 3, 1);
    NDArray b = Numerics.gaussian(MANAGER, 6, 4, 2, 3, 1);
    double change = Numerics.train(layer, a).sub(Numerics.train(layer, b)).norm().getDouble();
    assertTrue(change <= a.sub(b).norm().getDouble());
  }

  private static NDArray eachWith(Layer layer, NDArray x, NDArray others) {
    NDList outputs = new NDList();
    for (long n = 0; n < x.getShape().get(0); n++) {
      outputs.add(Numerics.train(layer, x.get(n).expandDims(0).concat(others, 0)).get(0));
    }
    return NDArrays.stack(outputs);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void gradientsOfOutputsAndBoundFlowThroughTheBatchsStatistics(Layer layer) {
    NDArray x = Numerics.gaussian(MANAGER, 8, 3, 2, 5, 4);
    x.setRequiresGradient(true);
    List<NDArray> leaves = new ArrayList<>(List.of(x));
    layer
        .getParameters()
        .values()
        .forEach(
            parameter -> {
              if (parameter.requiresGradient()) {
                leaves.add(parameter.getArray());
              }
            });
    NDArray towards = Numerics.gaussian(MANAGER, 9, Numerics.train(layer, x).getShape().getShape());
    NDArray k = MANAGER.create(2.0);
    Supplier<NDArray> scalar =
        () -> {
          Pass pass = Pass.training(300);
          return layer.apply(x, pass).mul(towards).sum().add(layer.lipschitz(k, pass).mul(k));
        };
    NDList found = Gradients.of(leaves, scalar);
    for (int i = 0; i < leaves.size(); i++) {
      Numerics.assertClose(
          Numerics.differences(leaves.get(i), scalar), found.get(i + 1).toDoubleArray(), 1e-6);
    }
  }

  @Test
  void withoutABatchTheRunningStatisticsAreBounded() {
    BatchNorm layer = randomised(new BatchNorm(), 2, 5, 4);
    Numerics.train(layer, Numerics.gaussian(MANAGER, 1, 3, 2, 5, 4));
    assertEquals(exact(layer), trained(layer, 1), 1e-14);
  }

  @Test
  void aPassThatIsThrownAwayLeavesNoTrace() {
    NormalizedConvolution layer = randomised(joint(3, 3, 2, 1), 2, 5, 4);
    double[] mean = parameter(layer, "mean").toDoubleArray();
    double[] vector = parameter(layer, "vector").toDoubleArray();
    Pass pass = Pass.training(3);
    layer.apply(Numerics.gaussian(MANAGER, 4, 6, 2, 5, 4), pass);
    trained(layer, 1, pass);
    assertArrayEquals(mean, parameter(layer, "mean").toDoubleArray());
    assertArrayEquals(vector, parameter(layer, "vector").toDoubleArray());
    pass.finish();
    assertFalse(Arrays.equals(mean, parameter(layer, "mean").toDoubleArray()));
    assertFalse(Arrays.equals(vector, parameter(layer, "vector").toDoubleArray()));
  }

  @Test
  void oneNumberPerChannelCannotBeNormalised() {
    BatchNorm layer = Numerics.initialized(new BatchNorm(), MANAGER, 4);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Numerics.train(layer, Numerics.gaussian(MANAGER, 1, 1, 4)));
    assertEquals(
        "Batch normalisation cannot train on one number per channel; use a larger batch.",
        e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> Numerics.initialized(joint(3, 9, 1, 0), MANAGER, 2, 5, 5));
    assertThrows(
        IllegalArgumentException.class, () -> Numerics.initialized(joint(3, 3, 1, 0), MANAGER, 9));
    assertThrows(IllegalArgumentException.class, () -> joint(0, 3, 1, 1));
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Numerics.initialized(new BatchNorm(), MANAGER, new long[0]));
    assertEquals("BatchNorm takes inputs of shape (C, ...), not ().", e.getMessage());
  }
}
