package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.Numerics;
import org.lipkit.bound.Bound;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/** Layers without parameters and with constant 1: activations, sorting, rearranging. */
class FixedLayersTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  static List<Layer> layers() {
    return List.of(
        new MinMax(),
        new GroupSort(2),
        new GroupSort(4),
        new Relu(),
        new LeakyRelu(0.1),
        new LeakyRelu(-1),
        new Abs(),
        new Abs(0.5),
        new ChannelShift(0.25),
        new Shift(-0.5),
        new Flatten(),
        new InvertibleDownsampling(2));
  }

  static List<Layer> permutations() {
    return List.of(
        new MinMax(),
        new GroupSort(1),
        new GroupSort(2),
        new GroupSort(3),
        new GroupSort(6),
        new InvertibleDownsampling(2),
        new Flatten());
  }

  /** Those that keep gradient norms. */
  static List<Layer> isometries() {
    List<Layer> layers = new ArrayList<>(permutations());
    layers.add(new Abs());
    layers.add(new Abs(0.5));
    layers.add(new ChannelShift(0.2));
    layers.add(new LeakyRelu(-1));
    return layers;
  }

  @ParameterizedTest
  @MethodSource("layers")
  void keepTheirConstantAndTheirShape(Layer layer) {
    Numerics.initialized(layer, MANAGER, 4, 4, 6);
    assertEquals(1, layer.bound(new FullSpectrum()).value());
    assertEquals(Bound.Kind.UPPER, layer.bound(new FullSpectrum()).kind());
    NDArray k = MANAGER.create(3.0);
    assertEquals(3, Numerics.estimate(layer, k, 5).getDouble());
    for (boolean training : new boolean[] {false, true}) {
      double ratio =
          Numerics.largestRatio(x -> Numerics.apply(layer, x, training), MANAGER, 1, 4, 4, 6);
      assertTrue(ratio <= 1 + 1e-9, layer.getClass().getSimpleName());
    }
    Shape batch = new Shape(2, 4, 4, 6);
    NDArray x = MANAGER.zeros(batch, DataType.FLOAT64);
    assertEquals(Numerics.outputShape(layer, batch), layer.apply(x).getShape());
  }

  @ParameterizedTest
  @MethodSource("permutations")
  void entriesArePermutedExactly(Layer layer) {
    NDArray x =
        Tensors.gaussian(MANAGER, new SplittableRandom(1), new Shape(1, 6, 4, 2), DataType.FLOAT32);
    NDArray y = layer.apply(x);
    assertArrayEquals(x.flatten().sort().toFloatArray(), y.flatten().sort().toFloatArray(), 0f);
  }

  @Test
  void groupSortSortsOneChannelOfEachBlock() {
    NDArray x = MANAGER.create(new double[] {1, 5, 3, 6, 2, 4}, new Shape(1, 6));
    for (boolean training : new boolean[] {false, true}) {
      assertArrayEquals(
          new double[] {3, 6, 2, 5, 1, 4},
          Numerics.apply(new GroupSort(3), x, training).toDoubleArray());
      assertArrayEquals(
          new double[] {6, 5, 4, 3, 2, 1},
          Numerics.apply(new GroupSort(6), x, training).toDoubleArray());
    }
    NDArray images = Numerics.gaussian(MANAGER, 2, 2, 6, 3, 4);
    NDArray sorted = new GroupSort(2).apply(images);
    assertEquals(sorted, new MinMax().apply(images));
    images.setRequiresGradient(true);
    assertEquals(sorted, new MinMax().apply(images));
  }

  @Test
  void minMaxSortsChannelsOfOneHalfAgainstTheOther() {
    NDArray x = MANAGER.create(new double[] {1, -2, 0.5, 7}, new Shape(1, 4));
    for (boolean training : new boolean[] {false, true}) {
      assertArrayEquals(
          new double[] {1, 7, 0.5, -2}, Numerics.apply(new MinMax(), x, training).toDoubleArray());
    }
  }

  @ParameterizedTest
  @MethodSource("isometries")
  void gradientsKeepTheirLength(Layer layer) {
    for (boolean training : new boolean[] {false, true}) {
      NDArray x = Numerics.gaussian(MANAGER, 4, 1, 6, 2, 4);
      x.setRequiresGradient(true);
      NDArray towards =
          Numerics.gaussian(MANAGER, 5, Numerics.outputShape(layer, x.getShape()).getShape());
      Supplier<NDArray> scalar = () -> Numerics.apply(layer, x, training).mul(towards).sum();
      double[] gradient = Gradients.of(List.of(x), scalar).get(1).toDoubleArray();
      Numerics.assertClose(Numerics.differences(x, scalar), gradient, 1e-8);
      double length = Math.sqrt(Arrays.stream(gradient).map(g -> g * g).sum());
      assertEquals(towards.norm().getDouble(), length, 1e-12);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 1, -0.5, 3, -2})
  void leakyReluAttainsItsConstant(double slope) {
    LeakyRelu layer = Numerics.initialized(new LeakyRelu(slope), MANAGER, 2);
    double constant = layer.bound(new FullSpectrum()).value();
    assertEquals(Math.max(1, Math.abs((float) slope)), constant);
    NDArray x = MANAGER.create(new double[] {2, -4}, new Shape(1, 2));
    assertArrayEquals(
        new double[] {2, -4 * (double) (float) slope}, layer.apply(x).toDoubleArray());
    double ratio = Numerics.largestRatio(y -> Numerics.train(layer, y), MANAGER, 1, 2);
    assertTrue(ratio <= constant * (1 + 1e-9));
    double positive = layer.apply(x.onesLike()).getDouble(0, 0);
    double negative = layer.apply(x.onesLike().neg()).getDouble(0, 0);
    assertEquals(constant, Math.max(positive, Math.abs(negative)));
    x.setRequiresGradient(true);
    Supplier<NDArray> scalar = () -> Numerics.train(layer, x).sum();
    Numerics.assertClose(
        Numerics.differences(x, scalar),
        Gradients.of(List.of(x), scalar).get(1).toDoubleArray(),
        1e-8);
  }

  @Test
  void downsamplingPutsABlockIntoChannelsRowByRow() {
    NDArray x = MANAGER.arange(32f).reshape(1, 2, 4, 4);
    NDArray y = new InvertibleDownsampling(2).apply(x);
    assertEquals(new Shape(1, 8, 2, 2), y.getShape());
    assertArrayEquals(
        new float[] {
          0, 2, 8, 10, 1, 3, 9, 11, 4, 6, 12, 14, 5, 7, 13, 15,
          16, 18, 24, 26, 17, 19, 25, 27, 20, 22, 28, 30, 21, 23, 29, 31
        },
        y.toFloatArray());
  }

  /**
   * A convolution whose stride is its kernel is a 1 x 1 convolution after it, weights as stored.
   */
  @Test
  void downsamplingTurnsStridesIntoChannels() {
    NDArray x = Numerics.gaussian(MANAGER, 1, 2, 3, 9, 6);
    NDArray weight = Numerics.gaussian(MANAGER, 2, 4, 3, 3, 3);
    NDArray strided = LinearOperators.convolve(x, weight, null, 3, 0, 1);
    NDArray dense =
        LinearOperators.convolve(
            new InvertibleDownsampling(3).apply(x), weight.reshape(4, 27, 1, 1), null, 1, 0, 1);
    Numerics.assertClose(strided.toDoubleArray(), dense.toDoubleArray(), 1e-13);
  }

  @Test
  void badSizesAreRefused() {
    refused(
        "MinMax needs a number of channels that is a multiple of 2, not 3.",
        () -> Numerics.initialized(new MinMax(), MANAGER, 3, 2, 2));
    refused(
        "GroupSort needs a number of channels that is a multiple of 4, not 6.",
        () -> Numerics.initialized(new GroupSort(4), MANAGER, 6));
    refused("size must be at least 1, not 0.", () -> new GroupSort(0));
    refused(
        "InvertibleDownsampling needs a number of columns that is a multiple of 2, not 5.",
        () -> Numerics.initialized(new InvertibleDownsampling(2), MANAGER, 1, 4, 5));
    refused("factor must be at least 1, not 0.", () -> new InvertibleDownsampling(0));
    refused(
        "slope must be a finite number in float32, not Infinity.",
        () -> new LeakyRelu(Double.POSITIVE_INFINITY));
  }

  private static void refused(String sentence, Executable call) {
    assertEquals(sentence, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void entriesAreComputed() {
    NDArray x = MANAGER.create(new double[] {1, -2, 0, 7}, new Shape(1, 2, 2, 1));
    assertArrayEquals(new double[] {1, 0, 0, 7}, new Relu().apply(x).toDoubleArray());
    assertArrayEquals(new double[] {1, 2, 0, 7}, new Abs().apply(x).toDoubleArray());
    assertArrayEquals(
        new double[] {0.5, -2.5, -0.5, 6.5}, new Shift(-0.5).apply(x).toDoubleArray());
    assertEquals(new Shape(1, 4), new Flatten().apply(x).getShape());
  }
}
