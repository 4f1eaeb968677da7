package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.Upward;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.Tensors;

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
   * U is computed in float64 with two roundings an entry, so that {@code ||fl(U) - U|| <= 2^-51 ||
   * |U| || <= 2^-51 ||U||_F <= 2^-51 sqrt(inputs) ||U||}, and there are fewer than 2^32 inputs.
   */
  private static final double ROUNDED = 1 + 0x1p-34;

  private final LinearLayer inner;
  private final Relu relu = new Relu();
  private final Factors factors = new Factors();
  private final AdjointLayer adjoint;

  /**
   * Creates the layer.
   *
   * @param inner V and b, a {@link Dense} or a {@link Convolution}
   * @throws IllegalArgumentException if it is of another kind or normalises by batch statistics
   */
  protected ConvexPotential(LinearLayer inner) {
    boolean plain = inner instanceof Dense || inner instanceof Convolution;
    if (!plain || inner instanceof NormalizedConvolution) {
      throw new IllegalArgumentException(
          getClass().getSimpleName()
              + " is built on a Dense or a Convolution without batch statistics, not on a "
              + inner.getClass().getSimpleName()
              + ".");
    }
    this.inner = addChildBlock("inner", inner);
    adjoint = new AdjointLayer(inner);
  }

  /**
   * The layer that gives V and b.
   *
   * @return the inner layer
   */
  protected final LinearLayer inner() {
    return inner;
  }

  /**
   * The step sizes.
   *
   * @param training whether state that follows the weights may move on
   * @return s, (channels) or (1), differentiable in the parameters
   */
  protected abstract NDArray scale(boolean training);

  /** Multiplies with -2 s, which is exact but for the product itself. */
  private final class Factors extends DiagonalLayer {

    @Override
    public NDArray weight() {
      return of(scale(false));
    }

    @Override
    public NDArray offset() {
      return Tensors.scalar(inner.weight(), 0);
    }

    @Override
    protected NDArray applyInTraining(NDArray x) {
      return x.mul(BFloat16.match(of(scale(true)), x));
    }

    private NDArray of(NDArray s) {
      return perChannel(s.mul(Tensors.scalar(s, -2)));
    }
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
    inner.initialize(manager, type, inputs);
    Shape hidden = inner.outputShape(inputs[0]);
    factors.initialize(manager, type, hidden);
    adjoint.requireSameKind();
    adjoint.initialize(manager, type, hidden);
  }

  @Override
  public Shape outputShape(Shape input) {
    inner.outputShape(input);
    return input;
  }

  @Override
  public NDArray apply(NDArray x, boolean training) {
    NDArray hidden = relu.apply(inner.apply(x, training), training);
    return x.add(adjoint.apply(factors.apply(hidden, training), training));
  }

  @Override
  public Bound bound(NormMethod method, NDManager manager) {
    Bound u =
        Tensors.scoped(
            () -> Tensors.withoutGradient(() -> method.norm(inner.map(scaled()), manager)));
    double norm = Upward.times(u.value(), ROUNDED);
    double least = Upward.plus(2 * Upward.times(norm, norm), -1);
    return new Bound(Math.max(1, least), u.kind(), u.method());
  }

  /** U. */
  private NDArray scaled() {
    NDArray v = inner.weight().toType(DataType.FLOAT64, true);
    NDArray root = scale(false).toType(DataType.FLOAT64, true).sqrt();
    return v.mul(Shapes.perChannel(root, v.getShape()));
  }

  @Override
  public Arithmetic arithmetic(NormMethod method, NDManager manager) {
    Affine forward = inner.affine(method, manager);
    NormMethod normOfAdjoint = (map, unused) -> forward.norm();
    Arithmetic branch =
        Arithmetic.of(forward)
            .then(relu.arithmetic(method, manager))
            .then(factors.arithmetic(method, manager))
            .then(adjoint.arithmetic(normOfAdjoint, manager));
    return Arithmetic.IDENTITY
        .plus(branch, getClass().getSimpleName())
        .within(bound(method, manager));
  }

  @Override
  public NDArray lipschitz(NDArray k, int iterations) {
    return k;
  }
}
