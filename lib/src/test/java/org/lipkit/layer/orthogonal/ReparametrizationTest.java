package org.lipkit.layer.orthogonal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.lipkit.Numerics;
import org.lipkit.bound.Bound;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.bound.SoundNorm;
import org.lipkit.layer.Layer;
import org.lipkit.layer.LinearLayer;
import org.lipkit.layer.WeightInit;
import org.lipkit.layer.rounding.Enclosure;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/** {@link Reparametrization} and the layers made of it. */
class ReparametrizationTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterContainer
  static void free() {
    MANAGER.close();
  }

  private static double[] spectrum(NDArray weight) {
    NDArray matrix = weight.reshape(weight.getShape().get(0), -1);
    return LinearOperators.singularValues(matrix).toDoubleArray();
  }

  @Property(tries = 25)
  void choleskyBringsEverySingularValueToNearlyOne(
      @ForAll @IntRange(min = 1, max = 7) int rows,
      @ForAll @IntRange(min = 1, max = 7) int columns,
      @ForAll long seed) {
    NDArray free = Numerics.gaussian(MANAGER, seed, rows, columns);
    double ridge = 1e-3 * free.square().sum().getDouble() / rows;
    double[] expected =
        Arrays.stream(spectrum(free)).map(s -> s / Math.sqrt(s * s + ridge)).toArray();
    Numerics.assertClose(expected, spectrum(Reparametrization.CHOLESKY.weight(free)), 1e-9);
  }

  /** Of a column (a, b) with ridge r: L = [[p, 0], [ab / p, q]], p^2 = a^2 + r, by hand. */
  @Example
  void choleskySolvesWithTheFactorOfXXTForTallMatricesToo() {
    double a = 3;
    double b = 4;
    double r = 1e-3 * (a * a + b * b) / 2;
    double p = Math.sqrt(a * a + r);
    double q = Math.sqrt(b * b + r - a * a * b * b / (p * p));
    NDArray free = MANAGER.create(new double[] {a, b}, new Shape(2, 1));
    Numerics.assertClose(
        new double[] {a / p, (b - a * b / p * a / p) / q},
        Reparametrization.CHOLESKY.weight(free).toDoubleArray(),
        1e-12);
  }

  @Property(tries = 25)
  void cayleyMakesRowsOrColumnsOrthonormal(
      @ForAll @IntRange(min = 1, max = 7) int rows,
      @ForAll @IntRange(min = 1, max = 7) int columns,
      @ForAll long seed) {
    NDArray free = Numerics.gaussian(MANAGER, seed, rows, columns).mul(3);
    double[] ones = new double[Math.min(rows, columns)];
    Arrays.fill(ones, 1);
    Numerics.assertClose(ones, spectrum(Reparametrization.CAYLEY.weight(free)), 1e-12);
  }

  @Property(tries = 25)
  void aolConvolutionsHaveANormOfAtMostOneAtAnyStrideAndPadding(
      @ForAll @IntRange(min = 1, max = 3) int inputs,
      @ForAll @IntRange(min = 1, max = 3) int channels,
      @ForAll @IntRange(min = 1, max = 3) int kernel,
      @ForAll @IntRange(min = 1, max = 3) int stride,
      @ForAll @IntRange(max = 2) int padding,
      @ForAll long seed) {
    Layer layer =
        new ReparametrizedConvolution(
            channels, kernel, stride, padding, Reparametrization.AOL, WeightInit.gaussian(1));
    Numerics.initialized(Numerics.seeded(seed, layer), MANAGER, inputs, 5, 4);
    double exact = Numerics.exactNorm(layer, MANAGER, inputs, 5, 4);
    assertTrue(exact <= 1 + 1e-12);
    assertEquals(exact, layer.bound(new FullSpectrum()).value(), 1e-12);
    double ratio = Numerics.largestRatio(x -> layer.apply(x), MANAGER, seed, inputs, 5, 4);
    assertTrue(ratio <= 1 + 1e-9);
  }

  @Property(tries = 15)
  void orthogonalPatchesHaveNormOne(
      @ForAll @IntRange(min = 1, max = 3) int inputs,
      @ForAll @IntRange(min = 1, max = 9) int channels,
      @ForAll @IntRange(min = 1, max = 2) int kernel,
      @ForAll boolean cayley,
      @ForAll long seed) {
    Reparametrization map = cayley ? Reparametrization.CAYLEY : Reparametrization.CHOLESKY;
    Layer layer =
        new ReparametrizedConvolution(channels, kernel, 2, 0, map, WeightInit.gaussian(1));
    Numerics.initialized(Numerics.seeded(seed, layer), MANAGER, inputs, 4, 5);
    double exact = Numerics.exactNorm(layer, MANAGER, inputs, 4, 5);
    assertTrue(exact <= 1 + 1e-12 && exact >= (cayley ? 1 - 1e-12 : 0.99), () -> "" + exact);
  }

  /** Of two equal columns each gets half of the energy; an empty one stays empty. */
  @Example
  void aolOfKnownMatrices() {
    NDArray free = MANAGER.create(new double[] {3, 3, 0, 4, 4, 0}, new Shape(2, 3));
    double r = Math.sqrt(50);
    Numerics.assertClose(
        new double[] {3 / r, 3 / r, 0, 4 / r, 4 / r, 0},
        Reparametrization.AOL.weight(free).toDoubleArray(),
        1e-15);
    NDArray diagonal = MANAGER.create(new double[] {2, 0, 0, -7}, new Shape(2, 2));
    Numerics.assertClose(
        new double[] {1, 0, 0, -1}, Reparametrization.AOL.weight(diagonal).toDoubleArray(), 1e-15);
  }

  /** For [[0, t], [0, 0]] the Cayley transform is a rotation by 2 atan(t). */
  @Example
  void cayleyOfAPlaneIsARotation() {
    double t = 0.75;
    NDArray free = MANAGER.create(new double[] {0, t, 0, 0}, new Shape(2, 2));
    double angle = 2 * Math.atan(t);
    Numerics.assertClose(
        new double[] {Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle)},
        Reparametrization.CAYLEY.weight(free).toDoubleArray(),
        1e-15);
  }

  @Example
  void residualDenseStartsNearTheIdentity() {
    ResidualDense layer = new ResidualDense(6, 0.5);
    Numerics.initialized(layer, MANAGER, 6);
    NDArray w = layer.getParameters().get("weight").getArray();
    NDArray affine = layer.getParameters().get("affine").getArray();
    Tensors.copy(Numerics.gaussian(MANAGER, 3, 6, 1), affine);
    NDArray sum = MANAGER.eye(6, 6, 0, DataType.FLOAT64).add(w.mul(affine).mul(0.5));
    assertEquals(Reparametrization.CHOLESKY.weight(sum), layer.weight());
    w.muli(0);
    Numerics.assertClose(
        MANAGER.eye(6, 6, 0, DataType.FLOAT64).mul(1 / Math.sqrt(1.001)).toDoubleArray(),
        layer.weight().toDoubleArray(),
        1e-15);
  }

  @Example
  void theBoundIsTheNormOfWhatFloat32MultipliesWith() {
    for (Reparametrization map : Reparametrization.values()) {
      check(new ReparametrizedDense(5, map, WeightInit.gaussian(1)), 8);
      check(new ReparametrizedDense(8, map, WeightInit.gaussian(1)), 5);
      check(new ReparametrizedConvolution(5, 2, 2, 0, map, WeightInit.gaussian(1)), 3, 4, 4);
      check(new ReparametrizedConvolution(14, 2, 2, 0, map, WeightInit.gaussian(1)), 3, 4, 4);
    }
    check(new ResidualDense(7, 0.3), 7);
  }

  private static void check(LinearLayer layer, long... shape) {
    layer.initialize(MANAGER, DataType.FLOAT32, new Shape(1).addAll(new Shape(shape)));
    double exact = layer.bound(new FullSpectrum()).value();
    Bound sound = layer.bound(SoundNorm.TIGHT);
    assertTrue(exact <= 1 + 1e-6, () -> layer.getClass() + " has norm " + exact);
    assertEquals(Bound.Kind.UPPER, sound.kind());
    assertTrue(sound.value() >= exact * (1 - 1e-12) && sound.value() <= 1.0005 * exact);
    NDArray k = MANAGER.create(3f);
    assertEquals(k, Numerics.estimate(layer, k, 10));
    NDArray x =
        Numerics.gaussian(MANAGER, 9, new Shape(2).addAll(new Shape(shape)).getShape())
            .toType(DataType.FLOAT32, true);
    Enclosure y = Numerics.enclosure(layer, SoundNorm.TIGHT, x);
    Numerics.assertClose(Tensors.toDoubles(layer.apply(x)), y.center().toDoubleArray(), 1e-5);
  }

  @Example
  void overlappingOrthogonalWindowsAreRefused() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new ReparametrizedConvolution(
                    4, 3, 1, 1, Reparametrization.CHOLESKY, WeightInit.constant(1)));
    assertTrue(e.getMessage().contains("use a stride of at least 3, or AOL"), e.getMessage());
    Exception width =
        assertThrows(
            IllegalArgumentException.class,
            () -> Numerics.initialized(new ResidualDense(4, 1), MANAGER, 5));
    assertTrue(width.getMessage().contains("put a Dense to 4 before it"), width.getMessage());
  }

  @Example
  void weightsAreInRowMajorOrder() {
    NDArray free = Numerics.gaussian(MANAGER, 1, 5, 2);
    for (Reparametrization map : Reparametrization.values()) {
      NDArray weight = map.weight(free);
      NDArray copy = MANAGER.create(Tensors.toDoubles(weight), weight.getShape());
      assertEquals(copy, weight);
      assertArrayEquals(new long[] {5, 2}, weight.getShape().getShape());
    }
  }
}
