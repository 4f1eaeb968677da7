package org.lipkit.tensor;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.function.Supplier;

/** Gradients of a scalar with respect to leaf arrays. */
public final class Gradients {

  private Gradients() {}

  /**
   * Computes a scalar and its gradients. The gradients are the leaves' own memory: the next call
   * overwrites them.
   *
   * @param leaves arrays that require gradients
   * @param scalar computes the scalar from them
   * @return the scalar, then one gradient a leaf in the leaf's shape and type (zeros where the
   *     scalar does not depend on it)
   */
  public static NDList of(List<NDArray> leaves, Supplier<NDArray> scalar) {
    for (NDArray leaf : leaves) {
      JniUtils.zeroGrad((PtNDArray) leaf);
    }
    NDList result = new NDList();
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray value = scalar.get();
      collector.backward(value);
      result.add(value);
    }
    for (NDArray leaf : leaves) {
      // For a leaf without a gradient the engine answers with FLOAT32 zeros, whatever its type.
      result.add(leaf.getGradient().toType(leaf.getDataType(), false));
    }
    return result;
  }
}
