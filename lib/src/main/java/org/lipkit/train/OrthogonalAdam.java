package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.orthogonal.Rotation;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * Adam on the manifold of orthogonal matrices, as LipNeXt is trained (arXiv 2601.18513): every
 * {@link Rotation} X of a network stays orthogonal within 1e-5. With gradient G and the
 * skew-symmetric direction {@code S = (X^T G - G^T X) / 2} of steepest ascent,
 *
 * <pre>  m &lt;- 0.9 m + 0.1 S,   v &lt;- 0.999 v + 0.001 S^2,
 *   A = -rate m' / (sqrt(v') + 1e-8),   X &lt;- P(X exp(A))</pre>
 *
 * where m' and v' are corrected as Adam's, so that A is skew-symmetric and exp(A) a rotation. P is
 * one Newton-Schulz step {@code X (3 I - X^T X) / 2} towards the nearest orthogonal matrix; the
 * paper does a whole polar decomposition once per epoch, which leaves errors of 1e-3 in between.
 *
 * <p>After every k steps Lookahead (Zhang et al. 2019) goes half of the way, on the manifold: the
 * slow matrix becomes {@code Y <- P(Y exp(B / 2))}, with B the sum of the k last A, and {@code X <-
 * Y}.
 *
 * @param lookahead k, at least 1
 * @param rest changes all other weights
 * @param restRate their learning rate as a multiple of the recipe's, above 0
 */
public record OrthogonalAdam(int lookahead, Optimizer rest, double restRate) implements Optimizer {

  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  /**
   * Checks the numbers.
   *
   * @param lookahead at least 1
   * @param rest changes all other weights
   * @param restRate above 0
   */
  public OrthogonalAdam {
    if (!(lookahead >= 1 && rest != null && restRate > 0)) {
      throw Given.refused(
          "OrthogonalAdam needs at least 1 step of Lookahead, an optimizer for the rest and a"
              + " rate above 0 for it, not %d, %s and %s.",
          lookahead, rest, restRate);
    }
  }

  @Override
  public Updater start(Classifier classifier) {
    return Orthogonal.split(classifier, this, rest, restRate);
  }

  /**
   * Begins to work on orthogonal matrices.
   *
   * @param weights all orthogonal, (n, n)
   * @throws IllegalArgumentException if one is not
   */
  @Override
  public Updater start(List<NDArray> weights) {
    Orthogonal.require("OrthogonalAdam", weights);
    return new Matrices(weights);
  }

  private final class Matrices implements Updater {

    private final List<NDArray> weights;
    private final List<NDArray> first;
    private final List<NDArray> second;
    private final List<NDArray> paths;
    private final List<NDArray> slow;

    Matrices(List<NDArray> weights) {
      this.weights = weights;
      this.first = Optimizer.zeros(weights);
      this.second = Optimizer.zeros(weights);
      this.paths = Optimizer.zeros(weights);
      this.slow =
          weights.stream().map(weight -> Tensors.withoutGradient(weight::duplicate)).toList();
    }

    @Override
    public void step(List<NDArray> gradients, double rate, long time) {
      for (int i = 0; i < weights.size(); i++) {
        move(i, gradients.get(i), rate, time);
      }
    }

    private void move(int i, NDArray gradient, double rate, long time) {
      NDArray x = weights.get(i);
      NDArray path = paths.get(i);
      NDArray s = Orthogonal.direction(x, gradient);
      NDArray m = first.get(i).muli((float) BETA1).addi(s.mul((float) (1 - BETA1)));
      NDArray v = second.get(i).muli((float) BETA2).addi(s.square().mul((float) (1 - BETA2)));
      NDArray scale = v.mul((float) (1 / (1 - Math.pow(BETA2, time)))).sqrt().add((float) EPSILON);
      NDArray a = m.mul((float) (-rate / (1 - Math.pow(BETA1, time)))).div(scale);
      path.addi(a);
      if (time % lookahead == 0) {
        NDArray y = slow.get(i);
        Tensors.copy(Orthogonal.polar(Orthogonal.turned(y, path.mul(0.5f))), y);
        Tensors.copy(y, x);
        path.muli(0f);
      } else {
        Tensors.copy(Orthogonal.polar(Orthogonal.turned(x, a)), x);
      }
    }

    @Override
    public Map<String, NDArray> state() {
      Map<String, NDArray> state = new LinkedHashMap<>();
      state.putAll(Optimizer.named("orthogonal_first_", first));
      state.putAll(Optimizer.named("orthogonal_second_", second));
      state.putAll(Optimizer.named("orthogonal_path_", paths));
      state.putAll(Optimizer.named("orthogonal_slow_", slow));
      return state;
    }
  }
}
