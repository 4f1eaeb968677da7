package org.lipkit.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
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
 * <p>K_n is estimated by power iteration: it decides how loud a member is, and no proof rests on
 * it. The heads are centered first, see {@link Classifier#withCenteredHead}.
 */
public final class Ensemble {

  private static final double SMALLEST = 1e-30;

  private Ensemble() {}

  /**
   * Adds classifiers.
   *
   * @param members initialised classifiers of the same images, classes and type of weights, at
   *     least one; the arrays of a body that is frozen are used and not copied, so that closing
   *     such a member closes the sum
   * @return the frozen sum, with pairwise margins; what is new belongs to the manager that the
   *     first member's head belongs to
   * @throws IllegalArgumentException if the members do not fit each other, or K_n, r_n or K_n r_n
   *     of one is below 1e-30 or above 1e30
   */
  public static Classifier of(List<Classifier> members) {
    List<Classifier> all = Given.noneNull("Classifier", members);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("An ensemble needs at least one classifier.");
    }
    return Tensors.scoped(() -> Tensors.withoutGradient(() -> sum(all)));
  }

  private static Form.Linear head(Classifier classifier) {
    return classifier.headForm(Pass.EVALUATION);
  }

  private static void requireAlike(Classifier first, Classifier other) {
    if (!first.inputShape().equals(other.inputShape()) || first.classes() != other.classes()) {
      throw Given.refused(
          "Classifiers of one ensemble tell the same classes of the same images apart, not %d of %s"
              + " and %d of %s.",
          first.classes(), first.inputShape(), other.classes(), other.inputShape());
    }
    DataType type = head(first).weight().getDataType();
    DataType otherType = head(other).weight().getDataType();
    if (type != otherType) {
      throw Given.refused(
          "Classifiers of one ensemble have weights of one type, not of %s and %s.",
          type, otherType);
    }
  }

  private static Classifier sum(List<Classifier> members) {
    Classifier first = members.get(0);
    members.forEach(member -> requireAlike(first, member));
    NDManager manager = head(first).weight().getManager();
    List<Layer> bodies = new ArrayList<>();
    NDList rows = new NDList();
    NDList summands = new NDList();
    for (Classifier member : members) {
      Classifier centered = member.frozen(manager).withCenteredHead();
      NDArray weight = head(centered).weight();
      double body = centered.body().bound(PowerIteration.PUBLISHED).value();
      // Where the mean row is 0, the mean of all ||w_j - w_i||^2 is 2 ||W||^2 over the classes.
      double distance = Math.sqrt(2.0 / centered.classes()) * Tensors.toDouble(weight.norm());
      List<Layer> layers = new ArrayList<>(centered.body().layers());
      Scale scale = new Scale(reciprocal(body));
      scale.initialize(manager, weight.getDataType(), new Shape(1, weight.getShape().get(1)));
      layers.add(scale);
      bodies.add(new Sequential(layers));
      rows.add(divided(weight, distance));
      summands.add(divided(head(centered).offset(), body * distance));
    }
    Dense head =
        Dense.of(NDArrays.concat(rows, 1), summands.stream().reduce(NDArray::add).orElseThrow());
    Sequential body = new Sequential(new Concatenation(bodies));
    Classifier sum = new Classifier(body, head, MarginRule.PAIRWISE);
    sum.layOut(first.inputShape());
    return sum.frozen(manager);
  }

  private static NDArray divided(NDArray array, double constant) {
    return array.mul(Tensors.scalar(array, reciprocal(constant)));
  }

  private static double reciprocal(double constant) {
    if (!(constant >= SMALLEST && constant <= 1 / SMALLEST)) {
      throw Given.refused(
          "The margins of a classifier have a constant with the factor %s, by which float32 numbers"
              + " cannot be divided.",
          constant);
    }
    return 1 / constant;
  }
}
