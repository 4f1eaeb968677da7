package org.lipkit.bound;

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
import org.lipkit.tensor.Tensors;

class ReshapedKernelTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterContainer
  static void free() {
    MANAGER.close();
  }

  private static double bound(LinearMap map) {
    Bound bound = new ReshapedKernel().norm(map);
    assertEquals(Bound.Kind.UPPER, bound.kind());
    return bound.value();
  }

  private static double exact(LinearMap map) {
    return new FullSpectrum().norm(map).value();
  }

  @Property(tries = 150)
  void theBoundHoldsAndIsTheNormWhereWindowsAreDisjoint(
      @ForAll @IntRange(min = 1, max = 8) int height,
      @ForAll @IntRange(min = 1, max = 8) int width,
      @ForAll @IntRange(min = 1, max = 2) int inputs,
      @ForAll @IntRange(min = 1, max = 3) int outputs,
      @ForAll @IntRange(min = 1, max = 2) int groups,
      @ForAll @IntRange(min = 1, max = 5) int kernel,
      @ForAll @IntRange(min = 1, max = 5) int stride,
      @ForAll @IntRange(max = 3) int padding,
      @ForAll boolean positive,
      @ForAll long seed) {
    Assume.that(Math.min(height, width) + 2 * padding >= kernel);
    NDArray weight = Numerics.gaussian(MANAGER, seed, groups * outputs, inputs, kernel, kernel);
    Shape image = new Shape(groups * inputs, height, width);
    ConvolutionMap map =
        new ConvolutionMap(positive ? weight.abs() : weight, stride, padding, groups, image);
    double exact = exact(map);
    assertTrue(bound(map) >= exact * (1 - 1e-12));
    if (stride >= kernel && padding == 0) {
      assertEquals(exact, bound(map), 1e-4 * exact);
    }
  }

  /** Nine ones have length 3, and of 9 windows that a pixel lies in each costs the root. */
  @Example
  void overlapCostsTheRootOfTheWindows() {
    NDArray ones = MANAGER.ones(new Shape(1, 1, 3, 3), DataType.FLOAT64);
    Shape image = new Shape(1, 8, 8);
    assertEquals(9, bound(new ConvolutionMap(ones, 1, 1, image)), 1e-3);
    assertEquals(6, bound(new ConvolutionMap(ones, 2, 1, image)), 1e-3);
    assertEquals(3, bound(new ConvolutionMap(ones, 3, 0, image)), 1e-3);
    // One window in one direction, three in the other.
    assertEquals(3 * Math.sqrt(3), bound(new ConvolutionMap(ones, 1, 0, new Shape(1, 3, 9))), 1e-3);
  }

  @Example
  void otherMapsGetTheSoundNorm() {
    LinearMap map = new DenseMap(Numerics.gaussian(MANAGER, 1, 4, 6));
    assertEquals(SoundNorm.TIGHT.norm(map), new ReshapedKernel().norm(map));
  }

  @Example
  void weightsWithoutValueAreRefused() {
    NDArray bad = MANAGER.create(new double[] {1, Double.NaN}, new Shape(1, 2, 1, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> bound(new ConvolutionMap(bad, 1, 0, new Shape(2, 3, 3))));
  }
}
