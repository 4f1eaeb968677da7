package org.lipkit.tensor;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/**
 * The iteration {@code X <- a X + b (X X^T) X + c (X X^T)^2 X}, which takes every singular value s
 * to {@code a s + b s^3 + c s^5} and leaves the singular vectors.
 *
 * <p>With the Gram matrix {@code G = X X^T}, a step multiplies X by {@code P = a I + b G + c G^2}
 * and G by P on both sides. So only G, on the smaller side, is iterated, and the product of all P
 * meets X once at the end.
 *
 * @param a the coefficient of s
 * @param b the coefficient of s^3
 * @param c the coefficient of s^5
 * @param steps how often, at least 1
 */
public record NewtonSchulz(double a, double b, double c, int steps) {

  /**
   * Iterates.
   *
   * @param matrix X, (m, n)
   * @return the last X, (m, n)
   */
  public NDArray apply(NDArray matrix) {
    boolean wide = matrix.getShape().get(0) <= matrix.getShape().get(1);
    NDArray result = script().call(wide ? matrix : matrix.transpose());
    return wide ? result : result.transpose();
  }

  private TorchScript script() {
    List<String> lines = new ArrayList<>();
    lines.add("g = torch.matmul(x, torch.t(x))");
    for (int step = 1; step <= steps; step++) {

      lines.add("square = torch.matmul(g, g)");
      lines.add("p = torch.add(torch.mul(g, " + b + "), square, alpha=" + c + ")");
      lines.add("_0 = torch.add_(torch.diagonal(p), " + a + ")");
      lines.add(step == 1 ? "all = p" : "all = torch.matmul(p, all)");
      if (step < steps) {
        lines.add("g = torch.matmul(torch.matmul(g, p), p)");
      }
    }
    lines.add("torch.matmul(all, x)");
    return TorchScript.of("x", lines.toArray(String[]::new));
  }
}
