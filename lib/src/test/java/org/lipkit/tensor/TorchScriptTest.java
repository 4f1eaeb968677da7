package org.lipkit.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class TorchScriptTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  @Test
  void computesItsExpression() {
    NDArray a = MANAGER.create(new double[] {1, 2});
    NDArray b = MANAGER.create(new double[] {10, 20});
    NDArray c = TorchScript.of("a, b", "torch.sub(b, a)").call(a, b);
    assertArrayEquals(new double[] {9, 18}, c.toDoubleArray());
  }

  @Test
  void equalTextsAreCompiledOnce() {
    assertSame(TorchScript.of("a", "torch.neg(a)"), TorchScript.of("a", "torch.neg(a)"));
  }

  @Test
  void gradientsFlowThrough() {
    NDArray a = MANAGER.create(new double[] {2, 3});
    a.setRequiresGradient(true);
    NDList result =
        Gradients.of(List.of(a), () -> TorchScript.of("a", "torch.pow(a, 3)").call(a).sum());
    assertArrayEquals(new double[] {12, 27}, result.get(1).toDoubleArray());
  }

  @Test
  void resultsWithoutGradientMayBeUsedWithGradientsLater() {
    NDArray a = MANAGER.create(new double[] {2, 3});
    NDArray square = Tensors.withoutGradient(() -> TorchScript.of("a", "torch.square(a)").call(a));
    assertFalse(square.hasGradient());
    NDArray w = MANAGER.create(new double[] {1, 1});
    w.setRequiresGradient(true);
    NDList result = Gradients.of(List.of(w), () -> w.mul(square).sum());
    assertArrayEquals(new double[] {4, 9}, result.get(1).toDoubleArray());
  }

  @Test
  void argumentsKeepTheirNames() {
    NDArray a = MANAGER.create(new double[] {1});
    a.setName("module_method:weight");
    TorchScript.of("a, b", "torch.add(a, b)").call(a, a);
    assertEquals("module_method:weight", a.getName());
    assertThrows(RuntimeException.class, () -> TorchScript.of("a", "torch.qr(a)").call(a));
    assertEquals("module_method:weight", a.getName());
  }
}
