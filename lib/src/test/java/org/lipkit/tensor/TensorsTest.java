package org.lipkit.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorsTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  @Test
  void doublesSurviveUnchangedInFloat64AndRoundedInFloat32() {
    double[] values = {Math.PI, -0.0, 1e-300, Double.MAX_VALUE};
    Shape shape = new Shape(2, 2);
    assertArrayEquals(
        values, Tensors.toDoubles(Tensors.ofDoubles(MANAGER, values, shape, DataType.FLOAT64)));
    assertArrayEquals(
        new double[] {(float) Math.PI, -0.0, 0, Double.POSITIVE_INFINITY},
        Tensors.toDoubles(Tensors.ofDoubles(MANAGER, values, shape, DataType.FLOAT32)));
  }

  @Test
  void aSeedGivesTheSameNumbersInBothTypes() {
    Shape shape = new Shape(100);
    NDArray wide = Tensors.gaussian(MANAGER, new SplittableRandom(3), shape, DataType.FLOAT64);
    NDArray narrow = Tensors.gaussian(MANAGER, new SplittableRandom(3), shape, DataType.FLOAT32);
    assertEquals(wide.toType(DataType.FLOAT32, false), narrow);
  }

  @Test
  void gradientsComeBackOnAfterwardsAlsoAfterAnError() {
    NDArray a = MANAGER.create(new double[] {3});
    a.setRequiresGradient(true);
    NDList result =
        Gradients.of(
            List.of(a),
            () -> {
              NDArray constant = Tensors.withoutGradient(() -> a.mul(2));
              assertThrows(
                  IllegalStateException.class,
                  () ->
                      Tensors.withoutGradient(
                          () -> {
                            throw new IllegalStateException();
                          }));
              return constant.mul(a).sum();
            });
    assertEquals(6, result.get(1).getDouble());
  }

  /** With a.mul(3) in its place the gradient is a leftover of the garbage collector's. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void aScalarOutlivesTheGarbageCollectorUntilTheBackwardPass(DataType type) {
    NDArray a = Tensors.ofDoubles(MANAGER, new double[] {1, 2}, new Shape(2), type);
    a.setRequiresGradient(true);
    NDList result =
        Gradients.of(
            List.of(a),
            () -> {
              NDArray tripled = a.mul(Tensors.scalar(a, 3));
              reuseFreedBuffers();
              return tripled.sum();
            });
    assertArrayEquals(new double[] {3, 3}, Tensors.toDoubles(result.get(1)));
  }

  private static void reuseFreedBuffers() {
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      System.gc();
      for (int i = 0; i < 1000; i++) {
        buffers.add(ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder()).putFloat(777));
      }
    }
    assertEquals(3000, buffers.size());
  }

  @Test
  void aScalarHasTheTypeOfItsArrayAndEveryDigit() {
    NDArray wide = Tensors.scalar(MANAGER.create(new double[] {1}), 1 / 3.0);
    assertEquals(1 / 3.0, wide.getDouble());
    NDArray narrow = Tensors.scalar(MANAGER.create(new float[] {1}), 1 / 3.0);
    assertEquals(1 / 3f, narrow.getFloat());
    assertEquals(new Shape(), narrow.getShape());
  }

  @Test
  void copyMovesEveryBitIntoTheTargetsOwnMemory() {
    float[] bits = {-0f, Float.NaN, Float.MIN_VALUE, 1 / 3f, Float.NEGATIVE_INFINITY, 6};
    NDArray source = MANAGER.create(bits, new Shape(2, 3));
    NDArray target = MANAGER.zeros(new Shape(2, 3));
    NDArray view = target.flatten();
    target.setRequiresGradient(true);
    Tensors.copy(source, target);
    assertArrayEquals(source.toByteArray(), target.toByteArray());
    assertArrayEquals(source.toByteArray(), view.toByteArray());
    NDArray gradient = Gradients.of(List.of(target), () -> target.sum()).get(1);
    assertArrayEquals(new float[] {1, 1, 1, 1, 1, 1}, gradient.toFloatArray());
  }

  @Test
  void aScopeFreesWhatItCreatedAndNothingElse() {
    NDArray outside = MANAGER.create(new double[] {2});
    NDArray[] inside = new NDArray[1];
    double value =
        Tensors.scoped(
            () -> {
              inside[0] = outside.mul(3);
              return inside[0].getDouble();
            });
    assertEquals(6, value);
    assertThrows(IllegalStateException.class, () -> inside[0].getDouble());
    assertEquals(2, outside.getDouble());
  }
}
