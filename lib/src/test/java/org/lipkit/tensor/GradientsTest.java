package org.lipkit.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.lipkit.Numerics;

class GradientsTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static NDArray leaf(long seed, long... shape) {
    NDArray leaf = Numerics.gaussian(MANAGER, seed, shape);
    leaf.setRequiresGradient(true);
    return leaf;
  }

  @Test
  void agreeWithFiniteDifferences() {
    NDArray a = leaf(1, 3, 4);
    NDArray b = leaf(2, 4, 2);
    Supplier<NDArray> scalar = () -> a.matMul(b).tanh().square().sum();
    NDList result = Gradients.of(List.of(a, b), scalar);
    assertEquals(scalar.get().getDouble(), result.get(0).getDouble());
    assertEquals(a.getShape(), result.get(1).getShape());
    assertEquals(b.getShape(), result.get(2).getShape());
    Numerics.assertClose(Numerics.differences(a, scalar), result.get(1).toDoubleArray(), 1e-8);
    Numerics.assertClose(Numerics.differences(b, scalar), result.get(2).toDoubleArray(), 1e-8);
  }

  @Test
  void adjointConvolutionsHaveGradientsInBothArguments() {
    NDArray y = leaf(3, 1, 3, 3, 2);
    NDArray weight = leaf(4, 3, 2, 3, 3);
    Supplier<NDArray> scalar =
        () -> LinearOperators.convolveAdjoint(y, weight, 2, 1, 1, 5, 4).square().sum();
    NDList result = Gradients.of(List.of(y, weight), scalar);
    Numerics.assertClose(Numerics.differences(y, scalar), result.get(1).toDoubleArray(), 1e-8);
    Numerics.assertClose(Numerics.differences(weight, scalar), result.get(2).toDoubleArray(), 1e-8);
  }

  @Test
  void flowAlongAnotherWayThanTheValue() {
    NDArray x = leaf(6, 2, 3);
    Supplier<NDArray> cubes = () -> Gradients.along(x, NDArray::exp, y -> y.square().mul(y));
    assertEquals(x.exp(), cubes.get());
    NDArray gradient = Gradients.of(List.of(x), () -> cubes.get().sum()).get(1);
    Numerics.assertClose(x.square().mul(3).toDoubleArray(), gradient.toDoubleArray(), 1e-15);
    assertEquals(x.exp(), Tensors.withoutGradient(cubes));
    NDArray constant = x.stopGradient();
    assertFalse(Gradients.dependsOnLeaves(Gradients.along(constant, NDArray::exp, NDArray::exp)));
  }

  @Test
  void ofAConstantAreZero() {
    NDArray a = leaf(5, 2, 2);
    NDList result = Gradients.of(List.of(a), () -> MANAGER.create(3.0));
    assertEquals(3.0, result.get(0).getDouble());
    assertArrayEquals(new double[4], result.get(1).toDoubleArray());
  }

  @Test
  void areClippedToAGlobalNorm() {
    NDList gradients = new NDList(MANAGER.create(new float[] {3, 0}), MANAGER.create(-4f));
    Gradients.clip(gradients, 5);
    assertArrayEquals(new float[] {3, 0}, gradients.get(0).toFloatArray());
    assertEquals(-4, gradients.get(1).getFloat());
    Gradients.clip(gradients, 2.5);
    assertArrayEquals(new float[] {1.5f, 0}, gradients.get(0).toFloatArray());
    assertEquals(-2, gradients.get(1).getFloat());
    NDList zero = new NDList(MANAGER.zeros(new Shape(2)));
    Gradients.clip(zero, 1);
    assertArrayEquals(new float[2], zero.get(0).toFloatArray());
  }

  @Test
  void doNotAccumulateBetweenCalls() {
    NDArray a = leaf(5, 3);
    for (int call = 0; call < 3; call++) {
      NDList result = Gradients.of(List.of(a), () -> a.add(a).sum());
      assertArrayEquals(new double[] {2, 2, 2}, result.get(1).toDoubleArray());
    }
  }

  @Test
  void areZeroWhereTheScalarDoesNotDependOnALeaf() {
    NDArray used = leaf(6, 2);
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
      NDArray unused = MANAGER.ones(new Shape(2, 3), type);
      unused.setRequiresGradient(true);
      for (int call = 0; call < 2; call++) {
        NDArray gradient = Gradients.of(List.of(used, unused), () -> used.sum()).get(2);
        assertEquals(unused.getShape(), gradient.getShape());
        assertEquals(type, gradient.getDataType());
        assertArrayEquals(new double[6], Tensors.toDoubles(gradient));
      }
    }
  }

  @Test
  void aFailedScalarLeavesTheEngineUsable() {
    NDArray a = leaf(7, 2);
    assertThrows(
        IllegalStateException.class,
        () ->
            Gradients.of(
                List.of(a),
                () -> {
                  throw new IllegalStateException("no scalar");
                }));
    assertArrayEquals(new double[] {1, 1}, Gradients.of(List.of(a), a::sum).get(1).toDoubleArray());
  }
}
