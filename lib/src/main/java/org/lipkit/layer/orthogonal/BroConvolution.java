package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.lipkit.bound.BlockDiagonalMap;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Pass;
import org.lipkit.layer.Shapes;
import org.lipkit.layer.WeightInit;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * The block reflector convolution of BRONet (Lai et al. 2025, "Enhancing certified robustness via
 * block reflector orthogonal layers and logit annealing loss"): the image gets a frame of zeros,
 * one pixel wide, and is then taken as a torus. There each frequency is multiplied with a unitary
 * matrix
 *
 * <pre>  W = I - 2 V (V^* V)^-1 V^*,</pre>
 *
 * where V is the frequency's response of 3x3 kernels {@code identity + scale * affine_o * v_o} from
 * rank to m channels, m the larger number of inputs and outputs. The first outputs rows and inputs
 * columns of W count, and the frame is cut off again. All that is 1-Lipschitz by construction, up
 * to rounding; in training it counts as 1.
 *
 * <p>The {@link FourierTransform} consists of sums of products too. So this layer, other than a
 * {@link CayleyConvolution}, has a proof: its bound is the product of the norms of the matrices
 * that float32 multiplies with.
 *
 * <ul>
 *   <li>x: (N, inputs, n, n); y: (N, outputs, n, n)
 *   <li>v: (m, rank, 3, 3), normal with deviation 1 / (9 m); affine: (m, 1, 1, 1), ones. There is
 *       no bias: {@link org.lipkit.layer.Centering} and {@link org.lipkit.layer.Bias} may follow
 * </ul>
 */
public final class BroConvolution extends Layer {

  private static final int KERNEL = 3;

  private final int outputs;
  private final int rank;
  private final double scale;
  private final Parameter weight;
  private final Parameter affine;
  private NDArray identity;

  /**
   * Creates the layer; the number of input channels is known once it is initialised.
   *
   * @param outputs the number of output channels, at least 1
   * @param rank how many directions W reflects at each frequency, at least 1; half the channels as
   *     published for small images, an eighth for large ones
   * @param scale the number before v, {@code 1 / sqrt(number of such layers)} in the paper
   */
  public BroConvolution(int outputs, int rank, double scale) {
    Shapes.requireAtLeast("outputs", outputs, 1);
    Shapes.requireAtLeast("rank", rank, 1);
    this.outputs = outputs;
    this.rank = rank;
    this.scale = scale;
    weight = trained("weight", BroConvolution::small, this::kernels);
    affine = trained("affine", WeightInit.constant(1), input -> new Shape(width(input), 1, 1, 1));
  }

  private long width(Shape input) {
    return Math.max(outputs, input.get(0));
  }

  private Shape kernels(Shape input) {
    return new Shape(width(input), rank, KERNEL, KERNEL);
  }

  private static NDArray small(
      RandomGenerator random, NDManager manager, Shape shape, DataType type) {
    return WeightInit.gaussian(1.0 / (KERNEL * KERNEL * shape.get(0)))
        .draw(random, manager, shape, type);
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireImages(name(), input);
    Reflector.requireRank(name(), rank, width(input));
    if (input.get(1) != input.get(2)) {
      throw Given.refused(
          "A %s needs square images, not %dx%d; cut them or use a Convolution.",
          name(), input.get(1), input.get(2));
    }
    return new Shape(outputs).addAll(input.slice(1));
  }

  @Override
  protected void drawn(NDManager manager, DataType type) {
    Shape shape = kernels(inputShape());
    double[] delta = new double[Math.toIntExact(shape.size())];
    for (int c = 0; c < rank; c++) {
      delta[(c * rank + c) * KERNEL * KERNEL + KERNEL * KERNEL / 2] = 1;
    }
    identity = Tensors.ofDoubles(manager, delta, shape, type);
  }

  private FourierTransform transform() {
    int side = Math.toIntExact(inputShape().get(1));
    return new FourierTransform(this, side, side + KERNEL - 1);
  }

  /** The matrices W of all frequencies, one above the other, (frequencies 2 outputs, 2 inputs). */
  private NDArray reflectors() {
    NDArray factors = affine.getArray().mul(Tensors.scalar(identity, scale));
    NDArray v = transform().responses(weight.getArray().mul(factors).add(identity));
    long width = width(inputShape());
    long inputs = inputShape().get(0);
    return Reflector.of(v)
        .reshape(-1, 2, width, 2, width)
        .get(":,:,0:" + outputs + ",:,0:" + inputs)
        .reshape(-1, 2 * inputs);
  }

  @Override
  public Form form(Pass pass) {
    NDArray matrices = reflectors();
    FourierTransform transform = transform();
    List<Form> parts = new ArrayList<>(transform.forward((int) inputShape().get(0), matrices));
    parts.add(
        new Form.Linear(
            name(),
            matrices,
            matrices.getManager().zeros(new Shape(1), matrices.getDataType()),
            w -> new BlockDiagonalMap(w, transform.frequencies()),
            Form.Estimate.ONE));
    parts.addAll(transform.inverse(outputs, matrices));
    return new Form.Chain(parts);
  }

  /** Those of the transforms, there and back, and of a complex matrix per frequency. */
  @Override
  public long multiplyAdds() {
    return transform().multiplyAdds(inputShape().get(0))
        + transform().multiplyAdds(outputs)
        + 4L * transform().frequencies() * inputShape().get(0) * outputs;
  }
}
