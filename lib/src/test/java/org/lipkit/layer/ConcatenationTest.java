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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.lipkit.Numerics;
import org.lipkit.bound.Bound;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.bound.PowerIteration;
import org.lipkit.bound.SoundNorm;
import org.lipkit.layer.rounding.Enclosure;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

/** Layers side by side. */
class ConcatenationTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static Convolution convolution(int channels, int kernel, int padding) {
    return new Convolution(channels, kernel, 1, padding, WeightInit.LECUN);
  }

  private static double bound(Layer layer) {
    return layer.bound(new FullSpectrum()).value();
  }

  private static double trained(Layer layer) {
    return Numerics.estimate(layer, MANAGER.create(2.0), 400).getDouble() / 2;
  }

  @Test
  void multiplesOfTheIdentityMeetTheBound() {
    Concatenation layer =
        Numerics.initialized(
            new Concatenation(new Scale(2), new Scale(-3), new Scale(6)), MANAGER, 2, 3, 4);
    assertEquals(7, bound(layer), 1e-14);
    assertEquals(7, trained(layer), 1e-14);
    assertEquals(7, Numerics.exactNorm(layer, MANAGER, 2, 3, 4), 1e-13);
    NDArray x = Numerics.gaussian(MANAGER, 1, 2, 2, 3, 4);
    assertEquals(x.mul(2).concat(x.mul(-3), 1).concat(x.mul(6), 1), layer.apply(x));
    assertEquals(new Shape(2, 6, 3, 4), Numerics.outputShape(layer, x.getShape()));
  }

  @Test
  void theBoundIsTheRootOfTheSumOfSquaresAndHolds() {
    Convolution first = convolution(3, 3, 1);
    Convolution second = convolution(2, 1, 0);
    Concatenation layer =
        new Concatenation(
            new Sequential(first, new Relu()),
            new Sequential(second, new MinMax(), new Scale(0.5)),
            new Identity());
    Numerics.initialized(layer, MANAGER, 2, 5, 4);
    double expected = Math.sqrt(Math.pow(bound(first), 2) + Math.pow(bound(second) / 2, 2) + 1);
    assertEquals(expected, bound(layer), 1e-12);
    assertEquals(expected, trained(layer), 1e-9);
    assertTrue(layer.bound(SoundNorm.TIGHT).value() >= expected * (1 - 1e-12));
    assertEquals(Bound.Kind.UPPER, layer.bound(SoundNorm.TIGHT).kind());
    assertEquals(Bound.Kind.ESTIMATE, layer.bound(PowerIteration.QUICK).kind());
    double ratio = Numerics.largestRatio(y -> layer.apply(y), MANAGER, 2, 2, 5, 4);
    assertTrue(ratio <= expected && ratio > expected / 2, () -> ratio + " of " + expected);
  }

  @Test
  void weightsOfAllBranchesLearnFromTheOutputAndFromTheConstant() {
    Concatenation layer =
        Numerics.initialized(
            new Concatenation(convolution(2, 3, 1), new Sequential(convolution(2, 1, 0))),
            MANAGER,
            2,
            3,
            3);
    NDArray x = Numerics.gaussian(MANAGER, 3, 2, 2, 3, 3);
    NDArray weights = Numerics.gaussian(MANAGER, 4, 2, 4, 3, 3);
    assertEquals(4, Numerics.checkParameterGradients(layer, x, weights));
  }

  @Test
  void inBfloat16BothPartsStayIt() {
    Concatenation layer = new Concatenation(new Identity(), new MinMax());
    layer.initialize(MANAGER, DataType.FLOAT32, new Shape(1, 2, 3, 3));
    NDArray x = BFloat16.of(MANAGER.ones(new Shape(2, 2, 3, 3)));
    assertTrue(BFloat16.is(layer.apply(x)));
  }

  @Test
  void theGradientIsANumberWhereAllConstantsAreZero() {
    Scale zero = new Scale(0);
    Concatenation layer = Numerics.initialized(new Concatenation(zero, new Scale(0)), MANAGER, 3);
    NDArray factor = zero.getParameters().get("factor").getArray();
    NDList found = Gradients.of(List.of(factor), () -> Numerics.estimate(layer, one(), 3));
    assertEquals(0, found.get(1).getDouble(0), 1e-6);
  }

  private static NDArray one() {
    return MANAGER.create(1.0);
  }

  /** Of several branches everything is the hypotenuse of what is found for each of them alone. */
  @Test
  void theRoundingOfAllIsEnclosedAndTheHypotenuseOfEach() {
    int samples = 300;
    Shape shape = new Shape(samples, 3);
    Layer first = new Sequential(new Scale(0.3), new Scale(1.7));
    Layer second = new Sequential(new Scale(0.7));
    Concatenation layer = new Concatenation(first, second);
    layer.initialize(MANAGER, DataType.FLOAT32, shape);
    NDArray x = Numerics.gaussian(MANAGER, 1, samples, 3).toType(DataType.FLOAT32, false);
    NDArray near = x.add(Numerics.gaussian(MANAGER, 2, samples, 3).toType(x.getDataType(), false));
    double[] moved = lengths(exactly(near).sub(exactly(x)));
    Enclosure found = Numerics.enclosure(layer, SoundNorm.TIGHT, x);
    Enclosure one = Numerics.enclosure(first, SoundNorm.TIGHT, x);
    Enclosure other = Numerics.enclosure(second, SoundNorm.TIGHT, x);
    assertHypotenuse(one.errorSlope(), other.errorSlope(), found.errorSlope());
    double lipschitz = found.distanceSlope() - found.errorSlope();
    assertEquals(Math.hypot(0.3 * 1.7, 0.7), lipschitz, 1e-6);
    double[] errors = lengths(exactly(layer.apply(x)).sub(layer.apply(exactly(x))));
    double[] nearErrors = lengths(exactly(layer.apply(near)).sub(layer.apply(exactly(near))));
    double[] distances = lengths(exactly(layer.apply(near)).sub(found.center()));
    for (int n = 0; n < samples; n++) {
      assertNull(found.obstacle(n));
      assertTrue(errors[n] <= found.error(n));
      assertTrue(nearErrors[n] <= found.error(n) + found.errorSlope() * moved[n]);
      assertTrue(distances[n] <= found.distance(n) + found.distanceSlope() * moved[n]);
      assertHypotenuse(one.error(n), other.error(n), found.error(n));
      assertHypotenuse(one.centerError(n), other.centerError(n), found.centerError(n));
      assertEquals(Math.min(one.reach(n), other.reach(n)), found.reach(n));
    }
  }

  private static void assertHypotenuse(double a, double b, double c) {
    assertTrue(a > 0 && b > 0);
    assertEquals(Math.hypot(a, b), c, 1e-12 * c);
  }

  @Test
  void whatMayOverflowInOneBranchIsRefused() {
    Layer doubled = new Residual(new Scale(1));
    for (Concatenation layer :
        List.of(
            new Concatenation(new Identity(), new Residual(new Scale(1))),
            new Concatenation(doubled, new Identity()))) {
      layer.initialize(MANAGER, DataType.FLOAT32, new Shape(1, 2));
      NDArray x = MANAGER.create(new float[] {1, 2, 3e38f, 0}, new Shape(2, 2));
      Enclosure found = Numerics.enclosure(layer, SoundNorm.TIGHT, x);
      assertNull(found.obstacle(0));
      assertEquals("a sum in Scale may overflow float32", found.obstacle(1));
      assertTrue(found.reach(1) < 0);
    }
  }

  @Test
  void branchesMustFit() {
    Concatenation none = new Concatenation(new Identity(), convolution(4, 3, 0));
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> Numerics.initialized(none, MANAGER, 3, 4, 4));
    assertEquals(
        "The branches give (3, 4, 4) and (4, 2, 2), which cannot stand side by side; let them"
            + " differ in the number of channels only.",
        e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Concatenation(List.of()));
    assertThrows(IllegalArgumentException.class, () -> new Form.Concatenation(List.of()));
  }

  private static NDArray exactly(NDArray x) {
    return x.toType(DataType.FLOAT64, true);
  }

  private static double[] lengths(NDArray batch) {
    return batch.norm(new int[] {1}).toDoubleArray();
  }
}
