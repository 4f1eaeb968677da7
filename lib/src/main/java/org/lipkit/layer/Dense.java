package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.lipkit.bound.DenseMap;
import org.lipkit.bound.LinearMap;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * A dense layer, {@code y = x W^T + b}; its Lipschitz constant is the spectral norm of W.
 *
 * <ul>
 *   <li>x: (N, inputs)
 *   <li>W: (outputs, inputs); b: (outputs)
 *   <li>y: (N, outputs)
 * </ul>
 */
public class Dense extends LinearLayer {

  private final int outputs;
  private final Parameter weight;
  private final Parameter bias;

  /**
   * Creates the layer with orthogonal first weights.
   *
   * @param outputs the number of outputs, at least 1
   */
  public Dense(int outputs) {
    this(outputs, WeightInit.ORTHOGONAL);
  }

  /**
   * Creates the layer; the number of inputs is known once it is initialised.
   *
   * @param outputs the number of outputs, at least 1
   * @param first values of W and, as {@link WeightInit#bias} says, of b
   */
  public Dense(int outputs, WeightInit first) {
    Shapes.requireAtLeast("outputs", outputs, 1);
    this.outputs = outputs;
    weight = trained("weight", first, input -> new Shape(outputs, input.get(0)));
    bias = bias(weight, first, input -> new Shape(outputs));
  }

  /**
   * {@return an initialised layer with these weights; they are copied}
   *
   * @param weight W, (outputs, inputs)
   * @param bias b, (outputs), of the same type
   * @throws IllegalArgumentException if the shapes or types are not these
   */
  public static Dense of(NDArray weight, NDArray bias) {
    Shape shape = Given.notNull("The weight", weight).getShape();
    Given.notNull("The bias", bias);
    if (shape.dimension() != 2
        || !bias.getShape().equals(shape.slice(0, 1))
        || bias.getDataType() != weight.getDataType()) {
      throw Given.refused(
          "A Dense has a weight of shape (outputs, inputs) and a bias of shape (outputs) and the"
              + " same type, not %s %s and %s %s.",
          weight.getDataType(), shape, bias.getDataType(), bias.getShape());
    }
    Dense dense = new Dense(Math.toIntExact(shape.get(0)), WeightInit.constant(0));
    dense.initialize(weight.getManager(), weight.getDataType(), new Shape(1, shape.get(1)));
    Tensors.copy(weight, dense.weight());
    Tensors.copy(bias, dense.bias());
    return dense;
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireRank(name(), input, 1, "(inputs)", "put a Flatten before it");
    return new Shape(outputs);
  }

  @Override
  public NDArray weight() {
    return weight.getArray();
  }

  /** {@return b, (outputs)} */
  public final NDArray bias() {
    return bias.getArray();
  }

  @Override
  public NDArray offset() {
    return bias();
  }

  @Override
  public LinearMap map(NDArray matrix) {
    return new DenseMap(matrix);
  }
}
