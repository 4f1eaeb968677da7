package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.Upward;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Form;
import org.lipkit.layer.FormBound;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Pass;
import org.lipkit.layer.Shapes;
import org.lipkit.layer.SummationModel;
import org.lipkit.layer.WeightInit;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * The skew orthogonal convolution (Singla and Feizi 2021): the exponential of a zero-padded
 * convolution L that is skew-symmetric, {@code L^T = -L}, cut off after n terms. Such an
 * exponential is orthogonal. The bias sits inside the series, so that y is where the flow of {@code
 * dx/dt = L x + b} carries x in a unit of time:
 *
 * <pre>  y = x + (L + L^2 / 2! + ... + L^n / n!) x + (I + L / 2! + ... + L^(n-1) / n!) b.</pre>
 *
 * <p>L has the kernels of a free convolution minus those of its adjoint, which is exact in floating
 * point too: it is skew-symmetric to the last bit, its eigenvalues are imaginary, {@code i t} with
 * {@code |t| <= ||L||}, and by Taylor's theorem for {@code exp(i t)} the Lipschitz constant is
 *
 * <pre>  max_t |1 + i t + ... + (i t)^n / n!|  &lt;=  1 + ||L||^(n+1) / (n+1)!.</pre>
 *
 * <ul>
 *   <li>x and y: (N, channels, H, W)
 *   <li>free kernels: (channels, channels, kernel, kernel); b: (channels)
 * </ul>
 */
public final class Soc extends Layer {

  private final Skew inner;
  private final int terms;

  /**
   * Creates the layer.
   *
   * @param channels of inputs and outputs, at least 1
   * @param kernel the kernel's side, odd
   * @param terms n, at least 1; the paper takes 5 in training and 12 in evaluation, this layer the
   *     same number in both
   * @param first values of the free kernels, where a small ||L|| needs few terms, and, as {@link
   *     WeightInit#bias} says, of b
   */
  public Soc(int channels, int kernel, int terms, WeightInit first) {
    Shapes.requireAtLeast("terms", terms, 1);
    if (kernel % 2 == 0) {
      throw new IllegalArgumentException(
          "A skew-symmetric convolution needs an odd kernel, not one of side " + kernel + ".");
    }
    this.terms = terms;
    inner = addChildBlock("inner", new Skew(channels, kernel, first));
  }

  private static final class Skew extends Convolution {

    private final int channels;

    Skew(int channels, int kernel, WeightInit first) {
      super(channels, kernel, 1, kernel / 2, first);
      this.channels = channels;
    }

    @Override
    public Shape outputShape(Shape input) {
      Shape output = super.outputShape(input);
      if (input.get(0) != channels) {
        throw Given.refused(
            "A Soc of %d channels cannot take %d; put a layer that changes their number before"
                + " it.",
            channels, input.get(0));
      }
      return output;
    }

    @Override
    public NDArray weight() {
      NDArray free = super.weight();
      return free.sub(Adjoint.kernels(free));
    }
  }

  @Override
  protected void layOutChildren(Shape input) {
    inner.layOut(input);
  }

  @Override
  public Shape outputShape(Shape input) {
    return inner.outputShape(input);
  }

  /** Horner's rule: y_n = x, y_(j-1) = x + (L y_j + b) / j. */
  @Override
  public Form form(Pass pass) {
    Form.Linear step = inner.form(pass);
    Form series = Form.IDENTITY;
    for (int j = terms; j >= 1; j--) {
      series =
          new Form.Sum(name(), Form.IDENTITY, new Form.Chain(List.of(series, step, division(j))));
    }
    return new Form.Bounded(series, new Exponential());
  }

  /** A division, or a product with the rounded 1 / j. */
  private Form division(int j) {
    UnaryOperator<NDArray> quotient = x -> x.div(Tensors.scalar(x, j));
    return rounded(new SummationModel(name(), Math.nextUp(1.0 / j), 2, quotient, quotient));
  }

  /** {@code 1 + ||L||^(n+1) / (n+1)!}. */
  private final class Exponential implements Form.Constant {

    private Form.Linear step(Form series) {
      return (Form.Linear) ((Form.Chain) ((Form.Sum) series).second()).parts().get(1);
    }

    @Override
    public Bound of(Form series, NormMethod method) {
      NDArray kernels = step(series).weight();
      if (!kernels.contentEquals(Adjoint.kernels(kernels).neg())) {
        throw new IllegalArgumentException(
            "The kernels of a "
                + name()
                + " are not skew, so it may stretch distances; load a file that a frozen network"
                + " saved.");
      }
      Bound norm = FormBound.of(step(series), method);
      double rest = 1;
      for (int j = 1; j <= terms + 1; j++) {
        rest = Math.nextUp(Upward.times(rest, norm.value()) / j);
      }
      return new Bound(Upward.plus(1, rest), norm.kind(), norm.method());
    }

    @Override
    public NDArray inTraining(NDArray k, Form series, Pass pass) {
      Form.Linear step = step(series);
      NDArray norm = step.estimate().times(Tensors.scalar(k, 1), step.map(), pass);
      NDArray rest = norm;
      for (int j = 2; j <= terms + 1; j++) {
        rest = rest.mul(norm.div(Tensors.scalar(norm, j)));
      }
      return k.add(k.mul(rest));
    }
  }
}
