package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.lipkit.bound.LinearMap;

/**
 * A layer {@code x -> A x + b} whose Lipschitz constant is the spectral norm of A on its input
 * size. It remembers one power-iteration vector between training passes.
 *
 * <p>A linear layer of one's own says what A is made of ({@link #weight}), how ({@link #map}), and
 * b ({@link #offset}). Norms can be proved of dense maps, convolutions and diagonal maps.
 */
public abstract class LinearLayer extends Layer {

  /** The name of the power-iteration vector in files. */
  static final String VECTOR = "vector";

  private Parameter vector;

  /** Creates the layer; subclasses declare their parameters. */
  protected LinearLayer() {}

  /**
   * {@return the matrix or kernels that the forward pass multiplies with, differentiable in the
   * parameters}
   */
  public abstract NDArray weight();

  /** {@return the bias b, in a shape that spreads over the layer's output} */
  public abstract NDArray offset();

  /**
   * {@return the linear part A as a map on inputs of the size that the layer was initialised with}
   *
   * @param weight as {@link #weight} returns it, in any type
   */
  public abstract LinearMap map(NDArray weight);

  /**
   * {@return the weight and offset of a pass: those above unless they depend on the pass}
   *
   * @param pass the pass
   */
  @Override
  public Form.Linear form(Pass pass) {
    return linear(weight(), offset());
  }

  /**
   * {@return the form of this layer with a given weight and offset}
   *
   * @param weight what A is made of
   * @param offset b
   */
  protected final Form.Linear linear(NDArray weight, NDArray offset) {
    return new Form.Linear(name(), weight, offset, this::map, estimate());
  }

  /**
   * {@return how training estimates the norm of A: by power iteration, unless the layer is
   * 1-Lipschitz by construction}
   */
  protected Form.Estimate estimate() {
    return new IteratedNorm(vector);
  }

  /**
   * {@return an estimate of the norm of A by power iteration, a scalar, differentiable in the
   * parameters}
   *
   * @param pass the pass
   * @param steps how many iterations to run in training
   */
  public final NDArray norm(Pass pass, int steps) {
    return pass.norm(vector, form(pass).map(), steps);
  }

  /** A weight of shape (rows, ...) is applied once for each of outputs / rows places. */
  @Override
  public long multiplyAdds() {
    long outputs = outputShape(inputShape()).size();
    Parameter weight = getDirectParameters().get("weight");
    return weight == null
        ? inputShape().size() * outputs
        : weight.getShape().slice(1).size() * outputs;
  }

  /** Declares the power-iteration vector after the parameters of the subclass. */
  @Override
  final void declareLast() {
    vector = remembered(VECTOR, WeightInit.DIRECTION, input -> new Shape(1).addAll(input));
  }
}
