package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.Npz;
import org.lipkit.tensor.Tensors;

/**
 * A classifier: a body with Lipschitz constant K_sub, then a dense head that gives one logit a
 * class. Its margins {@code y_j - y_i} have constants K_ji by the classifier's {@link MarginRule}.
 */
public final class Classifier extends Layer {

  private final Sequential body;
  private final Dense head;
  private final MarginRule rule;

  /**
   * Puts a classifier together.
   *
   * @param body everything before the head
   * @param head the last layer, one output a class
   * @param rule how margins are bounded
   */
  public Classifier(Sequential body, Dense head, MarginRule rule) {
    this.body = addChildBlock("body", body);
    this.head = addChildBlock("head", head);
    this.rule = rule;
  }

  /**
   * The part before the head.
   *
   * @return the body
   */
  public Sequential body() {
    return body;
  }

  /**
   * The last layer.
   *
   * @return the head
   */
  public Dense head() {
    return head;
  }

  /**
   * How margins are bounded.
   *
   * @return the rule
   */
  public MarginRule rule() {
    return rule;
  }

  /**
   * Draws all weights for images of one size.
   *
   * @param manager owns the weights
   * @param type FLOAT32, or FLOAT64 for checks
   * @param image (C, H, W)
   * @return this classifier
   */
  public Classifier initialize(NDManager manager, DataType type, Shape image) {
    initialize(manager, type, new Shape[] {new Shape(1).addAll(image)});
    return this;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
    body.initialize(manager, type, inputs);
    head.initialize(manager, type, body.outputShape(inputs[0]));
  }

  @Override
  public Shape outputShape(Shape input) {
    return head.outputShape(body.outputShape(input));
  }

  /**
   * The logits.
   *
   * @param x images, (N, C, H, W) in [0, 1]
   * @param training whether layers that behave differently in training should
   * @return (N, classes)
   * @throws IllegalArgumentException if the images have another shape than the classifier was
   *     initialised for: its bounds hold for that one only
   */
  @Override
  public NDArray apply(NDArray x, boolean training) {
    Shape image = x.getShape().slice(1);
    if (!image.equals(inputShape())) {
      throw new IllegalArgumentException(
          String.format(
              "This classifier and its bounds are for images of shape %s, not %s; resize the"
                  + " images or build a classifier for theirs.",
              inputShape(), image));
    }
    return head.apply(BFloat16.widen(body.apply(x, training)), training);
  }

  @Override
  public Bound bound(NormMethod method, NDManager manager) {
    return body.bound(method, manager).times(head.bound(method, manager));
  }

  @Override
  public Arithmetic arithmetic(NormMethod method, NDManager manager) {
    return body.arithmetic(method, manager).then(head.arithmetic(method, manager));
  }

  @Override
  public NDArray lipschitz(NDArray k, int iterations) {
    return head.lipschitz(body.lipschitz(k, iterations), iterations);
  }

  /**
   * The constants K_ji of all margins, for training: differentiable estimates.
   *
   * @param iterations power iterations to run in every linear layer
   * @return (classes, classes), symmetric, zero on the diagonal
   */
  public NDArray marginConstants(int iterations) {
    NDArray weight = head.weight();
    NDManager manager = weight.getManager();
    NDArray one = manager.ones(new Shape(), weight.getDataType());
    int classes = (int) weight.getShape().get(0);
    NDArray diagonal = manager.eye(classes, classes, 0, weight.getDataType());
    if (rule == MarginRule.NETWORK) {
      return diagonal
          .sub(1f)
          .mul(Tensors.scalar(weight, -Math.sqrt(2)))
          .mul(lipschitz(one, iterations));
    }
    return distances(weight, diagonal).mul(body.lipschitz(one, iterations));
  }

  /** All ||w_j - w_i||; the 1 added to the diagonal under the root keeps its gradient finite. */
  private static NDArray distances(NDArray rows, NDArray diagonal) {
    NDArray squares = rows.square().sum(new int[] {1}, true);
    NDArray products = rows.matMul(rows.transpose());
    NDArray squared = squares.add(squares.transpose()).sub(products).sub(products);
    NDArray positive = squared.maximum(Tensors.scalar(rows, 1e-12));
    return positive.add(diagonal).sqrt().mul(diagonal.sub(1f).neg());
  }

  /**
   * All values that make up the classifier, power-iteration vectors included, under the names that
   * files use: the path of layers, for example {@code 01body_01Convolution_weight}.
   *
   * @return the arrays themselves, by name
   */
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new TreeMap<>();
    getParameters().forEach(entry -> state.put(entry.getKey(), entry.getValue().getArray()));
    return state;
  }

  /**
   * The weights that training changes.
   *
   * @return the arrays themselves, always in the same order
   */
  public List<NDArray> trainable() {
    return getParameters().values().stream()
        .filter(parameter -> parameter.requiresGradient())
        .map(parameter -> parameter.getArray())
        .toList();
  }

  /**
   * The number of trained numbers.
   *
   * @return the count
   */
  public long parameterCount() {
    return trainable().stream().mapToLong(NDArray::size).sum();
  }

  /**
   * Writes {@link #state()} as an {@code .npz} file.
   *
   * @param file where to
   */
  public void save(Path file) {
    Npz.save(file, state());
  }

  /**
   * Overwrites {@link #state()} with a file's values; changes nothing unless all of them fit.
   *
   * @param file a file that {@link #save} wrote for the same architecture
   * @throws IllegalArgumentException if the file is missing, damaged or of another architecture
   */
  public void load(Path file) {
    try (NDManager manager = Tensors.newManager()) {
      restore(Npz.load(manager, file), file);
    }
  }

  /**
   * Overwrites {@link #state()} with arrays read from a file; changes nothing unless all fit.
   *
   * @param arrays the file's arrays by name; others than the classifier's own are ignored
   * @param file the file, for messages
   * @throws IllegalArgumentException if one is absent or has another shape or type
   */
  public void restore(Map<String, NDArray> arrays, Path file) {
    Map<String, NDArray> state = state();
    NDList found = new NDList();
    state.forEach((name, array) -> found.add(Npz.take(arrays, name, array, file)));
    int next = 0;
    for (NDArray array : state.values()) {
      Tensors.copy(found.get(next++), array);
    }
  }
}
