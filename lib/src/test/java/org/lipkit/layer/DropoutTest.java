package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.Numerics;
import org.lipkit.bound.Bound;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

class DropoutTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  @Test
  void evaluationChangesNothing() {
    Dropout layer = Numerics.initialized(new Dropout(0.4), MANAGER, 50);
    NDArray x = Numerics.gaussian(MANAGER, 1, 4, 50);
    assertEquals(x, layer.apply(x));
    assertEquals(Bound.upper(1, "identity"), layer.bound(new FullSpectrum()));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.25, 0.5, 0.75})
  void trainingDropsTheShareAndScalesTheRestByItsBound(double rate) {
    Dropout layer = new Dropout(rate);
    double bound = Numerics.estimate(layer, MANAGER.create(1.0), 1).getDouble();
    assertEquals(1 / (1 - rate), bound);
    NDArray x = MANAGER.ones(new Shape(100, 100));
    Tensors.seedEngine(5);
    double[] y = Tensors.toDoubles(Numerics.train(layer, x));
    int dropped = 0;
    for (double entry : y) {
      dropped += entry == 0 ? 1 : 0;
      assertTrue(entry == 0 || Math.abs(entry - bound) < 1e-6, "an entry is " + entry);
    }
    assertEquals(rate, dropped / 1e4, 0.03);
  }

  @Test
  void whereItIsNotCountedTheConstantStaysAndThePassDoesNotChange() {
    Dropout layer = new Dropout(0.4, false);
    assertEquals(3, Numerics.estimate(layer, MANAGER.create(3.0), 1).getDouble());
    NDArray x = Numerics.gaussian(MANAGER, 1, 4, 50);
    Tensors.seedEngine(5);
    NDArray y = Numerics.train(layer, x);
    Tensors.seedEngine(5);
    assertEquals(Numerics.train(new Dropout(0.4), x), y);
  }

  /** The same draw for both ends of a pair: the pass that the losses see, and its gradient. */
  @Test
  void theTrainingBoundIsAttained() {
    Dropout layer = new Dropout(0.5);
    double largest = 0;
    for (int i = 0; i < 8; i++) {
      NDArray x = MANAGER.eye(8).get(i).reshape(1, 8);
      Tensors.seedEngine(3);
      NDArray moved = Numerics.train(layer, x);
      Tensors.seedEngine(3);
      NDArray change = moved.sub(Numerics.train(layer, x.zerosLike()));
      largest = Math.max(largest, Tensors.toDouble(change.norm()));
    }
    assertEquals(2, largest);
  }

  @Test
  void theSameSeedGivesTheSameDrawAndItsGradient() {
    Dropout layer = new Dropout(0.3);
    NDArray x = Numerics.gaussian(MANAGER, 1, 4, 50);
    x.setRequiresGradient(true);
    Tensors.seedEngine(7);
    double[] first = Tensors.withoutGradient(() -> Numerics.train(layer, x)).toDoubleArray();
    double[] other = Tensors.withoutGradient(() -> Numerics.train(layer, x)).toDoubleArray();
    assertFalse(Arrays.equals(first, other));
    Tensors.seedEngine(7);
    double[] slopes =
        Gradients.of(List.of(x), () -> Numerics.train(layer, x).sum()).get(1).toDoubleArray();
    double[] entries = x.toDoubleArray();
    double[] products = new double[entries.length];
    for (int i = 0; i < entries.length; i++) {
      products[i] = entries[i] * slopes[i];
    }
    assertArrayEquals(first, products, 1e-15);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void ratesThatAreNoProbabilityAreRefused(double rate) {
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> new Dropout(rate));
    assertEquals("rate must be a probability in [0, 1), not " + rate + ".", refusal.getMessage());
  }
}
