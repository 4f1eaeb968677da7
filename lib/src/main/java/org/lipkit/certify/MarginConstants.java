package org.lipkit.certify;

import java.util.Arrays;
import java.util.function.Supplier;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.Upward;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.MarginRule;
import org.lipkit.text.Given;

/**
 * The Lipschitz constants K_ji of a trained classifier's logit differences {@code y_j - y_i},
 * computed once and in float64 from the weights that the forward pass multiplies with.
 */
public final class MarginConstants {

  private final double[][] constants;
  private final Bound scale;

  private MarginConstants(double[][] constants, Bound scale) {
    this.constants = constants;
    this.scale = scale;
  }

  /**
   * Bounds all margins of a classifier by its own {@link MarginRule}.
   *
   * @param classifier an initialised classifier
   * @param method how to find the norms of its linear layers
   * @return the constants
   */
  public static MarginConstants of(Classifier classifier, NormMethod method) {
    Given.notNull("The method of finding norms", method);
    Given.notNull("The classifier", classifier);
    return of(
        classifier.rule(),
        HeadRows.of(classifier),
        classifier.body().bound(method),
        () -> classifier.head().bound(method));
  }

  /**
   * Bounds all margins from bounds that are known already.
   *
   * @param classifier an initialised classifier
   * @param body the bound of everything before the last layer
   * @param head the bound of the last layer
   * @return the constants
   */
  public static MarginConstants of(Classifier classifier, Bound body, Bound head) {
    Given.notNull("The classifier", classifier);
    return of(classifier.rule(), HeadRows.of(classifier), body, () -> head);
  }

  /** The head's bound is asked for only where the rule needs it. */
  static MarginConstants of(MarginRule rule, HeadRows rows, Bound body, Supplier<Bound> head) {
    return rule == MarginRule.PAIRWISE
        ? new MarginConstants(rows.distances(), body)
        : network(rows, body.times(head.get()));
  }

  /** {@code sqrt(2) K_net}. */
  private static MarginConstants network(HeadRows rows, Bound network) {
    int classes = rows.lengths().length;
    double[][] factors = new double[classes][classes];
    for (int j = 0; j < classes; j++) {
      for (int i = 0; i < classes; i++) {
        factors[j][i] = i == j ? 0 : Upward.root(2);
      }
    }
    return new MarginConstants(factors, network);
  }

  /**
   * The number of classes C.
   *
   * @return C
   */
  public int classes() {
    return constants.length;
  }

  /**
   * The Lipschitz constant of {@code y_j - y_i}, rounded up.
   *
   * @param j a class
   * @param i another class
   * @return K_ji
   */
  public double of(int j, int i) {
    return Upward.times(scale.value(), constants[j][i]);
  }

  /** {@return the largest K_ji of two classes, rounded up} */
  public double largest() {
    double largest = Arrays.stream(constants).flatMapToDouble(Arrays::stream).max().orElse(0);
    return Math.nextUp(scale.value() * largest);
  }

  /**
   * The constant common to all pairs: K_sub with pairwise margins, K_net with the network's
   * constant.
   *
   * @return the constant with its kind; the margins' constants are of the same kind
   */
  public Bound scale() {
    return scale;
  }
}
