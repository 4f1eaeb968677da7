package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import java.util.List;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;

/**
 * A network layer f with a Lipschitz constant that it can state: {@code ||f(x) - f(x')|| <= K ||x -
 * x'||} in the Euclidean norm. It is an ordinary DJL block with one input and one output; there is
 * no default for the bound, so a layer without one cannot be written.
 */
public abstract class Layer extends AbstractBlock {

  private static final byte VERSION = 1;

  /** Creates a layer without parameters; subclasses add theirs. */
  protected Layer() {
    super(VERSION);
  }

  /**
   * The layer's output.
   *
   * @param x the input, (N, ...)
   * @param training whether layers that behave differently in training should
   * @return f(x), (N, ...)
   */
  public abstract NDArray apply(NDArray x, boolean training);

  /**
   * The shape of the output.
   *
   * @param input the shape of the input, (N, ...)
   * @return (N, ...)
   * @throws IllegalArgumentException if the layer cannot take such an input
   */
  public abstract Shape outputShape(Shape input);

  /**
   * The layer's Lipschitz constant, for certification; on the input size that it was initialised
   * with.
   *
   * @param method how to find norms of linear maps that have no closed form
   * @param manager where the computation may create arrays; all are freed again
   * @return the bound with its kind
   */
  public abstract Bound bound(NormMethod method, NDManager manager);

  /**
   * How the layer is really computed in float32, for certificates that count rounding. It is
   * prepared for the weights as they are.
   *
   * @param method how to find norms of linear maps that have no closed form; must give upper bounds
   *     for the result to be sound
   * @param manager owns what the result needs
   * @return what rounding can do
   * @throws IllegalArgumentException if a weight is not finite or the layer has no finite bound
   * @throws IllegalStateException if the engine computes in less than float32
   */
  public abstract Arithmetic arithmetic(NormMethod method, NDManager manager);

  /**
   * The Lipschitz constant of this layer after something with constant {@code k}, for training:
   * differentiable in k and in the layer's weights. Linear layers estimate their norm by power
   * iteration from the vector that they keep between calls.
   *
   * @param k the constant so far, a scalar
   * @param iterations power iterations to run, at least 0
   * @return K k, a scalar
   */
  public abstract NDArray lipschitz(NDArray k, int iterations);

  /**
   * The linear layers that this layer is made of, itself included.
   *
   * @return in the order of its blocks, at any depth
   */
  public final List<LinearLayer> linearLayers() {
    if (this instanceof LinearLayer linear) {
      return List.of(linear);
    }
    return getChildren().values().stream()
        .flatMap(child -> ((Layer) child).linearLayers().stream())
        .toList();
  }

  /**
   * The input size that the layer was initialised with, which its bound holds for.
   *
   * @return the shape without the batch axis
   * @throws IllegalStateException if it has not been initialised
   */
  protected final Shape inputShape() {
    if (inputShapes == null) {
      throw new IllegalStateException(
          getClass().getSimpleName() + " has no bound before it is initialised for an input size.");
    }
    return inputShapes[0].slice(1);
  }

  /**
   * Declares a trained weight named {@code weight}.
   *
   * @param initializer of its first values
   * @return the parameter, whose shape preparation sets
   */
  protected final Parameter addWeight(Initializer initializer) {
    return addParameter(
        Parameter.builder()
            .setName("weight")
            .setType(Parameter.Type.WEIGHT)
            .optInitializer(initializer)
            .build());
  }

  /**
   * Declares a trained bias named {@code bias}, which starts at 0.
   *
   * @return the parameter, whose shape preparation sets
   */
  protected final Parameter addBias() {
    return addParameter(Parameter.builder().setName("bias").setType(Parameter.Type.BIAS).build());
  }

  @Override
  protected void beforeInitialize(Shape... inputs) {
    if (inputShapes != null && !inputShape().equals(inputs[0].slice(1))) {
      throw new IllegalStateException(
          String.format(
              "%s is already initialised for inputs of shape %s; build another one for %s.",
              getClass().getSimpleName(), inputShape(), inputs[0].slice(1)));
    }
    outputShape(inputs[0]);
    super.beforeInitialize(inputs);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
    return new NDList(apply(inputs.singletonOrThrow(), training));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return new Shape[] {outputShape(inputs[0])};
  }
}
