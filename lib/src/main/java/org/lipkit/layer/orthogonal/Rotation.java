package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.util.List;
import java.util.stream.Stream;
import org.lipkit.bound.ConvolutionMap;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Pass;
import org.lipkit.layer.Shapes;
import org.lipkit.layer.WeightInit;

/**
 * An orthogonal matrix that is trained as it is, {@code y = R x} at each pixel. The optimizers that
 * keep it orthogonal, {@code train.OrthogonalAdam} and {@code train.OrthogonalMuon}, know it
 * because it belongs to this layer. In training it counts as 1; its bound is the norm of the matrix
 * that float32 holds, proved from {@code ||R^T R - I||}.
 *
 * <ul>
 *   <li>x and y: (N, C, H, W)
 *   <li>R: (C, C), a random orthogonal matrix at first
 * </ul>
 */
public final class Rotation extends Layer {

  private final Parameter weight =
      trained("weight", WeightInit.ORTHOGONAL, input -> new Shape(input.get(0), input.get(0)));

  /** Creates the layer; the number of channels is known once it is initialised. */
  public Rotation() {}

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireImages(name(), input);
    return input;
  }

  /**
   * The matrix itself.
   *
   * @return R, (C, C)
   */
  public NDArray weight() {
    return weight.getArray();
  }

  @Override
  public Form form(Pass pass) {
    NDArray none =
        weight().getManager().zeros(new Shape(inputShape().get(0)), weight().getDataType());
    return product(name(), weight(), none, inputShape());
  }

  @Override
  public long multiplyAdds() {
    return inputShape().size() * inputShape().get(0);
  }

  /**
   * The form of a product with a matrix at each pixel.
   *
   * @param layer the layer's name, for messages
   * @param matrix (C', C), of norm 1 but for rounding
   * @param bias (C')
   * @param input (C, H, W)
   */
  static Form.Linear product(String layer, NDArray matrix, NDArray bias, Shape input) {
    return new Form.Linear(
        layer,
        matrix.reshape(matrix.getShape().addAll(new Shape(1, 1))),
        bias.reshape(1, -1, 1, 1),
        kernels -> new ConvolutionMap(kernels, 1, 0, input),
        Form.Estimate.ONE);
  }

  /**
   * The orthogonal matrices of a network.
   *
   * @param network a layer, perhaps made of others
   * @return those of all rotations in it, at any depth: the arrays themselves
   */
  public static List<NDArray> matrices(Layer network) {
    return in(network).toList();
  }

  private static Stream<NDArray> in(Block block) {
    return block instanceof Rotation rotation
        ? Stream.of(rotation.weight())
        : block.getChildren().values().stream().flatMap(Rotation::in);
  }
}
