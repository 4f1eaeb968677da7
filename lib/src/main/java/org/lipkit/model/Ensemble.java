package org.lipkit.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
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
 * Several classifiers as one network. Each has a body f_n with the Lipschitz constant K_n, and a
 * head with rows w_i^n; their logits are added, each divided by its constant:
 *
 * <pre>
 *   y(x)  =  sum_n (W_n f_n(x) + b_n) / K_n.</pre>
 *
 * <p>The body is the {@link Concatenation} of all f_n / K_n, and the head is (W_1, W_2, ...). Of N
 * classifiers the margin {@code y_j - y_i} has the constant {@code sqrt(N) sqrt(sum_n ||w_j^n -
 * w_i^n||^2)}, which is at least {@code sum_n ||w_j^n - w_i^n||}, by the Cauchy-Schwarz inequality,
 * and equal to it where all terms are alike.
 */
public final class Ensemble {

  private Ensemble() {}

  /**
   * Adds classifiers.
   *
   * @param members initialised classifiers of the same images and classes, at least one
   * @return the frozen sum, with pairwise margins; its arrays lie where the first one's do
   * @throws IllegalArgumentException if the members do not fit each other, or one has a constant
   *     that is 0 or not finite
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
    NDList weights = new NDList();
    NDList biases = new NDList();
    for (Classifier member : members) {
      Classifier frozen = member.frozen(manager);
      double constant = frozen.body().bound(PowerIteration.PUBLISHED).value();
      if (!(constant > 0 && constant < Double.POSITIVE_INFINITY)) {
        throw Given.refused(
            "A classifier whose body has the Lipschitz constant %s cannot be divided by it.",
            constant);
      }
      Shape features = frozen.body().outputShape(frozen.inputShape());
      Form.Linear head = frozen.headForm(Pass.EVALUATION);
      Scale scale = new Scale(1 / constant);
      scale.initialize(manager, head.weight().getDataType(), new Shape(1).addAll(features));
      bodies.add(new Sequential(frozen.body(), scale));
      weights.add(head.weight());
      biases.add(head.offset().mul(Tensors.scalar(head.offset(), 1 / constant)));
    }
    NDArray weight = NDArrays.concat(weights, 1);
    Dense head = new Dense(Math.toIntExact(weight.getShape().get(0)));
    head.initialize(manager, weight.getDataType(), new Shape(1, weight.getShape().get(1)));
    Tensors.copy(weight, head.weight());
    Tensors.copy(biases.stream().reduce(NDArray::add).orElseThrow(), head.bias());
    Sequential body = new Sequential(new Concatenation(bodies));
    Classifier classifier = new Classifier(body, head, MarginRule.PAIRWISE);
    classifier.layOut(members.get(0).inputShape());
    return classifier;
  }
}
