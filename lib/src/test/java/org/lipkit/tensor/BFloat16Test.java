package org.lipkit.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class BFloat16Test {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static NDArray gaussian(long seed, long... shape) {
    return Tensors.gaussian(
        MANAGER, new SplittableRandom(seed), new Shape(shape), DataType.FLOAT32);
  }

  @Test
  void roundsToEightBitsToNearestEven() {
    NDArray x = MANAGER.create(new float[] {1 + 0x1p-8f, 1 + 3 * 0x1p-8f, 1 + 0x1p-7f, -3e38f});
    float[] rounded = BFloat16.widen(BFloat16.of(x)).toFloatArray();
    assertArrayEquals(new float[] {1, 1 + 0x1p-6f, 1 + 0x1p-7f}, Arrays.copyOf(rounded, 3));
    assertEquals(-3e38f, rounded[3], 0x1p-8f * 3e38f);
  }

  @Test
  void leavesOtherTypesAlone() {
    NDArray x = gaussian(1, 2, 3);
    assertSame(x, BFloat16.widen(x));
    assertSame(x, BFloat16.match(x, gaussian(2, 3)));
  }

  @Test
  void gradientsFlowBackToFloat32Weights() {
    NDArray x = gaussian(1, 4, 6, 5, 5);
    NDArray weight = gaussian(2, 8, 6, 3, 3);
    NDArray bias = gaussian(3, 8);
    List.of(weight, bias).forEach(leaf -> leaf.setRequiresGradient(true));
    NDList exact =
        gradients(x, weight, bias).stream()
            .map(NDArray::duplicate)
            .collect(NDList::new, NDList::add, NDList::addAll);
    NDList rounded = gradients(BFloat16.of(x), weight, bias);
    for (int i = 1; i <= 2; i++) {
      assertEquals(DataType.FLOAT32, rounded.get(i).getDataType());
      double error = Tensors.toDouble(rounded.get(i).sub(exact.get(i)).norm());
      assertEquals(0, error / Tensors.toDouble(exact.get(i).norm()), 0x1p-6);
    }
  }

  private static NDList gradients(NDArray x, NDArray weight, NDArray bias) {
    return Gradients.of(
        List.of(weight, bias),
        () -> BFloat16.widen(LinearOperators.convolve(x, weight, bias, 1, 1, 1)).square().sum());
  }
}
