package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lipkit.text.Given;

/**
 * Two layers of the same input, added: {@code y = f(x) + g(x)}, with Lipschitz constant at most
 * {@code K_f + K_g} (Tsuzuku et al. 2018, section 4). The shortcut f is an {@link Identity}, see
 * {@link Residual}, or a 1x1 {@link Convolution} where the branch g changes the shape.
 *
 * <ul>
 *   <li>x: (N, ...); f(x), g(x) and y: (N, ...), of one shape
 * </ul>
 */
public sealed class SumOfBranches extends Layer permits Residual {

  private final String name;
  private final Layer shortcut;
  private final Layer branch;

  /**
   * Creates the sum.
   *
   * @param shortcut f
   * @param branch g
   */
  public SumOfBranches(Layer shortcut, Layer branch) {
    this("SumOfBranches", shortcut, branch);
  }

  SumOfBranches(String name, Layer shortcut, Layer branch) {
    this.name = name;
    this.shortcut = addChildBlock("shortcut", Given.notNull("The shortcut", shortcut));
    this.branch = addChildBlock("branch", Given.notNull("The branch", branch));
  }

  /**
   * The convex sum of Parseval networks, {@code y = alpha f(x) + (1 - alpha) g(x)} with alpha in
   * [0, 1], whose Lipschitz constant is at most {@code alpha K_f + (1 - alpha) K_g}, never above
   * the larger of both (Cisse et al. 2017, section 4.2). A learned alpha is projected to [0, 1]
   * before every pass in training.
   *
   * @param shortcut f
   * @param branch g
   * @param alpha the weight of f, at first if it is learned
   * @param learned whether training changes alpha
   * @return the sum
   * @throws IllegalArgumentException if alpha is outside [0, 1]
   */
  public static SumOfBranches convex(Layer shortcut, Layer branch, double alpha, boolean learned) {
    ConvexWeight weight = new ConvexWeight(alpha, learned);
    return new SumOfBranches(
        new Sequential(shortcut, weight), new Sequential(branch, weight.complement()));
  }

  @Override
  protected void layOutChildren(Shape input) {
    shortcut.layOut(input);
    branch.layOut(input);
  }

  @Override
  public Shape outputShape(Shape input) {
    Shape shape = shortcut.outputShape(input);
    Shape other = branch.outputShape(input);
    if (!shape.equals(other)) {
      throw Given.refused(
          "The shortcut gives %s and the branch %s, which cannot be added; let a 1x1 Convolution"
              + " bring the shortcut to the branch's shape.",
          shape, other);
    }
    return shape;
  }

  @Override
  public Form form(Pass pass) {
    return new Form.Sum(name(), shortcut.form(pass), branch.form(pass));
  }

  @Override
  NDArray compute(NDArray x, Pass pass) {
    return shortcut.apply(x, pass).add(branch.apply(x, pass));
  }

  @Override
  Layer frozen(NDManager manager) {
    return new SumOfBranches(name(), shortcut.frozen(manager), branch.frozen(manager));
  }

  @Override
  public String name() {
    return name;
  }
}
