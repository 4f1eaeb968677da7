package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import java.util.ArrayDeque;
import java.util.Deque;
import org.lipkit.tensor.Tensors;

/**
 * Gram iteration (Delattre et al. 2023): squaring a matrix again and again makes its largest
 * singular value dominate, so that the Frobenius norm, always an upper bound, becomes a sharp one.
 *
 * <p>With {@code C_t = G_t / 2^e_t}, {@code ||C_t||_F <= 1}, and {@code G_(t+1) = fl(C_t C_t^T)},
 *
 * <pre>  ||G_t||  =  2^e_t ||C_t C_t^T||^(1/2)  &lt;=  2^e_t (||G_(t+1)|| + r_t)^(1/2),
 *  r_t = gamma_n ||C_t||_F^2 + underflow &gt;= ||G_(t+1) - C_t C_t^T||_F,</pre>
 *
 * so a bound on the last matrix, its Frobenius norm, is carried back to the first; dividing by a
 * power of two is exact but for underflow, which is added. In exact arithmetic T steps exceed the
 * norm by a factor of at most {@code n^(1 / 2^(T+1))}: 0.7 % for n = 1024 and T = 9, half of that
 * for the norm of which G is the square.
 *
 * @param steps how often to square, at least 1
 */
public record GramIteration(int steps) implements EigenvalueBound {

  /** Checks the number of steps. */
  public GramIteration {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "Gram iteration needs at least 1 step, not " + steps + ".");
    }
  }

  private record Step(int exponent, double error) {}

  @Override
  public double largest(NDArray batch, double known) {
    return Tensors.scoped(() -> iterate(batch, known));
  }

  private double iterate(NDArray batch, double known) {
    long n = batch.getShape().get(1);
    Deque<Step> done = new ArrayDeque<>();
    NDArray g = batch;
    double norm = Upward.frobenius(g);
    double bound = norm;
    for (int t = 0; t < steps && bound > known && Double.isFinite(norm); t++) {
      int exponent = Math.getExponent(norm) + 1;
      NDArray scaled = g.mul(Math.scalb(1.0, -exponent));
      double scaledNorm = Upward.plus(Math.scalb(norm, -exponent), Upward.UNDERFLOW);
      done.push(new Step(exponent, Upward.productError(n, scaledNorm, scaledNorm, n * n)));
      NDArray next = scaled.matMul(scaled.transpose(0, 2, 1));
      scaled.close();
      if (g != batch) {
        g.close();
      }
      g = next;
      norm = Upward.frobenius(g);
      bound = Math.min(bound, carryBack(norm, done, n));
    }
    return bound;
  }

  private static double carryBack(double norm, Iterable<Step> steps, long n) {
    double bound = norm;
    for (Step step : steps) {
      double root = Upward.root(Upward.plus(bound, step.error()));
      bound =
          Upward.scale(
              Upward.plus(root, Upward.times((double) n * n, Upward.UNDERFLOW)), step.exponent());
    }
    return bound;
  }

  @Override
  public String description() {
    return "Gram iteration";
  }
}
