package org.lipkit.tensor;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;

class DevicesTest {

  @Test
  void onlyTwoDevicesAreKnown() {
    assertTrue(Devices.isGpu("GPU"));
    assertFalse(Devices.isGpu(" cpu"));
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> Devices.isGpu("cuda:0"));
    assertTrue(refusal.getMessage().contains("cpu or gpu"), refusal::getMessage);
  }

  @Test
  void oneSentenceSaysAllThatAGpuLacks() {
    assertDoesNotThrow(() -> Devices.requireGpu(true, null, 1));
    assertLacks("driver is not loaded", false, null, 0);
    assertLacks("built without CUDA", true, "2.7.1", 0);
    assertLacks("finds no GPU", true, null, 0);
    String both = assertLacks("built without CUDA", false, "2.7.1", 0);
    assertTrue(both.contains("driver is not loaded"), both);
    assertEquals(1, both.lines().count());
  }

  private static String assertLacks(String what, boolean driver, String withoutCuda, int gpus) {
    String message =
        assertThrows(
                IllegalStateException.class, () -> Devices.requireGpu(driver, withoutCuda, gpus))
            .getMessage();
    assertTrue(message.contains(what), message);
    return message;
  }

  @Test
  void whatLiesTogetherIsCopiedByItself() {
    try (NDManager manager = Tensors.newProcessorManager();
        NDArray array = manager.create(new float[] {1, 2});
        NDManager beside = Tensors.newManagerBeside(array);
        NDArray copy = Tensors.copyBeside(array, beside)) {
      assertTrue(Tensors.isBeside(array, beside));
      assertNotSame(array, copy);
      assertEquals(array, copy);
    }
  }

  /** Here the library is Linux's; elsewhere nothing is known. */
  @Test
  void tf32IsSwitchedOnAndOff() {
    try {
      Libtorch.allowTf32(true);
      assertTrue(Libtorch.tf32().matches("on|unknown"), Libtorch::tf32);
    } finally {
      Libtorch.allowTf32(false);
    }
    assertTrue(Libtorch.tf32().matches("off|unknown"), Libtorch::tf32);
  }
}
