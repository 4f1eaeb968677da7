package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.lipkit.Numerics;
import org.lipkit.bound.Bound;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.layer.rounding.Enclosure;
import org.lipkit.tensor.Tensors;

class AveragePoolingTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterContainer
  static void free() {
    MANAGER.close();
  }

  private static Bound bound(Layer layer) {
    return layer.bound(new FullSpectrum());
  }

  @Example
  void twoByTwoWindowsHalve() {
    AveragePooling layer = Numerics.initialized(new AveragePooling(2, 2), MANAGER, 3, 6, 4);
    assertEquals(0.5, bound(layer).value());
    assertEquals(Bound.Kind.UPPER, bound(layer).kind());
  }

  @Property(tries = 80)
  void theBoundIsNeverBelowTheExactNormAndEqualWhereWindowsAreDisjoint(
      @ForAll @IntRange(min = 1, max = 10) int height,
      @ForAll @IntRange(min = 1, max = 10) int width,
      @ForAll @IntRange(min = 1, max = 6) int kernel,
      @ForAll @IntRange(min = 1, max = 6) int stride,
      @ForAll @IntRange(min = 1, max = 2) int channels) {
    Assume.that(Math.min(height, width) >= kernel);
    AveragePooling layer =
        Numerics.initialized(new AveragePooling(kernel, stride), MANAGER, channels, height, width);
    Shape batch = new Shape(2, channels, height, width);
    assertEquals(
        Numerics.outputShape(layer, batch),
        layer.apply(MANAGER.zeros(batch, DataType.FLOAT64)).getShape());
    double exact = Numerics.exactNorm(layer, MANAGER, channels, height, width);
    assertTrue(bound(layer).value() >= exact * (1 - 1e-14));
    if (stride >= kernel) {
      assertEquals(exact, bound(layer).value(), 1e-14);
    }
    double trained = Numerics.estimate(layer, MANAGER.create(2.0), 1).getDouble();
    assertEquals(2 * bound(layer).value(), trained, 1e-6);
  }

  /** Padding counts as no pixel: means of ones are ones, and the bound is above the norm. */
  @Property(tries = 60)
  void meansAreOverThePixelsThatAWindowHolds(
      @ForAll @IntRange(min = 1, max = 3) int kernel,
      @ForAll @IntRange(min = 1, max = 3) int stride,
      @ForAll @IntRange(min = 0, max = 2) int before,
      @ForAll @IntRange(min = 0, max = 2) int after,
      @ForAll @IntRange(min = 3, max = 6) int width) {
    Assume.that(Math.max(before, after) < kernel);
    Window rows = new Window(kernel, stride, 1, before, after);
    Window columns = new Window(2, 1, 1, 0, 1);
    AveragePooling layer =
        Numerics.initialized(new AveragePooling(rows, columns), MANAGER, 1, 4, width);
    NDArray ones = MANAGER.ones(new Shape(1, 1, 4, width), DataType.FLOAT64);
    for (double mean : layer.apply(ones).toDoubleArray()) {
      assertEquals(1, mean, 1e-15);
    }
    double exact = Numerics.exactNorm(layer, MANAGER, 1, 4, width);
    assertTrue(bound(layer).value() >= exact * (1 - 1e-14));
    assertTrue(bound(layer).value() <= 2.5 * exact);
  }

  @Example
  void averages() {
    AveragePooling layer = Numerics.initialized(new AveragePooling(2, 1), MANAGER, 1, 2, 3);
    NDArray x = MANAGER.create(new double[] {1, 2, 3, 4, 5, 6}, new Shape(1, 1, 2, 3));
    Numerics.assertClose(new double[] {3, 4}, layer.apply(x).toDoubleArray(), 1e-15);
  }

  @Property(tries = 40)
  void theGlobalMeanHasItsExactNorm(
      @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @IntRange(min = 1, max = 9) int width,
      @ForAll @IntRange(min = 1, max = 2) int channels) {
    Layer layer =
        Numerics.initialized(new GlobalAveragePooling(), MANAGER, channels, height, width);
    NDArray x = Numerics.gaussian(MANAGER, 1, 2, channels, height, width);
    NDArray y = layer.apply(x);
    assertEquals(Numerics.outputShape(layer, x.getShape()), y.getShape());
    double first = x.get(0).get(0).flatten().mean().getDouble();
    assertEquals(first, y.getDouble(0, 0), 1e-15);
    double constant = 1 / Math.sqrt(height * width);
    assertTrue(bound(layer).value() >= constant);
    assertEquals(constant, bound(layer).value(), 4e-16);
    assertEquals(constant, Numerics.exactNorm(layer, MANAGER, channels, height, width), 1e-14);
  }

  @Example
  void theGlobalMeanOfASquareOfTwosIsExact() {
    Layer layer = Numerics.initialized(new GlobalAveragePooling(), MANAGER, 3, 8, 8);
    assertEquals(0.125, bound(layer).value());
    assertThrows(
        IllegalArgumentException.class,
        () -> Numerics.initialized(new GlobalAveragePooling(), MANAGER, 5));
  }

  /** The engine adds first and divides later: the sum overflows though the mean would not. */
  @Example
  void sumsThatOverflowBeforeTheDivisionAreRefused() {
    NDArray x =
        MANAGER.create(
            new float[] {1e37f, 1e37f, 1e37f, 1e37f, 1e38f, 1e38f, 1e38f, 1e38f},
            new Shape(2, 1, 2, 2));
    for (Layer layer : List.of(new AveragePooling(2, 2), new GlobalAveragePooling())) {
      layer.initialize(MANAGER, DataType.FLOAT32, new Shape(1, 1, 2, 2));
      assertEquals(Float.POSITIVE_INFINITY, layer.apply(x).toFloatArray()[1]);
      Enclosure y = Numerics.enclosure(layer, new FullSpectrum(), x);
      assertTrue(y.reach(0) > 0);
      assertTrue(y.obstacle(1).contains("may overflow float32"), y.obstacle(1));
    }
  }

  @Example
  void thereIsNoBoundBeforeTheInputSizeIsKnown() {
    assertThrows(IllegalStateException.class, () -> bound(new AveragePooling(3, 2)));
  }

  @Example
  void impossibleShapesAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Numerics.initialized(new AveragePooling(3, 1), MANAGER, 1, 2, 5));
    assertThrows(
        IllegalArgumentException.class,
        () -> Numerics.initialized(new AveragePooling(1, 1), MANAGER, 5));
    assertThrows(IllegalArgumentException.class, () -> new AveragePooling(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new AveragePooling(1, 0));
  }
}
