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
    alpha =
        addParameter(
            Parameter.builder()
                .setName("alpha")
                .setType(Parameter.Type.OTHER)
                .optRequiresGrad(learned)
                .optInitializer(Initializers.constant(first))
                .build());
  }

  @Override
  protected void prepare(Shape[] inputs) {
    alpha.setShape(new Shape(1));
  }

  /** Alpha as it is after the projection; at the border its gradient still flows. */
  @Override
  public NDArray weight() {
    return alpha.getArray().clip(0, 1);
  }

  @Override
  public NDArray offset() {
    return weight().zerosLike();
  }

  @Override
  protected NDArray applyInTraining(NDArray x) {
    project();
    return x.mul(BFloat16.match(weight(), x));
  }

  /** Writes only where it must: a gradient may still need alpha as it is. */
  private void project() {
    double now = Tensors.toDouble(alpha.getArray());
    if (now < 0 || now > 1) {
      Tensors.copy(Tensors.withoutGradient(this::weight), alpha.getArray());
    }
  }

  /** The layer {@code y = (1 - alpha) x}, which has to be applied after this one. */
  DiagonalLayer complement() {
    return new Complement(this);
  }

  private static final class Complement extends DiagonalLayer {

    private final ConvexWeight weight;

    Complement(ConvexWeight weight) {
      this.weight = weight;
    }

    @Override
    public NDArray weight() {
      NDArray alpha = weight.weight();
      return alpha.onesLike().sub(alpha);
    }

    @Override
    public NDArray offset() {
      return weight.offset();
    }

    @Override
    protected NDArray applyInTraining(NDArray x) {
      return x.mul(BFloat16.match(weight(), x));
    }
  }
}
