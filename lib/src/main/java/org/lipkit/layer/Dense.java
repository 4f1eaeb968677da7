package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.random.RandomGenerator;
import org.lipkit.bound.DenseMap;
import org.lipkit.bound.LinearMap;

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
   * Creates the layer; the number of inputs is known once it is initialised.
   *
   * @param outputs the number of outputs, at least 1
   * @param initializer of W; b starts at 0
   * @param random draws the first power-iteration vector
   */
  public Dense(int outputs, Initializer initializer, RandomGenerator random) {
    super(random);
    Shapes.requireAtLeast("outputs", outputs, 1);
    this.outputs = outputs;
    weight = addWeight(initializer);
    bias = addBias();
    addVector();
  }

  @Override
  protected void prepare(Shape[] inputs) {
    weight.setShape(new Shape(outputs, inputShape().get(0)));
    bias.setShape(new Shape(outputs));
    prepareVector();
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireRank("Dense", input, 2, "(N, inputs); put a Flatten before it");
    return new Shape(input.get(0), outputs);
  }

  @Override
  public NDArray weight() {
    return weight.getArray();
  }

  /**
   * The bias.
   *
   * @return b, (outputs)
   */
  public NDArray bias() {
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
