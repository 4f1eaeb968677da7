package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.Numerics;
import org.lipkit.bound.Bound;
import org.lipkit.bound.ExactSpectrum;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

/** Layers without parameters: MinMax, ReLU, shift, flatten. */
class FixedLayersTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  static List<Layer> layers() {
    return List.of(new MinMax(), new Relu(), new Shift(-0.5), new Flatten());
  }

  @ParameterizedTest
  @MethodSource("layers")
  void keepTheirConstantAndTheirShape(Layer layer) {
    Numerics.initialized(layer, MANAGER, 4, 3, 5);
    assertEquals(1, layer.bound(new ExactSpectrum(), MANAGER).value());
    assertEquals(Bound.Kind.UPPER, layer.bound(new ExactSpectrum(), MANAGER).kind());
    NDArray k = MANAGER.create(3.0);
    assertEquals(3, layer.lipschitz(k, 5).getDouble());
    for (boolean training : new boolean[] {false, true}) {
      double ratio = Numerics.largestRatio(x -> layer.apply(x, training), MANAGER, 1, 4, 3, 5);
      assertTrue(ratio <= 1 + 1e-9, layer.getClass().getSimpleName());
    }
    Shape batch = new Shape(2, 4, 3, 5);
    NDArray x = MANAGER.zeros(batch, DataType.FLOAT64);
    assertEquals(layer.outputShape(batch), layer.apply(x, false).getShape());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void minMaxPermutesEveryEntryExactly(long seed) {
    NDArray x =
        Tensors.gaussian(
            MANAGER, new SplittableRandom(seed), new Shape(1, 6, 4, 3), DataType.FLOAT32);
    NDArray y = new MinMax().apply(x, false);
    assertArrayEquals(x.flatten().sort().toFloatArray(), y.flatten().sort().toFloatArray(), 0f);
    NDList halves = y.split(2, 1);
    assertTrue(halves.get(0).gte(halves.get(1)).all().getBoolean());
  }

  @Test
  void minMaxSortsChannelsOfOneHalfAgainstTheOther() {
    NDArray x = MANAGER.create(new double[] {1, -2, 0.5, 7}, new Shape(1, 4));
    for (boolean training : new boolean[] {false, true}) {
      assertArrayEquals(
          new double[] {1, 7, 0.5, -2}, new MinMax().apply(x, training).toDoubleArray());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void minMaxHasGradientsOfTheSameLength(boolean training) {
    NDArray x = Numerics.gaussian(MANAGER, 4, 3, 6);
    x.setRequiresGradient(true);
    NDArray towards = Numerics.gaussian(MANAGER, 5, 3, 6);
    Supplier<NDArray> scalar = () -> new MinMax().apply(x, training).mul(towards).sum();
    double[] gradient = Gradients.of(List.of(x), scalar).get(1).toDoubleArray();
    Numerics.assertClose(Numerics.differences(x, scalar), gradient, 1e-8);
    double length = Math.sqrt(Arrays.stream(gradient).map(g -> g * g).sum());
    assertEquals(towards.norm().getDouble(), length, 1e-12);
  }

  @Test
  void minMaxNeedsPairs() {
    assertThrows(
        IllegalArgumentException.class, () -> Numerics.initialized(new MinMax(), MANAGER, 3, 2, 2));
  }

  @Test
  void reluShiftAndFlattenCompute() {
    NDArray x = MANAGER.create(new double[] {1, -2, 0, 7}, new Shape(1, 2, 2, 1));
    assertArrayEquals(new double[] {1, 0, 0, 7}, new Relu().apply(x, false).toDoubleArray());
    assertArrayEquals(
        new double[] {0.5, -2.5, -0.5, 6.5}, new Shift(-0.5).apply(x, false).toDoubleArray());
    assertEquals(new Shape(1, 4), new Flatten().apply(x, false).getShape());
  }
}
