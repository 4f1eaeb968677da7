package org.lipkit.tensor;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.Test;

class EngineCheckTest {

  private static NDArray convolve(NDArray x, NDArray w, int stride, int groups) {
    return LinearOperators.convolve(x, w, null, stride, 1, groups);
  }

  @Test
  void convolutionsAreComparedWithThoseInFloat64() {
    EngineCheck.require();
    assertTrue(EngineCheck.isRight(EngineCheckTest::convolve));
    assertFalse(EngineCheck.isRight(EngineCheckTest::wrongInOneKernel));
    assertFalse(EngineCheck.isRight(EngineCheckTest::notANumberInABatch));
  }

  private static NDArray wrongInOneKernel(NDArray x, NDArray w, int stride, int groups) {
    NDArray y = convolve(x, w, stride, groups);
    boolean wrong = x.getDataType() == DataType.FLOAT32 && w.getShape().get(0) == 24;
    return wrong ? y.add(x.sum().mul(1e-2f)) : y;
  }

  private static NDArray notANumberInABatch(NDArray x, NDArray w, int stride, int groups) {
    NDArray y = convolve(x, w, stride, groups);
    boolean wrong = x.getDataType() == DataType.FLOAT32 && x.getShape().get(0) == 32;
    return wrong ? y.mul(Float.NaN) : y;
  }
}
