package org.lipkit.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.lipkit.bound.PowerIteration;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Concatenation;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.Pass;
import org.lipkit.layer.Scale;
import org.lipkit.layer.Sequential;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * Several classifiers as one network. Each has a body f_n with the Lipschitz constant K_n and a
 * head with rows w_i^n, whose typical distance is r_n, the root of the mean of all {@code ||w_j^n -
 * w_i^n||^2}. Their logits are added, each divided by the typical constant of its margins:
 *
 * <pre>
 *   y(x)  =  sum_n (W_n f_n(x) + b_n) / (K_n r_n).</pre>
 *
 * <p>The body is the {@link Concatenation} of all f_n / K_n, and the head is (W_1 / r_1, W_2 / r_2,
 * ...). Of N classifiers the margin {@code y_j - y_i} has the constant {@code sqrt(N) sqrt(sum_n
 * ||w_j^n - w_i^n||^2 / r_n^2)}. By the Cauchy-Schwarz inequality it is at least {@code sum_n
 * ||w_j^n - w_i^n|| / r_n}, which is the sum of the members' constants, and equal to it where all
 * terms are alike.
 *
 * <p>The heads are centered first, see {@link Classifier#withCenteredHead}.
 */
public final class Ensemble {

  private Ensemble() {}

  /**
   * Adds classifiers.
   *
   * @param members initialised classifiers of the same images and classes, at least one
   * @return the frozen sum, with pairwise margins; its arrays lie where the first one's do
   * @throws IllegalArgumentException if the members do not fit each other, or the margins of one
   *     have a constant that is 0 or not finite
   */
  public static Classifier of(List<Classifier> members) {
    List<Classifier> all = Given.noneNull("Classifier", members);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("An ensemble needs at least one classifier.");
    }
    Classifier first = all.get(0);
    all.forEach(member -> requireAlike(first, member));
    NDManager manager = first.newManager();
    return Tensors.withoutGradient(() -> sum(all, manager).frozen(manager));
  }

  private static void requireAlike(Classifier first, Classifier other) {
    if (!first.inputShape().equals(other.inputShape()) || first.classes() != other.classes()) {
      throw Given.refused(
          "Classifiers of one ensemble tell the same classes of the same images apart, not %d of %s"
              + " and %d of %s.",
          first.classes(), first.inputShape(), other.classes(), other.inputShape());
    }
  }

  private static Classifier sum(List<Classifier> members, NDManager manager) {
    List<Layer> bodies = new ArrayList<>();
    NDList rows = new NDList();
    NDList summands = new NDList();
    for (Classifier member : members) {
      Classifier frozen = member.frozen(manager).withCenteredHead();
      Form.Linear head = frozen.headForm(Pass.EVALUATION);
      double body = frozen.body().bound(PowerIteration.PUBLISHED).value();
      double distance = Math.sqrt(2.0 / frozen.classes()) * Tensors.toDouble(head.weight().norm());
      Scale scale = new Scale(reciprocal(body));
      scale.initialize(manager, head.weight().getDataType(), head.weight().getShape());
      bodies.add(new Sequential(frozen.body(), scale));
      rows.add(divided(head.weight(), distance));
      summands.add(divided(head.offset(), body * distance));
    }
    Dense head =
        Dense.of(NDArrays.concat(rows, 1), summands.stream().reduce(NDArray::add).orElseThrow());
    Sequential body = new Sequential(new Concatenation(bodies));
    Classifier sum = new Classifier(body, head, MarginRule.PAIRWISE);
    sum.layOut(members.get(0).inputShape());
    return sum;
  }

  private static NDArray divided(NDArray array, double constant) {
    return array.mul(Tensors.scalar(array, reciprocal(constant)));
  }

  private static double reciprocal(double constant) {
    if (!(constant > 0 && constant < Double.POSITIVE_INFINITY)) {
      throw Given.refused(
          "The margins of a classifier have the constant %s, by which they cannot be divided.",
          constant);
    }
    return 1 / constant;
  }
}
