package org.lipkit.layer;

/**
 * The conventional residual block, {@code y = x + f(x)}, with Lipschitz constant at most {@code 1 +
 * K_f}, which is what {@link LinearResidual} avoids. With a {@link Scale} of 0 at the end of f it
 * is the ResNet that the LiResNet paper takes as a baseline, {@code x + s conv(MinMax(conv(x)))}.
 *
 * <ul>
 *   <li>x, f(x) and y: (N, ...), of one shape
 * </ul>
 */
public final class Residual extends SumOfBranches {

  /**
   * Creates the block.
   *
   * @param branch f, which keeps its input's shape
   */
  public Residual(Layer branch) {
    super("Residual", new Identity(), branch);
  }
}
