package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.orthogonal.Rotation;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/** Steps on the manifold of orthogonal matrices. */
final class Orthogonal {

  /** The largest ||X^T X - I|| of a matrix that counts as orthogonal. */
  private static final double NEAR = 1e-3;

  /** Below these norms of A a Taylor series up to the power 2, 3 and 4 is taken for exp(A). */
  private static final double[] SMALL = {0.05, 0.25, 1};

  private Orthogonal() {}

  /**
   * An optimizer at work on the rotations of a classifier, and another one on its other weights.
   */
  static Optimizer.Updater split(
      Classifier classifier, Optimizer optimizer, Optimizer rest, double restRate) {
    Set<NDArray> rotations = Collections.newSetFromMap(new IdentityHashMap<>());
    rotations.addAll(Rotation.matrices(classifier));
    List<NDArray> weights = classifier.trainable();
    return new SplitUpdater(
        weights, place -> rotations.contains(weights.get(place)), optimizer, rest, restRate);
  }

  /** Refuses weights that are not all orthogonal matrices. */
  static void require(String optimizer, List<NDArray> weights) {
    weights.forEach(weight -> require(optimizer, weight));
  }

  private static void require(String optimizer, NDArray weight) {
    Shape shape = weight.getShape();
    double error =
        shape.dimension() == 2 && shape.get(0) == shape.get(1)
            ? Tensors.scoped(
                () -> Tensors.withoutGradient(() -> Tensors.toDouble(excess(weight).norm())))
            : Double.POSITIVE_INFINITY;
    if (!(error <= NEAR)) {
      throw Given.refused(
          "%s moves orthogonal matrices only, and a weight of shape %s is not orthogonal; put"
              + " Lookahead inside of it, around the optimizer of the rest.",
          optimizer, shape);
    }
  }

  /** {@code X^T X - I}. */
  private static NDArray excess(NDArray x) {
    int n = Math.toIntExact(x.getShape().get(0));
    return x.transpose().matMul(x).sub(x.getManager().eye(n, n, 0, x.getDataType()));
  }

  /** {@code (X^T G - G^T X) / 2}, the direction of steepest ascent at X for a gradient G. */
  static NDArray direction(NDArray x, NDArray gradient) {
    return skew(x.transpose().matMul(gradient));
  }

  /** {@code (Y - Y^T) / 2}. */
  static NDArray skew(NDArray y) {
    return y.sub(y.transpose()).mul(0.5f);
  }

  /** {@code X (3 I - X^T X) / 2 = X - X (X^T X - I) / 2}. */
  static NDArray polar(NDArray x) {
    return x.sub(x.matMul(excess(x)).mul(0.5f));
  }

  /**
   * {@code X exp(A)}: a Taylor series where A is small, with an error of at most {@code ||A||^(n+1)
   * / (n+1)!} if it goes up to the power n.
   *
   * @param x X, (n, n)
   * @param a A, (n, n), skew-symmetric
   * @return (n, n)
   */
  static NDArray turned(NDArray x, NDArray a) {
    double size = Tensors.toDouble(a.norm());
    if (!(size < SMALL[2])) {
      return x.matMul(LinearOperators.exponential(a));
    }
    int power = size < SMALL[0] ? 2 : size < SMALL[1] ? 3 : 4;
    NDArray term = x;
    NDArray sum = x;
    for (int n = 1; n <= power; n++) {
      term = term.matMul(a).div(n);
      sum = sum.add(term);
    }
    return sum;
  }
}
