package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.Numerics;
import org.lipkit.bound.Bound;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.bound.PowerIteration;
import org.lipkit.bound.SoundNorm;
import org.lipkit.layer.rounding.Enclosure;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

/** Sums of branches, the layers that weigh them, and scale and shift a channel. */
class SumOfBranchesTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static Convolution convolution(int channels, int kernel, int stride, int padding) {
    SplittableRandom random = new SplittableRandom(31 * channels + kernel);
    return new Convolution(channels, kernel, stride, padding, WeightInit.LECUN);
  }

  private static double bound(Layer layer) {
    return layer.bound(new FullSpectrum()).value();
  }

  private static double trained(Layer layer) {
    return Numerics.estimate(layer, MANAGER.create(2.0), 400).getDouble() / 2;
  }

  private static NDArray parameter(Layer layer, String name) {
    return layer.getParameters().get(name).getArray();
  }

  private static void set(Layer layer, String name, double... values) {
    Tensors.copy(MANAGER.create(values), parameter(layer, name));
  }

  @Test
  void aResidualOfAPositiveMultipleOfTheIdentityMeetsItsBound() {
    Residual layer = Numerics.initialized(new Residual(new Scale(2.5)), MANAGER, 2, 3, 4);
    assertEquals(3.5, bound(layer), 1e-14);
    assertEquals(3.5, trained(layer), 1e-14);
    NDArray x = Numerics.gaussian(MANAGER, 1, 2, 2, 3, 4);
    Numerics.assertClose(x.mul(3.5).toDoubleArray(), layer.apply(x).toDoubleArray(), 1e-15);
    assertEquals(1.5, bound(Numerics.initialized(new Residual(new Scale(-.5)), MANAGER, 4)), 1e-14);
  }

  /** x + s conv(MinMax(conv(x))). */
  @Test
  void theRivalResNetStartsAsTheIdentity() {
    Convolution first = convolution(4, 3, 1, 1);
    Convolution second = convolution(4, 3, 1, 1);
    Residual block =
        new Residual(new Sequential(List.of(first, new MinMax(), second, new Scale(0))));
    Numerics.initialized(block, MANAGER, 4, 5, 3);
    NDArray x = Numerics.gaussian(MANAGER, 1, 2, 4, 5, 3);
    assertEquals(x, block.apply(x));
    assertEquals(1, bound(block), 1e-14);
    set(block, "02branch_04Scale_factor", -0.7);
    double expected = 1 + 0.7 * bound(first) * bound(second);
    assertEquals(expected, bound(block), 1e-12);
    assertEquals(expected, trained(block), 1e-9);
    double ratio = Numerics.largestRatio(y -> block.apply(y), MANAGER, 2, 4, 5, 3);
    assertTrue(ratio <= expected && ratio > 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void theBoundOfAProjectionShortcutIsTheSumAndHolds(int stride) {
    Convolution shortcut = convolution(4, 1, stride, 0);
    Convolution branch = convolution(4, 3, stride, 1);
    SumOfBranches sum = Numerics.initialized(new SumOfBranches(shortcut, branch), MANAGER, 2, 7, 6);
    double expected = bound(shortcut) + bound(branch);
    assertEquals(expected, bound(sum), 1e-12);
    assertEquals(expected, trained(sum), 1e-9);
    assertTrue(Numerics.exactNorm(sum, MANAGER, 2, 7, 6) <= expected);
    NDArray x = Numerics.gaussian(MANAGER, 1, 2, 2, 7, 6);
    assertEquals(shortcut.apply(x).add(branch.apply(x)), sum.apply(x));
    assertEquals(Numerics.outputShape(sum, x.getShape()), sum.apply(x).getShape());
  }

  @Test
  void theKindIsTheWeakerOne() {
    SumOfBranches sum =
        Numerics.initialized(
            new SumOfBranches(new Identity(), convolution(2, 3, 1, 1)), MANAGER, 2, 4, 4);
    assertEquals(Bound.Kind.UPPER, sum.bound(SoundNorm.TIGHT).kind());
    assertEquals(Bound.Kind.ESTIMATE, sum.bound(PowerIteration.QUICK).kind());
    assertTrue(sum.bound(SoundNorm.TIGHT).value() >= bound(sum) * (1 - 1e-12));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.25, 1})
  void aConvexSumIsNeverAboveTheLargerBranch(double alpha) {
    Convolution branch = convolution(3, 3, 1, 1);
    SumOfBranches sum = SumOfBranches.convex(new Identity(), branch, alpha, false);
    Numerics.initialized(sum, MANAGER, 3, 4, 5);
    assertEquals(alpha + (1 - alpha) * bound(branch), bound(sum), 1e-12);
    assertTrue(bound(sum) <= Math.max(1, bound(branch)) * (1 + 1e-12));
    assertEquals(bound(sum), trained(sum), 1e-9);
    NDArray x = Numerics.gaussian(MANAGER, 1, 2, 3, 4, 5);
    NDArray expected = x.mul(alpha).add(branch.apply(x).mul(1 - alpha));
    Numerics.assertClose(expected.toDoubleArray(), sum.apply(x).toDoubleArray(), 1e-14);
  }

  @Test
  void alphaIsProjectedAndCanComeBack() {
    SumOfBranches sum = SumOfBranches.convex(new Identity(), new Scale(3), 0.5, true);
    Numerics.initialized(sum, MANAGER, 2);
    String name = "01shortcut_02ConvexWeight_alpha";
    NDArray x = Numerics.gaussian(MANAGER, 1, 3, 2);
    for (double outside : new double[] {1.5, -0.5}) {
      double inside = outside > 0 ? 1 : 0;
      set(sum, name, outside);
      double bound = inside + 3 * (1 - inside);
      assertEquals(bound, bound(sum), 1e-14);
      Numerics.assertClose(x.mul(bound).toDoubleArray(), sum.apply(x).toDoubleArray(), 1e-15);
      NDArray alpha = parameter(sum, name);
      NDList found = Gradients.of(List.of(alpha), () -> Numerics.train(sum, x).sum());
      assertEquals(inside, Tensors.toDouble(alpha));
      assertEquals(-2 * x.sum().getDouble(), found.get(1).getDouble(0), 1e-12);
    }
  }

  @Test
  void gradientsReachBothBranchesAndTheirWeights() {
    SumOfBranches sum =
        SumOfBranches.convex(
            new Sequential(List.of(new ChannelAffine(), convolution(4, 1, 1, 0))),
            new Sequential(List.of(convolution(4, 3, 1, 1), new MinMax(), new Scale(-0.3))),
            0.3,
            true);
    Numerics.initialized(sum, MANAGER, 2, 3, 4);
    set(sum, "01shortcut_01Sequential_01ChannelAffine_scale", 0.5, -1.5);
    trained(sum);
    NDArray x = Numerics.gaussian(MANAGER, 8, 3, 2, 3, 4);
    NDArray towards = Numerics.gaussian(MANAGER, 9, 3, 4, 3, 4);
    NDArray k = MANAGER.create(2.0);
    Supplier<NDArray> scalar =
        () -> Numerics.train(sum, x).mul(towards).sum().add(Numerics.estimate(sum, k, 60).mul(k));
    List<NDArray> leaves =
        sum.getParameters().values().stream()
            .filter(parameter -> parameter.requiresGradient())
            .map(parameter -> parameter.getArray())
            .toList();
    assertEquals(8, leaves.size());
    NDList found = Gradients.of(leaves, scalar);
    for (int i = 0; i < leaves.size(); i++) {
      Numerics.assertClose(
          Numerics.differences(leaves.get(i), scalar), found.get(i + 1).toDoubleArray(), 1e-6);
    }
  }

  @Test
  void channelAffineIsBoundedByItsLargestScale() {
    ChannelAffine layer = Numerics.initialized(new ChannelAffine(), MANAGER, 3, 2, 4);
    assertEquals(1, bound(layer));
    set(layer, "scale", 0.5, -3, 2);
    set(layer, "shift", 1, 2, 3);
    assertEquals(3, bound(layer));
    assertEquals(3, trained(layer));
    assertEquals(3, Numerics.exactNorm(layer, MANAGER, 3, 2, 4), 1e-14);
    assertEquals(Bound.Kind.UPPER, layer.bound(PowerIteration.QUICK).kind());
    ChannelAffine dense = Numerics.initialized(new ChannelAffine(), MANAGER, 2);
    set(dense, "shift", 1, -1);
    NDArray x = MANAGER.create(new double[] {1, 2, 3, 4}, new Shape(2, 2));
    Numerics.assertClose(new double[] {2, 1, 4, 3}, dense.apply(x).toDoubleArray(), 1e-15);
  }

  /**
   * Both branches are exact, so that all rounding is the sum's; float64 adds floats exactly here.
   */
  @Test
  void theRoundingOfASumIsEnclosedAndNotMuchOverestimated() {
    int samples = 300;
    Shape shape = new Shape(samples, 4, 2, 1);
    SumOfBranches sum = new SumOfBranches(new Identity(), new MinMax());
    sum.initialize(MANAGER, DataType.FLOAT32, shape);
    NDArray spread = Numerics.gaussian(MANAGER, 1, samples, 4, 2, 1).mul(3).exp();
    NDArray x = spread.mul(Numerics.gaussian(MANAGER, 2, samples, 4, 2, 1));
    x = x.toType(DataType.FLOAT32, false);
    NDArray near =
        x.add(Numerics.gaussian(MANAGER, 3, samples, 4, 2, 1).toType(x.getDataType(), false));
    double[] moved = lengths(exactly(near).sub(exactly(x)));
    Enclosure found = Numerics.enclosure(sum, SoundNorm.TIGHT, x);
    double[] length = lengths(sum.apply(exactly(x)));
    double[] errors = lengths(exactly(sum.apply(x)).sub(sum.apply(exactly(x))));
    double[] nearErrors = lengths(exactly(sum.apply(near)).sub(sum.apply(exactly(near))));
    double[] distances = lengths(exactly(sum.apply(near)).sub(found.center()));
    double worst = 0;
    for (int n = 0; n < samples; n++) {
      assertTrue(errors[n] <= found.error(n));
      assertTrue(nearErrors[n] <= found.error(n) + found.errorSlope() * moved[n]);
      assertTrue(distances[n] <= found.distance(n) + found.distanceSlope() * moved[n]);
      assertTrue(found.error(n) <= 1.0001 * 0x1p-24 * length[n]);
      worst = Math.max(worst, errors[n] / found.error(n));
    }
    assertTrue(worst > 0.7, "the test sees only " + worst + " of the bound");
  }

  private static NDArray exactly(NDArray x) {
    return x.toType(DataType.FLOAT64, true);
  }

  private static double[] lengths(NDArray batch) {
    return batch.reshape(batch.getShape().get(0), -1).norm(new int[] {1}).toDoubleArray();
  }

  @Test
  void sumsThatMayOverflowAreRefusedWithAReason() {
    Residual layer = new Residual(new Scale(1));
    layer.initialize(MANAGER, DataType.FLOAT32, new Shape(1, 3));
    NDArray x =
        MANAGER.create(new float[] {1, 2, 3, 1e38f, 0, 0, Float.NaN, 0, 0}, new Shape(3, 3));
    Enclosure sum = Numerics.enclosure(layer, SoundNorm.TIGHT, x);
    assertNull(sum.obstacle(0));
    assertTrue(sum.reach(0) > 1e37);
    assertEquals("a sum in Residual may overflow float32", sum.obstacle(1));
    assertTrue(sum.reach(1) < 0);
    assertTrue(sum.obstacle(2).contains("not a number"));
  }

  @Test
  void branchesMustFitAndAlphaLiesInTheUnitInterval() {
    Layer wider = new SumOfBranches(new Identity(), convolution(4, 3, 1, 1));
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> Numerics.initialized(wider, MANAGER, 3, 4, 4));
    assertEquals(
        "The shortcut gives (3, 4, 4) and the branch (4, 4, 4), which cannot be added; let a"
            + " 1x1 Convolution bring the shortcut to the branch's shape.",
        e.getMessage());
    for (double bad : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> SumOfBranches.convex(new Identity(), new Scale(1), bad, true));
    }
  }
}
