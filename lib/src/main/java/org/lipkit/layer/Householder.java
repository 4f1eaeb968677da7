package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import java.util.List;
import org.lipkit.bound.Bound;
import org.lipkit.bound.Upward;
import org.lipkit.tensor.Tensors;

/**
 * Reflects pairs of channels onto one side of a learned line (Singla, Singla and Feizi 2022,
 * "Improved deterministic l2 robustness on CIFAR-10 and CIFAR-100", section 4). With the channels
 * split into halves and a pair z of them in the same place,
 *
 * <pre>  y = z - 2 w max(&lt;w, z&gt;, 0),    w = (-sin(theta / 2), cos(theta / 2)),</pre>
 *
 * which is z on one side of the line that w is normal to and {@code (I - 2 w w^T) z}, its mirror
 * image, on the other. It keeps gradient norms; the angle theta = pi / 2 gives {@link MinMax}.
 *
 * <p><b>Lipschitz constant.</b> The map is continuous for every w, with Jacobian I or {@code I - 2
 * w w^T}, whose eigenvalues are 1 and {@code 1 - 2 ||w||^2}. For unit vectors w the constant is 1;
 * for the rounded ones that the forward pass multiplies with it is {@code max(1, |1 - 2 ||w||^2|)}.
 *
 * <p><b>Rounding.</b> With w taken as exact, {@code <w, z>} takes two roundings per term, the
 * maximum with 0 moves no two numbers apart, doubling w is exact, and a product and a sum follow.
 * With {@code M = I + 2 |w| |w|^T}, a matrix of norm {@code 1 + 2 ||w||^2} whose rows add up to at
 * most {@code 1 + 3 ||w||^2}, that is
 *
 * <pre>  |fl(y) - y|  &lt;=  gamma_4 M |z|  +  underflow.</pre>
 *
 * At most one of w's entries is subnormal. If it is taken as 0, an entry of y changes by at most
 * {@code 3 e ||z||}, where e is the smallest normal number; subnormal entries of z, and products
 * and sums that are flushed to 0, cost at most {@code 16 e}. {@link SummationModel#underflow}
 * counts more.
 *
 * <ul>
 *   <li>x and y: (N, C, ...) with C even; theta: (C / 2), pi / 2 at first
 * </ul>
 */
public final class Householder extends Layer {

  private final Parameter theta =
      trained(
          "theta",
          WeightInit.constant((float) (Math.PI / 2)),
          input -> new Shape(input.get(0) / 2));

  /** Creates the layer; the number of channels is known once it is initialised. */
  public Householder() {}

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireMultiple(name(), "channels", input.get(0), 2);
    return input;
  }

  /** The constant 1 of unit vectors w is what training counts. */
  @Override
  public Form form(Pass pass) {
    return new Form.Rounded(this, 1, List.of(normals()), constants -> model(constants.get(0)));
  }

  /** All w as the forward pass multiplies with them: first entries, then second ones, (C). */
  private NDArray normals() {
    NDArray half = theta.getArray().mul(Tensors.scalar(theta.getArray(), 0.5));
    return half.sin().neg().concat(half.cos());
  }

  private RoundingModel model(NDArray normals) {
    double square = largestSquare(normals);
    double eigenvalue = Math.nextUp(2 * square - 1);
    return new SummationModel(
        name(),
        Bound.upper(Math.max(1, eigenvalue), "closed form"),
        Upward.plus(1, 2 * square),
        Upward.plus(1, Upward.times(3, square)),
        4,
        4,
        x -> x.sub(reflection(x, normals)),
        x -> x.add(reflection(x, normals.abs())));
  }

  /** {@code 2 w max(<w, z>, 0)}. */
  private static NDArray reflection(NDArray x, NDArray normals) {
    NDArray w = Shapes.perChannel(normals, x.getShape().slice(1));
    NDList products = x.mul(w).split(2, 1);
    NDArray distance = Activation.relu(products.get(0).add(products.get(1)));
    return w.add(w).mul(distance.concat(distance, 1));
  }

  /** The largest ||w||^2, from above: squares of float32 numbers are exact in float64. */
  private static double largestSquare(NDArray normals) {
    double[] w = Tensors.withoutGradient(() -> Tensors.toDoubles(normals));
    double largest = 0;
    for (int i = 0; i < w.length / 2; i++) {
      double first = w[i];
      double second = w[i + w.length / 2];
      largest = Math.max(largest, Upward.plus(first * first, second * second));
    }
    return largest;
  }
}
