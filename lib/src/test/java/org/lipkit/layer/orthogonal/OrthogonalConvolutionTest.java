package org.lipkit.layer.orthogonal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.SplittableRandom;
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
import org.lipkit.layer.WeightInit;
import org.lipkit.layer.rounding.Enclosure;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/** {@link Soc} and {@link CayleyConvolution}. */
class OrthogonalConvolutionTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterContainer
  static void free() {
    MANAGER.close();
  }

  private static Soc soc(int channels, int kernel, int terms, double deviation, long seed) {
    return Numerics.seeded(seed, new Soc(channels, kernel, terms, WeightInit.gaussian(deviation)));
  }

  private static CayleyConvolution cayley(int kernel, long seed) {
    return Numerics.seeded(seed, new CayleyConvolution(kernel, WeightInit.gaussian(0.5)));
  }

  /** All singular values of an affine layer's linear part. */
  private static double[] spectrum(Layer layer, long... shape) {
    int n = (int) new Shape(shape).size();
    NDArray units = MANAGER.eye(n, n, 0, DataType.FLOAT64);
    NDArray x = units.reshape(new Shape(n).addAll(new Shape(shape)));
    NDArray images = layer.apply(x).sub(layer.apply(x.zerosLike()));
    return LinearOperators.singularValues(images.reshape(n, -1)).toDoubleArray();
  }

  private static void randomBias(Layer layer, long seed) {
    for (Parameter parameter : layer.getParameters().values()) {
      if (parameter.getType() == Parameter.Type.BIAS) {
        NDArray bias = parameter.getArray();
        Tensors.copy(Numerics.gaussian(MANAGER, seed, bias.size()), bias);
      }
    }
  }

  @Property(tries = 10)
  void cayleyConvolutionsAreOrthogonal(
      @ForAll @IntRange(min = 1, max = 3) int channels,
      @ForAll @IntRange(min = 1, max = 3) int kernel,
      @ForAll @IntRange(min = 3, max = 5) int side,
      @ForAll long seed) {
    CayleyConvolution layer =
        Numerics.initialized(cayley(kernel, seed), MANAGER, channels, side, side);
    double[] singular = spectrum(layer, channels, side, side);
    double[] ones = new double[singular.length];
    Arrays.fill(ones, 1);
    Numerics.assertClose(ones, singular, 1e-12);
    assertEquals(1, layer.bound(new FullSpectrum()).value(), 1e-12);
    NDArray x = Numerics.gaussian(MANAGER, seed, 2, channels, side, side);
    NDArray y = Numerics.gaussian(MANAGER, seed + 1, 2, channels, side, side);
    var map = layer.map(layer.weight());
    double forward = map.apply(x).mul(y).sum().getDouble();
    assertEquals(forward, x.mul(map.adjoint(y)).sum().getDouble(), 1e-12);
  }

  /** On one pixel it is the dense Cayley transform. */
  @Example
  void cayleyOnOnePixelIsTheDenseOne() {
    CayleyConvolution layer = Numerics.initialized(cayley(1, 3), MANAGER, 4, 1, 1);
    NDArray free = layer.getParameters().get("weight").getArray();
    Numerics.assertClose(
        Reparametrization.CAYLEY.weight(free.reshape(4, 4)).toDoubleArray(),
        layer.weight().toDoubleArray(),
        1e-14);
  }

  /**
   * A kernel that is even around its middle gives A = 0 and the identity; one that is odd, t on the
   * right and -t on the left, gives {@code A = -4 i t sin(f)} and a wave along the rows moves by
   * {@code 2 atan(4 t sin(f))}.
   */
  @Example
  void cayleyConvolutionsAreCentredAndScaledByAlpha() {
    CayleyConvolution even = new CayleyConvolution(3, Numerics.values(1, 2, 1, 3, 9, 3, 1, 2, 1));
    Numerics.initialized(even, MANAGER, 1, 4, 4);
    NDArray x = Numerics.gaussian(MANAGER, 5, 2, 1, 4, 4);
    Numerics.assertClose(x.toDoubleArray(), even.apply(x).toDoubleArray(), 1e-13);
    double t = 0.3;
    CayleyConvolution odd = new CayleyConvolution(3, Numerics.values(0, 0, 0, -t, 0, t, 0, 0, 0));
    Numerics.initialized(odd, MANAGER, 1, 4, 4);
    NDArray alpha = odd.getParameters().get("alpha").getArray();
    // Of the frequencies 0, 1, 2 of 4 along the rows one has |F| = 2 t, at all 4 along the columns.
    double length = 4 * t;
    assertEquals(length, alpha.getDouble(0), 1e-13);
    NDArray wave = MANAGER.create(new double[] {1, 0, -1, 0}).reshape(1, 1, 1, 4);
    NDArray waves = wave.mul(MANAGER.ones(new Shape(1, 1, 4, 1), DataType.FLOAT64));
    for (double scale : new double[] {1, 2.5}) {
      Tensors.copy(MANAGER.create(new double[] {length * scale}), alpha);
      double angle = 2 * Math.atan(4 * t * scale);
      double[] row = {Math.cos(angle), Math.sin(angle), -Math.cos(angle), -Math.sin(angle)};
      Numerics.assertClose(row, odd.apply(waves).get(0).get(0).get(3).toDoubleArray(), 1e-13);
    }
  }

  @Example
  void cayleyConvolutionsCannotBeginWithKernelsOfZeros() {
    CayleyConvolution zeros = new CayleyConvolution(3, WeightInit.constant(0));
    assertThrows(
        IllegalArgumentException.class, () -> Numerics.initialized(zeros, MANAGER, 1, 4, 4));
  }

  @Example
  void cayleyConvolutionsWrapAroundAndAreNotCertified() {
    CayleyConvolution layer = Numerics.initialized(cayley(3, 4), MANAGER, 2, 4, 4);
    randomBias(layer, 1);
    NDArray x = Numerics.gaussian(MANAGER, 5, 1, 2, 4, 4);
    NDArray rolled = x.get(":,:,1:").concat(x.get(":,:,0:1"), 2);
    NDArray y = layer.apply(x);
    Numerics.assertClose(
        y.get(":,:,1:").concat(y.get(":,:,0:1"), 2).toDoubleArray(),
        layer.apply(rolled).toDoubleArray(),
        1e-12);
    Exception arithmetic =
        assertThrows(
            IllegalArgumentException.class,
            () -> Numerics.enclosure(layer, SoundNorm.TIGHT, x.toType(DataType.FLOAT32, true)));
    assertTrue(arithmetic.getMessage().contains("cannot be certified"), arithmetic.getMessage());
    assertThrows(IllegalArgumentException.class, () -> layer.bound(SoundNorm.TIGHT));
    Exception shape =
        assertThrows(
            IllegalArgumentException.class,
            () -> Numerics.initialized(cayley(3, 4), MANAGER, 2, 4, 5));
    assertTrue(shape.getMessage().contains("needs square images"), shape.getMessage());
  }

  @Property(tries = 8)
  void theSeriesOfASkewConvolutionIsNearlyOrthogonal(
      @ForAll @IntRange(min = 1, max = 3) int channels,
      @ForAll @IntRange(min = 1, max = 7) int terms,
      @ForAll boolean wide,
      @ForAll long seed) {
    int kernel = wide ? 3 : 1;
    Soc layer =
        Numerics.initialized(soc(channels, kernel, terms, 0.2, seed), MANAGER, channels, 4, 3);
    randomBias(layer, seed);
    double bound = layer.bound(new FullSpectrum()).value();
    for (double sigma : spectrum(layer, channels, 4, 3)) {
      assertTrue(sigma <= bound + 1e-12 && sigma >= 2 - bound - 1e-12);
    }
    double trained = Numerics.estimate(layer, MANAGER.create(2.0), 200).getDouble();
    assertEquals(2 * bound, trained, 5e-2 * (bound - 1) + 1e-9);
  }

  /** For [[0, t], [-t, 0]] the exponential is a rotation by t; the bias adds an integral of it. */
  @Example
  void socOfAPlaneIsARotation() {
    double t = 0.75;
    Soc layer = new Soc(2, 1, 18, Numerics.values(0, t, 0, 0));
    Numerics.initialized(layer, MANAGER, 2, 1, 1);
    NDArray bias = layer.getParameters().get("01inner_bias").getArray();
    Tensors.copy(MANAGER.create(new double[] {1, 0}), bias);
    NDArray x = MANAGER.create(new double[] {1, 0}, new Shape(1, 2, 1, 1));
    Numerics.assertClose(
        new double[] {Math.cos(t) + Math.sin(t) / t, -Math.sin(t) + (Math.cos(t) - 1) / t},
        layer.apply(x).toDoubleArray(),
        1e-14);
  }

  @Example
  void socIsCertifiedNearOne() {
    SplittableRandom random = new SplittableRandom(2);
    Soc layer = new Soc(4, 3, 10, WeightInit.gaussian(0.08));
    layer.initialize(MANAGER, DataType.FLOAT32, new Shape(1, 4, 6, 6));
    Bound bound = layer.bound(SoundNorm.TIGHT);
    assertEquals(Bound.Kind.UPPER, bound.kind());
    assertTrue(bound.value() > 1 && bound.value() < 1.001, bound::toString);
    NDArray x = Numerics.gaussian(MANAGER, 9, 2, 4, 6, 6).toType(DataType.FLOAT32, true);
    Enclosure y = Numerics.enclosure(layer, SoundNorm.TIGHT, x);
    assertTrue(y.error(0) < 1e-2, () -> "error " + y.error(0));
    Numerics.assertClose(Tensors.toDoubles(layer.apply(x)), y.center().toDoubleArray(), 1e-5);
  }

  @Example
  void gradients() {
    checkGradients(2, Numerics.initialized(soc(2, 3, 4, 0.2, 1), MANAGER, 2, 3, 3));
    checkGradients(3, Numerics.initialized(cayley(2, 1), MANAGER, 2, 3, 3));
    SplittableRandom random = new SplittableRandom(3);
    for (Reparametrization map : Reparametrization.values()) {
      checkGradients(
          2,
          Numerics.initialized(
              new ReparametrizedConvolution(3, 2, 2, 0, map, WeightInit.gaussian(1)),
              MANAGER,
              2,
              3,
              3));
    }
  }

  private static void checkGradients(int parameters, Layer layer) {
    NDArray x = Numerics.gaussian(MANAGER, 6, 2, 2, 3, 3);
    NDArray weights = Numerics.gaussian(MANAGER, 8, layer.apply(x).getShape().getShape());
    assertEquals(parameters, Numerics.checkParameterGradients(layer, x, weights));
  }

  @Example
  void socRefusesEvenKernelsAndOtherWidths() {
    Exception kernel = assertThrows(IllegalArgumentException.class, () -> soc(2, 2, 3, 1, 1));
    assertTrue(kernel.getMessage().contains("an odd kernel"), kernel.getMessage());
    Exception width =
        assertThrows(
            IllegalArgumentException.class,
            () -> Numerics.initialized(soc(2, 3, 3, 1, 1), MANAGER, 3, 4, 4));
    assertTrue(width.getMessage().contains("A Soc of 2 channels cannot take 3"));
  }
}
