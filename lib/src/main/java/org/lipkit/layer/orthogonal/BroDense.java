package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.lipkit.bound.DenseMap;
import org.lipkit.bound.LinearMap;
import org.lipkit.layer.Form;
import org.lipkit.layer.LinearLayer;
import org.lipkit.layer.Shapes;
import org.lipkit.layer.WeightInit;

/**
 * A dense layer whose matrix is cut out of a block reflector, {@code y = x W^T + b} with W the
 * first outputs rows and inputs columns of {@code I - 2 V (V^T V)^-1 V^T} (Lai et al. 2025,
 * "Enhancing certified robustness via block reflector orthogonal layers and logit annealing loss").
 * W is orthogonal where there are as many outputs as inputs; its norm is at most 1 everywhere, up
 * to rounding. In training it counts as 1; its bound is the norm of the matrix that float32 makes
 * of V.
 *
 * <ul>
 *   <li>x: (N, inputs); y: (N, outputs)
 *   <li>V: (max(inputs, outputs), rank); b: (outputs)
 * </ul>
 */
public final class BroDense extends LinearLayer {

  private final int outputs;
  private final int rank;
  private final Parameter weight;
  private final Parameter bias;

  /**
   * Creates the layer; the number of inputs is known once it is initialised.
   *
   * @param outputs the number of outputs, at least 1
   * @param rank the number of V's columns, at least 1 and at most its rows; half of them as
   *     published
   * @param first values of V; b starts at 0
   */
  public BroDense(int outputs, int rank, WeightInit first) {
    Shapes.requireAtLeast("outputs", outputs, 1);
    Shapes.requireAtLeast("rank", rank, 1);
    this.outputs = outputs;
    this.rank = rank;
    weight = trained("weight", first, input -> new Shape(Math.max(outputs, input.get(0)), rank));
    bias = bias(input -> new Shape(outputs));
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireRank(name(), input, 1, "(inputs)", "put a Flatten before it");
    Reflector.requireRank(name(), rank, Math.max(outputs, input.get(0)));
    return new Shape(outputs);
  }

  @Override
  public NDArray weight() {
    NDArray square = Reflector.of(weight.getArray());
    return square.get("0:" + outputs + ",0:" + inputShape().get(0));
  }

  @Override
  public NDArray offset() {
    return bias.getArray();
  }

  @Override
  public LinearMap map(NDArray matrix) {
    return new DenseMap(matrix);
  }

  @Override
  public long multiplyAdds() {
    return outputs * inputShape().get(0);
  }

  @Override
  protected Form.Estimate estimate() {
    return Form.Estimate.ONE;
  }
}
