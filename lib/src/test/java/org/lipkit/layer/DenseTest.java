package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.lipkit.Numerics;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.bound.PowerIteration;
import org.lipkit.tensor.Tensors;

/** {@link Dense} and {@link NormalizedDense}. */
class DenseTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterContainer
  static void free() {
    MANAGER.close();
  }

  private static Dense dense(int outputs, WeightInit weight) {
    return new Dense(outputs, weight);
  }

  private static Dense normalized(int outputs, WeightInit weight) {
    return new NormalizedDense(outputs, weight);
  }

  private static double norm(Layer layer) {
    return layer.bound(new FullSpectrum()).value();
  }

  @Property(tries = 30)
  void theBoundIsTheSpectralNorm(
      @ForAll @IntRange(min = 1, max = 9) int inputs,
      @ForAll @IntRange(min = 1, max = 9) int outputs,
      @ForAll boolean rowsNormalized,
      @ForAll long seed) {
    WeightInit gaussian = WeightInit.gaussian(1);
    Dense layer = rowsNormalized ? normalized(outputs, gaussian) : dense(outputs, gaussian);
    Numerics.initialized(Numerics.seeded(seed, layer), MANAGER, inputs);
    double exact = Numerics.exactNorm(layer, MANAGER, inputs);
    assertEquals(exact, norm(layer), 1e-13 * exact);
    double estimate = layer.bound(PowerIteration.PUBLISHED).value();
    assertTrue(estimate <= exact * (1 + 1e-12));
    assertEquals(exact, estimate, 1e-2 * exact);
    double ratio = Numerics.largestRatio(x -> layer.apply(x), MANAGER, seed, inputs);
    assertTrue(ratio <= exact * (1 + 1e-9));
  }

  @Example
  void computesTheAffineMap() {
    Dense layer = Numerics.initialized(dense(2, Numerics.values(1, 2, 3, 4, 5, 6)), MANAGER, 3);
    Tensors.copy(MANAGER.create(new double[] {0.5, -0.5}), layer.bias());
    NDArray y = layer.apply(MANAGER.create(new double[] {1, 0, -1}, new Shape(1, 3)));
    Numerics.assertClose(new double[] {-1.5, -2.5}, y.toDoubleArray(), 1e-15);
    assertEquals(new Shape(1, 2), Numerics.outputShape(layer, new Shape(1, 3)));
  }

  @Example
  void identityOrthogonalAndScaledMatrices() {
    Dense twice = dense(2, Numerics.values(2, 0, 0, 2));
    assertEquals(2, norm(Numerics.initialized(twice, MANAGER, 2)), 1e-15);
    WeightInit orthogonal = WeightInit.ORTHOGONAL;
    assertEquals(1, norm(Numerics.initialized(dense(4, orthogonal), MANAGER, 7)), 1e-14);
    assertEquals(1, norm(Numerics.initialized(dense(7, orthogonal), MANAGER, 4)), 1e-14);
  }

  @Example
  void normalizedRowsHaveLengthOneAndTheScaleOfAWeightDoesNotMatter() {
    double[] entries = {3, 4, 0, 0, 0, 1e-3, -5, 12, 0};
    Dense layer = Numerics.initialized(normalized(3, Numerics.values(entries)), MANAGER, 3);
    Numerics.assertClose(
        new double[] {0.6, 0.8, 0, 0, 0, 1, -5 / 13.0, 12 / 13.0, 0},
        layer.weight().toDoubleArray(),
        1e-15);
    NDArray x = MANAGER.create(new double[] {5, 10, -1}, new Shape(1, 3));
    Numerics.assertClose(new double[] {11, -1, 95 / 13.0}, layer.apply(x).toDoubleArray(), 1e-15);
  }

  @Example
  void orthogonalRowsAfterNormalisationHaveNormOne() {
    Dense layer = normalized(2, Numerics.values(30, 0, 0, 0.1));
    assertEquals(1, norm(Numerics.initialized(layer, MANAGER, 2)), 1e-15);
  }

  @Example
  void impossibleShapesAreRefused() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Numerics.initialized(dense(2, WeightInit.constant(1)), MANAGER, 1, 3, 3));
    assertTrue(e.getMessage().contains("(inputs), not (1, 3, 3); put a Flatten before it."));
    assertThrows(IllegalArgumentException.class, () -> dense(0, WeightInit.constant(1)));
  }
}
