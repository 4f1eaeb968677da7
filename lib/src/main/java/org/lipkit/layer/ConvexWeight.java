package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.Tensors;

/**
 * The weight alpha of a convex sum, {@code y = alpha x}, projected to [0, 1] before every pass in
 * training, so that a step of the optimizer out of the interval ends at its border.
 *
 * <ul>
 *   <li>x and y: (N, ...)
 *   <li>alpha: (1)
 * </ul>
 */
final class ConvexWeight extends DiagonalLayer {

  private final Parameter alpha;

  ConvexWeight(double first, boolean learned) {
    if (!(first >= 0 && first <= 1)) {
      throw new IllegalArgumentException(
          "The weight alpha of a convex sum lies in [0, 1], not at " + first + ".");
    }
    WeightInit init = WeightInit.constant(first);
    alpha =
        learned
            ? trained("alpha", init, input -> new Shape(1))
            : remembered("alpha", init, input -> new Shape(1));
  }

  /** Alpha after the projection, through which its gradient flows as if there were none. */
  private NDArray projected() {
    NDArray free = alpha.getArray();
    return free.add(free.clip(0, 1).sub(free).stopGradient());
  }

  @Override
  public Form form(Pass pass) {
    return factor(this, projected());
  }

  private static Form factor(DiagonalLayer layer, NDArray factor) {
    return layer.diagonal(factor, factor.zerosLike());
  }

  @Override
  protected NDArray train(NDArray x, Pass pass) {
    project(pass);
    return x.mul(BFloat16.match(projected(), x));
  }

  /** The parameter itself returns into the interval when the pass is finished. */
  private void project(Pass pass) {
    double now = Tensors.toDouble(alpha.getArray());
    if (now < 0 || now > 1) {
      pass.remember(alpha, Tensors.withoutGradient(this::projected));
    }
  }

  /** The layer {@code y = (1 - alpha) x}. */
  DiagonalLayer complement() {
    return new Complement(this);
  }

  private static final class Complement extends DiagonalLayer {

    private final ConvexWeight weight;

    Complement(ConvexWeight weight) {
      this.weight = weight;
    }

    private NDArray rest() {
      NDArray alpha = weight.projected();
      return alpha.onesLike().sub(alpha);
    }

    @Override
    public Form form(Pass pass) {
      return factor(this, rest());
    }

    @Override
    protected NDArray train(NDArray x, Pass pass) {
      return x.mul(BFloat16.match(rest(), x));
    }
  }
}
