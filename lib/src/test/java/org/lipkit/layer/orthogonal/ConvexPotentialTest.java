package org.lipkit.layer.orthogonal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
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
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Layer;
import org.lipkit.layer.LinearLayer;
import org.lipkit.layer.LinearResidual;
import org.lipkit.layer.NormalizedConvolution;
import org.lipkit.layer.Pass;
import org.lipkit.layer.WeightInit;
import org.lipkit.layer.rounding.Enclosure;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/** {@link Sll} and {@link Cpl}. */
class ConvexPotentialTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterContainer
  static void free() {
    MANAGER.close();
  }

  private static Dense dense(int hidden, long seed) {
    return Numerics.seeded(seed, new Dense(hidden, WeightInit.gaussian(1)));
  }

  private static Convolution convolution(int hidden, int kernel, int padding, long seed) {
    return Numerics.seeded(
        seed, new Convolution(hidden, kernel, 1, padding, WeightInit.gaussian(1)));
  }

  private static Sll sll(LinearLayer inner, long seed) {
    return Numerics.seeded(seed, new Sll(inner));
  }

  /** A layer whose power iteration has converged. */
  private static Cpl cpl(LinearLayer inner, long... shape) {
    return cpl(1, inner, shape);
  }

  private static Cpl cpl(long seed, LinearLayer inner, long... shape) {
    Cpl layer = Numerics.initialized(Numerics.seeded(seed, new Cpl(inner)), MANAGER, shape);
    Numerics.estimate(inner, MANAGER.create(1.0), 500);
    return layer;
  }

  private static void randomBias(ConvexPotential layer, long seed) {
    NDArray bias = layer.inner().getParameters().get("bias").getArray();
    Tensors.copy(Numerics.gaussian(MANAGER, seed, bias.size()), bias);
  }

  /** The largest singular value of the Jacobian at a random point. */
  private static double jacobianNorm(Layer layer, long seed, long... shape) {
    int n = (int) new Shape(shape).size();
    Shape one = new Shape(1).addAll(new Shape(shape));
    NDArray x = Numerics.gaussian(MANAGER, seed, n).reshape(one);
    NDArray points = x.repeat(0, n);
    NDArray rows = MANAGER.eye(n, n, 0, DataType.FLOAT64).reshape(points.getShape());
    NDArray jacobian = Gradients.pullBack(points, z -> layer.apply(z), unused -> rows).get(1);
    return LinearOperators.singularValues(jacobian.reshape(n, n)).toDoubleArray()[0];
  }

  @Property(tries = 10)
  void denseSll(
      @ForAll @IntRange(min = 1, max = 6) int inputs,
      @ForAll @IntRange(min = 1, max = 8) int hidden,
      @ForAll long seed) {
    isOneLipschitz(Numerics.initialized(sll(dense(hidden, seed), seed), MANAGER, inputs), inputs);
  }

  @Property(tries = 10)
  void convolutionalSll(
      @ForAll @IntRange(min = 1, max = 3) int inputs,
      @ForAll @IntRange(min = 1, max = 3) int hidden,
      @ForAll @IntRange(min = 1, max = 3) int kernel,
      @ForAll @IntRange(max = 2) int padding,
      @ForAll long seed) {
    Convolution inner = convolution(hidden, kernel, Math.min(padding, kernel - 1), seed);
    isOneLipschitz(Numerics.initialized(sll(inner, seed), MANAGER, inputs, 4, 3), inputs, 4, 3);
  }

  @Property(tries = 5)
  void cplOnceNearlyConverged(
      @ForAll @IntRange(min = 1, max = 3) int inputs,
      @ForAll @IntRange(min = 1, max = 3) int hidden,
      @ForAll long seed) {
    Cpl dense = cpl(seed, dense(hidden, seed), inputs);
    hasConstant(cplConstant(dense), dense, inputs);
    Cpl convolution = cpl(seed, convolution(hidden, 3, 1, seed), inputs, 4, 3);
    hasConstant(cplConstant(convolution), convolution, inputs, 4, 3);
  }

  /**
   * max(1, 2 s ||V||^2 - 1): power iteration finds s = 1 / ||V||^2 only in the limit, slowly where
   * singular values are close.
   */
  private static double cplConstant(Cpl layer) {
    double s = layer.scale(Pass.EVALUATION).toDoubleArray()[0];
    double norm = layer.inner().bound(new FullSpectrum()).value();
    return Math.max(1, 2 * s * norm * norm - 1);
  }

  private static void isOneLipschitz(Sll layer, long... shape) {
    hasConstant(1, layer, shape);
  }

  private static void hasConstant(double expected, ConvexPotential layer, long... shape) {
    randomBias(layer, 3);
    double bound = layer.bound(new FullSpectrum()).value();
    assertEquals(expected, bound, 1e-3);
    for (int seed = 0; seed < 3; seed++) {
      double norm = jacobianNorm(layer, seed, shape);
      assertTrue(norm <= bound + 1e-9, () -> norm + " above " + bound);
    }
    double ratio = Numerics.largestRatio(x -> layer.apply(x), MANAGER, 7, shape);
    assertTrue(ratio <= expected + 1e-3);
  }

  /** Where every hidden unit is active the layer is x - 2 V^T S V x: a reflection for one unit. */
  @Example
  void oneActiveUnitReflects() {
    SplittableRandom random = new SplittableRandom(1);
    for (boolean first : new boolean[] {true, false}) {
      Dense inner = new Dense(1, Numerics.values(3, 4));
      ConvexPotential layer =
          first ? Numerics.initialized(sll(inner, 1), MANAGER, 2) : cpl(inner, 2);
      NDArray x = MANAGER.create(new double[] {3, 4, -3, -4}, new Shape(2, 2));
      Numerics.assertClose(new double[] {-3, -4, -3, -4}, layer.apply(x).toDoubleArray(), 1e-12);
    }
  }

  /** Step sizes twice as long as allowed: x becomes -3 x where the unit is active. */
  @Example
  void theBoundFollowsTheNormAndNotTheConstruction() {
    ConvexPotential layer =
        new ConvexPotential(new Dense(1, Numerics.values(3, 4))) {
          @Override
          protected NDArray scale(Pass pass) {
            return MANAGER.create(new double[] {2 / 25.0});
          }
        };
    Numerics.initialized(layer, MANAGER, 2);
    assertEquals(3, layer.bound(new FullSpectrum()).value(), 1e-8);
    assertEquals(3, layer.bound(SoundNorm.TIGHT).value(), 1e-2);
    NDArray x = MANAGER.create(new double[] {3, 4}, new Shape(1, 2));
    Numerics.assertClose(new double[] {-9, -12}, layer.apply(x).toDoubleArray(), 1e-15);
  }

  @Example
  void unconvergedPowerIterationShowsInTheBound() {
    Cpl layer = Numerics.initialized(new Cpl(dense(12, 1)), MANAGER, 12);
    double before = layer.bound(new FullSpectrum()).value();
    for (int pass = 0; pass < 300; pass++) {
      Numerics.train(layer, MANAGER.zeros(new Shape(1, 12), DataType.FLOAT64));
    }
    double after = layer.bound(new FullSpectrum()).value();
    assertTrue(before > 1.5 && after < 1.001, before + " then " + after);
  }

  @Example
  void emptyUnitsDoNothing() {
    for (ConvexPotential layer :
        new ConvexPotential[] {sll(dense(3, 1), 1), new Cpl(dense(3, 1))}) {
      Numerics.initialized(layer, MANAGER, 4);
      layer.inner().getParameters().get("weight").getArray().muli(0);
      randomBias(layer, 3);
      NDArray x = Numerics.gaussian(MANAGER, 2, 2, 4);
      assertEquals(x, layer.apply(x));
      assertEquals(1, layer.bound(SoundNorm.TIGHT).value());
    }
  }

  @Example
  void gradients() {
    checkGradients(Numerics.initialized(sll(dense(4, 2), 2), MANAGER, 3), 3);
    checkGradients(
        Numerics.initialized(sll(convolution(2, 3, 1, 2), 2), MANAGER, 2, 3, 3), 2, 3, 3);
    checkGradients(cpl(convolution(2, 3, 1, 2), 2, 3, 3), 2, 3, 3);
  }

  private static void checkGradients(ConvexPotential layer, long... shape) {
    randomBias(layer, 4);
    NDArray x = Numerics.gaussian(MANAGER, 6, new Shape(2).addAll(new Shape(shape)).getShape());
    NDArray weights = Numerics.gaussian(MANAGER, 8, x.getShape().getShape());
    assertEquals(layer instanceof Sll ? 3 : 2, Numerics.checkParameterGradients(layer, x, weights));
  }

  @Example
  void float32IsCertifiedNearOne() {
    for (ConvexPotential layer :
        new ConvexPotential[] {sll(convolution(5, 3, 1, 1), 1), new Cpl(convolution(5, 3, 1, 1))}) {
      layer.initialize(MANAGER, DataType.FLOAT32, new Shape(1, 4, 6, 6));
      Numerics.estimate(layer.inner(), MANAGER.create(1f), 2000);
      Bound bound = layer.bound(SoundNorm.TIGHT);
      assertEquals(Bound.Kind.UPPER, bound.kind());
      assertTrue(bound.value() >= 1 && bound.value() < 1.001, bound::toString);
      NDArray x = Numerics.gaussian(MANAGER, 9, 2, 4, 6, 6).toType(DataType.FLOAT32, true);
      Enclosure y = Numerics.enclosure(layer, SoundNorm.TIGHT, x);
      assertTrue(y.error(0) < 1e-3, () -> "error " + y.error(0));
      Numerics.assertClose(Tensors.toDoubles(layer.apply(x)), y.center().toDoubleArray(), 1e-5);
    }
  }

  @Example
  void otherLayersAreRefused() {
    Exception kind =
        assertThrows(IllegalArgumentException.class, () -> new Cpl(new LinearResidual(1)));
    assertEquals(
        "Cpl is built on a Dense or a Convolution without batch statistics, not on a"
            + " LinearResidual.",
        kind.getMessage());
    SplittableRandom random = new SplittableRandom(1);
    LinearLayer normalized = new NormalizedConvolution(2, 3, 1, 1, WeightInit.LECUN);
    assertThrows(IllegalArgumentException.class, () -> new Cpl(normalized));
    Convolution strided = new Convolution(2, 3, 2, 1, WeightInit.LECUN);
    Exception stride =
        assertThrows(
            IllegalArgumentException.class,
            () -> Numerics.initialized(new Cpl(strided), MANAGER, 2, 4, 4));
    assertTrue(stride.getMessage().contains("Convolution of stride 1"), stride.getMessage());
  }
}
