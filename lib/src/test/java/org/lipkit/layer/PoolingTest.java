package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.junit.jupiter.api.function.Executable;
import org.lipkit.Numerics;
import org.lipkit.bound.Bound;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.layer.rounding.Enclosure;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

/** Poolings that are not linear: the largest entry and the Euclidean norm of windows. */
class PoolingTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterContainer
  static void free() {
    MANAGER.close();
  }

  private static double bound(Layer layer) {
    Bound bound = layer.bound(new FullSpectrum());
    assertEquals(Bound.Kind.UPPER, bound.kind());
    return bound.value();
  }

  private static NDArray image(double... rows) {
    int side = (int) Math.sqrt(rows.length);
    return MANAGER.create(rows, new Shape(1, 1, side, side));
  }

  /** In how many windows each entry of an axis lies, counted window by window. */
  private static int[] uses(int length, int kernel, int stride, int padding) {
    int[] uses = new int[length];
    for (int start = -padding; start + kernel <= length + padding; start += stride) {
      for (int i = Math.max(0, start); i < Math.min(length, start + kernel); i++) {
        uses[i]++;
      }
    }
    return uses;
  }

  private static int mostUsed(int[] uses) {
    int most = 0;
    for (int i = 1; i < uses.length; i++) {
      most = uses[i] > uses[most] ? i : most;
    }
    return most;
  }

  /** The count is exact, and one entry that changes alone attains the constant. */
  @Property(tries = 150)
  void theConstantIsTheRootOfTheMostUsesAndAttained(
      @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @IntRange(min = 1, max = 9) int width,
      @ForAll @IntRange(min = 1, max = 6) int kernel,
      @ForAll @IntRange(min = 1, max = 4) int stride,
      @ForAll @IntRange(min = 0, max = 3) int padding) {
    Assume.that(padding <= kernel / 2);
    Assume.that(Math.min(height, width) + 2 * padding >= kernel);
    int[] rows = uses(height, kernel, stride, padding);
    int[] columns = uses(width, kernel, stride, padding);
    int row = mostUsed(rows);
    int column = mostUsed(columns);
    double root = Math.sqrt(rows[row] * columns[column]);
    double[] entry = new double[height * width];
    entry[row * width + column] = 1;
    Shape shape = new Shape(1, 1, height, width);
    NDArray step = MANAGER.create(entry, shape);
    for (Layer layer :
        List.of(
            new MaxPooling(kernel, stride, padding), new L2NormPooling(kernel, stride, padding))) {
      Numerics.initialized(layer, MANAGER, 1, height, width);
      assertEquals(root, bound(layer), 1e-15 * root);
      assertTrue(bound(layer) >= root);
      assertEquals(root, Numerics.estimate(layer, MANAGER.create(1.0), 1).getDouble(), 1e-6);
      double level = layer instanceof MaxPooling ? -3 : 0;
      NDArray flat = step.zerosLike().add(level);
      NDArray before = layer.apply(flat);
      assertEquals(Numerics.outputShape(layer, shape), before.getShape());
      NDArray change = Numerics.train(layer, flat.add(step)).sub(before);
      assertEquals(root, change.norm().getDouble(), 1e-12);
      double ratio = Numerics.largestRatio(x -> layer.apply(x), MANAGER, 3, 1, height, width);
      assertTrue(ratio <= root * (1 + 1e-9));
    }
  }

  /** Of any sides, strides, dilations and paddings: the entry that changes most attains it. */
  @Property(tries = 60)
  void windowsOfAnyShapeHaveTheConstantThatOneEntryAttains(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Window rows = window(random);
    Window columns = window(random);
    int height = 1 + random.nextInt(7);
    int width = 1 + random.nextInt(7);
    MaxPooling layer = new MaxPooling(rows, columns);
    Assume.that(fits(layer, height, width));
    Numerics.initialized(layer, MANAGER, 1, height, width);
    int pixels = height * width;
    Shape each = new Shape(pixels, 1, height, width);
    NDArray units = MANAGER.eye(pixels, pixels, 0, DataType.FLOAT64).reshape(each);
    NDArray changes = layer.apply(units.sub(3)).sub(layer.apply(units.zerosLike().sub(3)));
    double most = changes.reshape(pixels, -1).norm(new int[] {1}).max().getDouble();
    assertEquals(most, bound(layer), 1e-12);
  }

  private static Window window(SplittableRandom random) {
    return new Window(
        1 + random.nextInt(3),
        1 + random.nextInt(3),
        1 + random.nextInt(2),
        random.nextInt(3),
        random.nextInt(3));
  }

  private static boolean fits(MaxPooling layer, int height, int width) {
    try {
      layer.outputShape(new Shape(1, height, width));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Example
  void aWindowOfPaddingIsRefused() {
    Window narrow = new Window(2, 1, 1, 2, 0);
    refused(
        "A window of this MaxPooling holds nothing but padding; use less padding.",
        () -> Numerics.initialized(new MaxPooling(narrow, narrow), MANAGER, 1, 4, 4));
  }

  @Example
  void disjointWindowsKeepOneAndOverlappingOnesDoNot() {
    assertEquals(1, bound(Numerics.initialized(new MaxPooling(2, 2, 0), MANAGER, 3, 8, 8)));
    assertEquals(2, bound(Numerics.initialized(new MaxPooling(3, 2, 1), MANAGER, 3, 8, 8)));
    assertEquals(3, bound(Numerics.initialized(new L2NormPooling(3, 1, 1), MANAGER, 3, 8, 8)));
  }

  private static Layer on(Layer layer, NDArray x) {
    layer.initialize(MANAGER, x.getDataType(), x.getShape());
    return layer;
  }

  @Example
  void paddingIsNeverTheLargestEntry() {
    NDArray x = image(-9, -2, -3, -4, -5, -6, -7, -8, -1);
    assertArrayEquals(
        new double[] {-2, -2, -4, -1}, on(new MaxPooling(3, 2, 1), x).apply(x).toDoubleArray());
    assertArrayEquals(
        new double[] {-2, -2, -4, -1}, on(new MaxPooling(2, 1, 0), x).apply(x).toDoubleArray());
  }

  @Example
  void normsOfWindows() {
    NDArray x = image(3, -4, 0, 0, 0, 0, 5, 0, -12);
    Numerics.assertClose(
        new double[] {5, 4, 5, 12},
        on(new L2NormPooling(2, 1, 0), x).apply(x).toDoubleArray(),
        1e-15);
    Numerics.assertClose(
        new double[] {3, 4, 5, 12},
        on(new L2NormPooling(2, 2, 1), x).apply(x).toDoubleArray(),
        1e-15);
  }

  @Example
  void gradientsAreTheDifferences() {
    for (Layer layer : List.of(new MaxPooling(3, 2, 1), new L2NormPooling(3, 2, 1))) {
      NDArray x = Numerics.gaussian(MANAGER, 4, 2, 2, 5, 4);
      x.setRequiresGradient(true);
      NDArray towards = Numerics.gaussian(MANAGER, 5, 2, 2, 3, 2);
      on(layer, x);
      Supplier<NDArray> scalar = () -> Numerics.train(layer, x).mul(towards).sum();
      double[] gradient = Gradients.of(List.of(x), scalar).get(1).toDoubleArray();
      Numerics.assertClose(Numerics.differences(x, scalar), gradient, 1e-7);
    }
  }

  @Example
  void theNormOfAnEmptyWindowHasGradientZero() {
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
      NDArray x = MANAGER.zeros(new Shape(1, 1, 4, 4), type);
      x.setRequiresGradient(true);
      ai.djl.ndarray.NDList y =
          Gradients.of(
              List.of(x), () -> on(new L2NormPooling(2, 2, 0), x).apply(x, Pass.training(0)).sum());
      assertEquals(0, Tensors.toDouble(y.get(0)), 1e-18);
      assertArrayEquals(new double[16], Tensors.toDoubles(y.get(1)));
    }
  }

  /** Squares below 2^-126 may be lost, and the result is raised to 2^-63. */
  @Example
  void squaresThatUnderflowAreCounted() {
    L2NormPooling layer = new L2NormPooling(3, 3, 0);
    layer.initialize(MANAGER, DataType.FLOAT32, new Shape(1, 1, 3, 3));
    for (float entry : new float[] {0, 1e-40f, 1e-25f, 2e-23f, 1e-19f, 1e-18f}) {
      NDArray x = MANAGER.full(new Shape(1, 1, 3, 3), entry, DataType.FLOAT32);
      Enclosure y = Numerics.enclosure(layer, new FullSpectrum(), x);
      double exact = 3.0 * entry;
      double computed = layer.apply(x).toFloatArray()[0];
      assertTrue(Math.abs(computed - exact) <= y.error(0), "entry " + entry);
      assertTrue(Math.abs(Tensors.toDouble(y.center()) - exact) <= y.centerError(0));
      assertTrue(y.error(0) < 2e-18);
    }
  }

  /** Squares above 2^128 are infinite in float32, while the norm is not. */
  @Example
  void squaresThatMayOverflowAreRefused() {
    L2NormPooling layer = new L2NormPooling(2, 2, 0);
    layer.initialize(MANAGER, DataType.FLOAT32, new Shape(1, 1, 2, 2));
    NDArray x =
        MANAGER.create(new float[] {1e18f, 1e18f, 0, 0, 1e19f, 1e19f, 0, 0}, new Shape(2, 1, 2, 2));
    Enclosure y = Numerics.enclosure(layer, new FullSpectrum(), x);
    assertTrue(y.reach(0) > 1e18);
    assertEquals("a sum in L2NormPooling may overflow float32", y.obstacle(1));
  }

  @Example
  void badSizesAreRefused() {
    refused("kernel must be at least 1, not 0.", () -> new MaxPooling(0, 1, 0));
    refused("stride must be at least 1, not 0.", () -> new L2NormPooling(1, 0, 0));
    refused("padding must be at least 0, not -1.", () -> new MaxPooling(2, 1, -1));
    refused(
        "padding must be at most half the kernel, which is 1, not 2.",
        () -> new MaxPooling(3, 1, 2));
    refused(
        "MaxPooling with a window of 4 and padding 0 does not fit an input of 3 pixels; use a"
            + " smaller window or a larger image.",
        () -> Numerics.initialized(new MaxPooling(4, 1, 0), MANAGER, 1, 3, 5));
  }

  private static void refused(String sentence, Executable call) {
    assertEquals(sentence, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
