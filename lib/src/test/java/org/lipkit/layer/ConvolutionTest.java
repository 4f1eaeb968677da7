package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.lipkit.Numerics;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.bound.PowerIteration;
import org.lipkit.tensor.Tensors;

class ConvolutionTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterContainer
  static void free() {
    MANAGER.close();
  }

  private static Convolution convolution(
      int channels, int kernel, int stride, int padding, WeightInit weight) {
    return new Convolution(channels, kernel, stride, padding, weight);
  }

  private static Convolution grouped(
      int channels, int kernel, int stride, int padding, int groups, WeightInit weight) {
    return new Convolution(channels, kernel, stride, padding, groups, weight);
  }

  private static double norm(Layer layer) {
    return layer.bound(new FullSpectrum()).value();
  }

  @Property(tries = 80)
  void theBoundIsTheNormOfTheWholeOperatorOnThisSize(
      @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @IntRange(min = 1, max = 9) int width,
      @ForAll @IntRange(min = 1, max = 3) int inputsPerGroup,
      @ForAll @IntRange(min = 1, max = 3) int channelsPerGroup,
      @ForAll @IntRange(min = 1, max = 3) int groups,
      @ForAll @IntRange(min = 1, max = 5) int kernel,
      @ForAll @IntRange(min = 1, max = 4) int stride,
      @ForAll @IntRange(max = 3) int padding,
      @ForAll long seed) {
    Assume.that(Math.min(height, width) + 2 * padding >= kernel);
    WeightInit gaussian = WeightInit.gaussian(1);
    int inputs = groups * inputsPerGroup;
    Convolution layer =
        grouped(groups * channelsPerGroup, kernel, stride, padding, groups, gaussian);
    Numerics.initialized(Numerics.seeded(seed, layer), MANAGER, inputs, height, width);
    Shape batch = new Shape(2, inputs, height, width);
    assertEquals(
        Numerics.outputShape(layer, batch),
        layer.apply(MANAGER.zeros(batch, DataType.FLOAT64)).getShape());
    double exact = Numerics.exactNorm(layer, MANAGER, inputs, height, width);
    assertEquals(exact, norm(layer), 1e-12 * exact);
    double estimate = layer.bound(PowerIteration.PUBLISHED).value();
    assertTrue(estimate <= exact * (1 + 1e-12));
    assertTrue(estimate >= exact * (1 - 1e-2));
    double ratio = Numerics.largestRatio(x -> layer.apply(x), MANAGER, seed, inputs, height, width);
    assertTrue(ratio <= exact * (1 + 1e-9));
  }

  @Example
  void aShiftedAndScaledImageHasTheScalesNorm() {
    double[] delta = new double[9];
    delta[0] = -2.5;
    Convolution layer = convolution(1, 3, 1, 1, Numerics.values(delta));
    assertEquals(2.5, norm(Numerics.initialized(layer, MANAGER, 1, 6, 5)), 1e-14);
  }

  @Example
  void theIdentityKernelHasNormOneAtAnyStride() {
    for (int stride = 1; stride <= 4; stride++) {
      Convolution layer = convolution(1, 1, stride, 0, Numerics.values(1));
      assertEquals(1, norm(Numerics.initialized(layer, MANAGER, 1, 7, 6)), 1e-15);
    }
  }

  @Example
  void orthogonalPatchesKeepLengths() {
    WeightInit orthogonal = WeightInit.ORTHOGONAL;
    Convolution layer = convolution(12, 2, 2, 0, orthogonal);
    Numerics.initialized(layer, MANAGER, 3, 6, 4);
    assertEquals(1, norm(layer), 1e-14);
    double ratio = Numerics.largestRatio(x -> layer.apply(x), MANAGER, 1, 3, 6, 4);
    assertEquals(1, ratio, 1e-9);
  }

  /** Summing all k * k pixels of disjoint windows has norm k; on every pixel it is larger. */
  @Example
  void theStrideCounts() {
    WeightInit ones = WeightInit.constant(1);
    Convolution disjoint = convolution(1, 3, 3, 0, ones);
    assertEquals(3, norm(Numerics.initialized(disjoint, MANAGER, 1, 9, 9)), 1e-14);
    Convolution everywhere = convolution(1, 3, 1, 0, ones);
    assertTrue(norm(Numerics.initialized(everywhere, MANAGER, 1, 9, 9)) > 6);
  }

  /** One 1 x 1 kernel per channel: the operator is diagonal. */
  @Example
  void theNormOfGroupsIsTheLargestOfTheirs() {
    Convolution layer = grouped(3, 1, 1, 0, 3, Numerics.values(2, -5, 3));
    assertEquals(5, norm(Numerics.initialized(layer, MANAGER, 3, 4, 5)), 1e-14);
    NDArray x = Numerics.gaussian(MANAGER, 1, 2, 3, 4, 5);
    NDArray factors = MANAGER.create(new double[] {2, -5, 3}, new Shape(1, 3, 1, 1));
    assertEquals(x.mul(factors), layer.apply(x));
  }

  @Example
  void groupsMustDivideChannels() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> grouped(4, 3, 1, 1, 3, WeightInit.constant(1)));
    assertEquals(
        "A Convolution of 3 groups cannot have 4 output channels; use a multiple of 3.",
        e.getMessage());
    Convolution layer = grouped(6, 3, 1, 1, 3, WeightInit.constant(1));
    e =
        assertThrows(
            IllegalArgumentException.class, () -> Numerics.initialized(layer, MANAGER, 5, 4, 4));
    assertEquals(
        "A Convolution of 3 groups cannot have 5 input channels; use a multiple of 3.",
        e.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> grouped(4, 3, 1, 1, 0, WeightInit.constant(1)));
  }

  @Example
  void impossibleShapesAreRefused() {
    WeightInit ones = WeightInit.constant(1);
    Convolution large = convolution(1, 5, 1, 0, ones);
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> Numerics.initialized(large, MANAGER, 1, 4, 9));
    assertEquals(
        "Convolution with a window of 5 and padding 0 does not fit an input of 4 pixels; use a"
            + " smaller window or a larger image.",
        e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Numerics.initialized(large, MANAGER, 20));
    assertThrows(IllegalArgumentException.class, () -> convolution(0, 3, 1, 1, ones));
    assertThrows(IllegalArgumentException.class, () -> convolution(1, 0, 1, 1, ones));
    assertThrows(IllegalArgumentException.class, () -> convolution(1, 3, 0, 1, ones));
    e = assertThrows(IllegalArgumentException.class, () -> convolution(1, 3, 1, -1, ones));
    assertEquals("padding must be at least 0, not -1.", e.getMessage());
  }

  @Example
  void aLayerIsInitialisedForOneInputSize() {
    Convolution layer = convolution(1, 3, 1, 1, WeightInit.constant(1));
    Numerics.initialized(layer, MANAGER, 1, 5, 5);
    Numerics.initialized(layer, MANAGER, 1, 5, 5);
    assertThrows(IllegalStateException.class, () -> Numerics.initialized(layer, MANAGER, 1, 6, 6));
  }
}
