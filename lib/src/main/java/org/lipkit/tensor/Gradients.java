package org.lipkit.tensor;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Gradients of a scalar with respect to leaf arrays. */
public final class Gradients {

  /** Adding 0 times x connects x to maps that do not depend on it. */
  private static final String PULL_BACK =
      "torch._unwrap_optional((torch.grad("
          + "[torch.add(torch.sum(torch.mul(y, c)), torch.sum(x), alpha=0)], [x]))[0])";

  private Gradients() {}

  /**
   * Computes a scalar and its gradients. The gradients are the leaves' own memory: the next call
   * overwrites them.
   *
   * @param leaves arrays that require gradients
   * @param scalar computes the scalar from them
   * @return the scalar, then one gradient for each leaf in the leaf's shape and type (zeros where
   *     the scalar does not depend on it)
   */
  public static NDList of(List<NDArray> leaves, Supplier<NDArray> scalar) {
    for (NDArray leaf : leaves) {
      JniUtils.zeroGrad((PtNDArray) leaf);
    }
    NDList result = new NDList();
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray value = scalar.get();
      if (dependsOnLeaves(value)) {
        collector.backward(value);
      }
      result.add(value);
    }
    for (NDArray leaf : leaves) {
      // For a leaf without a gradient the engine answers with FLOAT32 zeros, whatever its type.
      result.add(leaf.getGradient().toType(leaf.getDataType(), false));
    }
    return result;
  }

  /**
   * Whether an array was computed from leaves that require gradients, in a way that gradients
   * follow.
   *
   * @param value computed while gradients are followed
   * @return false for a constant
   */
  public static boolean dependsOnLeaves(NDArray value) {
    // NDArray's own answer is true of leaves alone.
    return TorchScript.of("x", "torch.tensor(x.requires_grad)").call(value).getBoolean();
  }

  /**
   * Evaluates a map in one way and lets gradients flow as if it had been evaluated in another.
   *
   * @param x the argument
   * @param value gives the entries of the result
   * @param path gives the same entries up to rounding, as an array of its own, by operators with
   *     the wanted gradient. It is evaluated only where gradients are followed, and value(x) is
   *     written over its result; so its last operator must be one whose gradient does not need the
   *     result, such as a sum (the engine refuses others).
   * @return value(x), with the gradient of path
   */
  public static NDArray along(
      NDArray x, UnaryOperator<NDArray> value, UnaryOperator<NDArray> path) {
    NDArray entries = Tensors.withoutGradient(() -> value.apply(x));
    if (!JniUtils.isGradMode() || !dependsOnLeaves(x)) {
      return entries;
    }
    return TorchScript.of("y, entries", "_0 = torch.copy_(torch.detach(y), entries)", "y")
        .call(path.apply(x), entries);
  }

  /**
   * Scales gradients down, in place, to a global norm: by {@code min(1, limit / n)} with n the root
   * of the sum of all their squares.
   *
   * @param gradients at least one
   * @param limit the largest norm to leave, above 0
   */
  public static void clip(NDList gradients, double limit) {
    NDArray most = gradients.head().getManager().create(limit);
    TorchScript.of(
            "g[], most",
            "norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g)))",
            "_0 = torch._foreach_mul_(g, torch.clamp_max(torch.div(most, norm), 1))",
            "norm")
        .call(gradients, new NDList(most));
  }

  /**
   * Evaluates a map and pulls a cotangent back through it, {@code g = J^T c}, where J is the map's
   * Jacobian at x. Only the gradient with respect to x is computed: weights inside the map keep the
   * gradients that they have.
   *
   * @param x the argument
   * @param map the map
   * @param cotangent gives c, of the shape of the map's value, from that value
   * @return the map's value, then g, of the shape of x
   */
  public static NDList pullBack(
      NDArray x, UnaryOperator<NDArray> map, UnaryOperator<NDArray> cotangent) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(true);
    try {
      x.setRequiresGradient(true);
      NDArray value = map.apply(x);
      NDArray detached = value.stopGradient();
      NDArray gradient =
          TorchScript.of("x, y, c", PULL_BACK).call(x, value, cotangent.apply(detached));
      return new NDList(detached, gradient);
    } finally {
      JniUtils.setGradMode(before);
    }
  }
}
