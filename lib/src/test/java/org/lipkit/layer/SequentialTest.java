package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.lipkit.Numerics;
import org.lipkit.bound.Bound;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.bound.PowerIteration;
import org.lipkit.tensor.Tensors;

class SequentialTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static Sequential network() {
    SplittableRandom random = new SplittableRandom(3);
    return new Sequential(
        List.of(
            new Shift(-0.5),
            new Convolution(4, 3, 1, 1, WeightInit.LECUN),
            new MinMax(),
            new AveragePooling(3, 2),
            new LinearResidual(1),
            new Relu(),
            new Flatten(),
            new Dense(3, WeightInit.LECUN)));
  }

  @Test
  void theBoundIsTheProductAndHoldsForSampledPairs() {
    Sequential network = Numerics.initialized(network(), MANAGER, 2, 7, 6);
    double product = 1;
    for (Layer layer : network.layers()) {
      product *= layer.bound(new FullSpectrum()).value();
    }
    Bound bound = network.bound(new FullSpectrum());
    assertEquals(product, bound.value(), 1e-12 * product);
    assertTrue(Numerics.largestRatio(x -> network.apply(x), MANAGER, 1, 2, 7, 6) <= bound.value());
    NDArray k = MANAGER.create(2.0);
    assertEquals(2 * product, Numerics.estimate(network, k, 500).getDouble(), 1e-6 * product);
  }

  @Test
  void oneEstimatedFactorMakesTheProductAnEstimate() {
    Sequential network = Numerics.initialized(network(), MANAGER, 2, 7, 6);
    assertEquals(Bound.Kind.ESTIMATE, network.bound(PowerIteration.QUICK).kind());
    Sequential fixed =
        Numerics.initialized(
            new Sequential(List.of(new AveragePooling(2, 2), new Relu())), MANAGER, 1, 4, 4);
    assertEquals(Bound.upper(0.5, "closed form"), fixed.bound(PowerIteration.QUICK));
  }

  @Test
  void shapesRunThroughAndTheLayerThatDoesNotFitIsNamed() {
    assertEquals(new Shape(5, 3), Numerics.outputShape(network(), new Shape(5, 2, 7, 6)));
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Numerics.initialized(network(), MANAGER, 2, 2, 2));
    assertTrue(e.getMessage().startsWith("AveragePooling with a window of 3"));
  }

  @Test
  void anEmptyCompositionIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Sequential(List.of()));
  }
}
