package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.orthogonal.Rotation;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * Muon on the manifold of orthogonal matrices: every {@link Rotation} X of a network stays
 * orthogonal within 1e-5, and each step turns it by 0.7 to 1.2 times the learning rate in every
 * plane in which the direction is not tiny. With gradient G, the skew-symmetric direction {@code S
 * = (X^T G - G^T X) / 2} of steepest ascent and the velocity {@code u <- momentum u + S},
 *
 * <pre>  A = -rate O(S + momentum u),   X &lt;- P(X exp(A))</pre>
 *
 * where O brings all singular values close to 1 ({@link Muon}). O is an odd polynomial, so that A
 * is skew-symmetric as S is, and exp(A) a rotation. P is as in {@link OrthogonalAdam}.
 *
 * @param momentum in [0, 1)
 * @param rest changes all other weights
 * @param restRate their learning rate as a multiple of the recipe's, above 0
 */
public record OrthogonalMuon(double momentum, Optimizer rest, double restRate)
    implements Optimizer {

  /**
   * Checks the numbers.
   *
   * @param momentum in [0, 1)
   * @param rest changes all other weights
   * @param restRate above 0
   */
  public OrthogonalMuon {
    if (!(momentum >= 0 && momentum < 1 && restRate > 0 && rest != null)) {
      throw Given.refused(
          "OrthogonalMuon needs a momentum in [0, 1), an optimizer for the rest and a rate above 0"
              + " for it, not %s, %s and %s.",
          momentum, rest, restRate);
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
    Orthogonal.require("OrthogonalMuon", weights);
    return new Velocities("orthogonal_velocity_", weights, this::move);
  }

  private void move(NDArray x, NDArray gradient, NDArray velocity, double rate) {
    NDArray s = Orthogonal.direction(x, gradient);
    velocity.muli((float) momentum).addi(s);
    NDArray step = Muon.orthogonalised(s.add(velocity.mul((float) momentum)));
    NDArray a = Orthogonal.skew(step).mul((float) -rate);
    Tensors.copy(Orthogonal.polar(Orthogonal.turned(x, a)), x);
  }
}
