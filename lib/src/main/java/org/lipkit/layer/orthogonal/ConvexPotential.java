package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.Upward;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.DiagonalLayer;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;
import org.lipkit.layer.LinearLayer;
import org.lipkit.layer.NormalizedConvolution;
import org.lipkit.layer.Pass;
import org.lipkit.layer.Relu;
import org.lipkit.layer.Shapes;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * A residual layer {@code y = x - 2 V^T S relu(V x + b)} with a diagonal S = diag(s), s >= 0: a
 * step down the gradient of a convex function. With the derivative D of the ReLU, a diagonal of
 * numbers in [0, 1], its Jacobian is, almost everywhere,
 *
 * <pre>  I - 2 V^T S D V  =  I - 2 U^T D U,   U = S^(1/2) V,</pre>
 *
 * a symmetric matrix with eigenvalues between {@code 1 - 2 ||U||^2} and 1, so the layer's Lipschitz
 * constant is at most {@code max(1, 2 ||U||^2 - 1)}. The subclasses choose s such that {@code ||U||
 * <= 1} by construction, up to rounding; in training they count as 1. The bound is computed from
 * {@code ||U||} for the s and V that float32 multiplies with.
 *
 * <p>V and b are those of a {@link Dense} or a {@link Convolution} with stride 1.
 *
 * <ul>
 *   <li>x and y: (N, ...), an input of that layer; s: (channels), one number for each of its output
 *       channels, or (1)
 * </ul>
 */
public abstract class ConvexPotential extends Layer {

  /**
   * U is computed in float64 with two roundings per entry, so that {@code ||fl(U) - U|| <= 2^-51 ||
   * |U| || <= 2^-51 ||U||_F <= 2^-51 sqrt(inputs) ||U||}, and there are fewer than 2^32 inputs.
   */
  private static final double ROUNDED = 1 + 0x1p-34;

  private final LinearLayer inner;

  /**
   * Creates the layer.
   *
   * @param inner V and b, a {@link Dense} or a {@link Convolution}
   * @throws IllegalArgumentException if it is of another kind or normalises by batch statistics
   */
  protected ConvexPotential(LinearLayer inner) {
    Given.notNull("The inner layer", inner);
    boolean plain = inner instanceof Dense || inner instanceof Convolution;
    if (!plain || inner instanceof NormalizedConvolution) {
      throw new IllegalArgumentException(
          name()
              + " is built on a Dense or a Convolution without batch statistics, not on a "
              + inner.name()
              + ".");
    }
    this.inner = addChildBlock("inner", inner);
  }

  /** {@return the layer that gives V and b} */
  protected final LinearLayer inner() {
    return inner;
  }

  /**
   * {@return the step sizes s, (channels) or (1), differentiable in the parameters}
   *
   * @param pass the pass
   */
  protected abstract NDArray scale(Pass pass);

  @Override
  protected void layOutChildren(Shape input) {
    inner.layOut(input);
  }

  /** Refuses an inner layer without an adjoint of its kind. */
  @Override
  protected void drawn(NDManager manager, DataType type) {
    Tensors.scoped(() -> Adjoint.of(inner.form(Pass.EVALUATION), hidden()).layer());
  }

  private Shape hidden() {
    return inner.outputShape(inputShape());
  }

  @Override
  public Shape outputShape(Shape input) {
    inner.outputShape(input);
    return input;
  }

  /** V is applied twice, there and back. */
  @Override
  public long multiplyAdds() {
    return 2 * inner.multiplyAdds();
  }

  @Override
  public Form form(Pass pass) {
    Form.Linear forward = inner.form(pass);
    NDArray s = scale(pass);
    NDArray steps = Shapes.perChannel(s.mul(Tensors.scalar(s, -2)), hidden());
    Form branch =
        new Form.Chain(
            List.of(
                forward,
                new Relu().form(pass),
                DiagonalLayer.diagonal(name(), steps, steps.zerosLike(), hidden()),
                Adjoint.of(forward, hidden())));
    return new Form.Bounded(new Form.Sum(name(), Form.IDENTITY, branch), ConvexPotential::constant);
  }

  /** From ||U||, U = S^(1/2) V, for the V and -2 S that the form multiplies with. */
  private static Bound constant(Form form, NormMethod method) {
    List<Form> branch = ((Form.Chain) ((Form.Sum) form).second()).parts();
    Form.Linear forward = (Form.Linear) branch.get(0);
    Form.Linear back = (Form.Linear) branch.get(3);
    if (!back.weight().contentEquals(Adjoint.weight(forward))) {
      throw new IllegalArgumentException(
          "The weights of a "
              + ((Form.Sum) form).layer()
              + " do not belong together, since one is not the transpose of the other; load a file"
              + " that a frozen network saved.");
    }
    NDArray v = forward.weight().toType(DataType.FLOAT64, true);
    NDArray steps = ((Form.Linear) branch.get(2)).weight().toType(DataType.FLOAT64, true);
    NDArray root = steps.mul(Tensors.scalar(steps, -0.5)).sqrt().flatten();
    Bound u = method.norm(forward.geometry().apply(v.mul(Shapes.perChannel(root, v.getShape()))));
    double norm = Upward.times(u.value(), ROUNDED);
    double least = Upward.plus(2 * Upward.times(norm, norm), -1);
    return new Bound(Math.max(1, least), u.kind(), u.method());
  }
}
