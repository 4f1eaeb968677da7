package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.lipkit.bound.DenseMap;
import org.lipkit.io.ArrayFile;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.Digests;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * A classifier: a body with Lipschitz constant K_sub, then a dense head that gives one logit for
 * each class. Its margins {@code y_j - y_i} have constants K_ji by the classifier's {@link
 * MarginRule}.
 *
 * <p>A classifier that is trained draws its first weights when it is initialised for one image
 * size. {@link #frozen} makes one with constant weights, which is what certificates are about.
 */
public final class Classifier extends Layer {

  private final Sequential body;
  private final Layer head;
  private final MarginRule rule;

  /**
   * Puts a classifier together.
   *
   * @param body everything before the head
   * @param head the last layer, a dense one with one output for each class
   * @param rule how margins are bounded
   */
  public Classifier(Sequential body, Layer head, MarginRule rule) {
    this.body = addChildBlock("body", Given.notNull("The body", body));
    this.head = addChildBlock("head", Given.notNull("The head", head));
    this.rule = Given.notNull("The margin rule", rule);
  }

  /**
   * Puts a classifier with pairwise margins together.
   *
   * @param layers all layers in order, at least two; the last is a dense one with one output for
   *     each class
   * @return the classifier, not yet initialised
   */
  public static Classifier of(Layer... layers) {
    List<Layer> all = Given.noneNull("Layer", layers);
    if (layers.length < 2) {
      throw new IllegalArgumentException(
          "A classifier needs at least one layer before its head, for example a Flatten.");
    }
    int last = layers.length - 1;
    return new Classifier(new Sequential(all.subList(0, last)), layers[last], MarginRule.PAIRWISE);
  }

  /** {@return everything before the head} */
  public Sequential body() {
    return body;
  }

  /** {@return the last layer} */
  public Layer head() {
    return head;
  }

  /** {@return how margins are bounded} */
  public MarginRule rule() {
    return rule;
  }

  /**
   * The head as the linear map that it is.
   *
   * @param pass the pass
   * @return its form, with W (classes, inputs) and b, in a shape that spreads over (N, classes)
   * @throws IllegalArgumentException if the head is no dense layer
   */
  public Form.Linear headForm(Pass pass) {
    if (head.form(pass) instanceof Form.Linear linear && linear.map() instanceof DenseMap) {
      return linear;
    }
    throw new IllegalArgumentException(
        "The last layer of a classifier must be a dense one, not a " + head.name() + ".");
  }

  @Override
  public Classifier seed(long number) {
    super.seed(number);
    return this;
  }

  /**
   * Draws all weights for images of one size.
   *
   * @param channels of an image
   * @param height in pixels
   * @param width in pixels
   * @return this classifier
   * @throws IllegalArgumentException if a layer cannot take what comes before it
   */
  public Classifier initialize(int channels, int height, int width) {
    return initialize(Tensors.newManager(), DataType.FLOAT32, new Shape(channels, height, width));
  }

  /**
   * Draws all weights for images of one size.
   *
   * @param manager owns the weights
   * @param type FLOAT32, or FLOAT64 for checks
   * @param image (C, H, W)
   * @return this classifier
   * @throws IllegalArgumentException if a layer cannot take what comes before it
   */
  public Classifier initialize(NDManager manager, DataType type, Shape image) {
    initialize(manager, type, new Shape[] {new Shape(1).addAll(image)});
    return this;
  }

  /** Frees all weights. */
  public void close() {
    state().values().forEach(NDArray::close);
  }

  @Override
  protected void layOutChildren(Shape input) {
    body.layOut(input);
    head.layOut(body.outputShape(input));
  }

  @Override
  public Shape outputShape(Shape input) {
    return head.outputShape(body.outputShape(input));
  }

  /** {@return the number of classes} */
  public int classes() {
    return (int) outputShape(inputShape()).get(0);
  }

  /** The body, then the head in float32 whatever the body was computed in. */
  @Override
  public Form form(Pass pass) {
    Form widened = new Form.Exact(this, 1, BFloat16::widen);
    return new Form.Chain(List.of(body.form(pass), widened, head.form(pass)));
  }

  @Override
  NDArray compute(NDArray x, Pass pass) {
    DataType type = anyArray().getDataType();
    if (x.getDataType() != type && !BFloat16.is(x)) {
      throw Given.refused(
          "The classifier's weights are %s, but the input is %s; convert it with toType.",
          type, x.getDataType());
    }
    return head.apply(BFloat16.widen(body.apply(x, pass)), pass);
  }

  /**
   * The same classifier with constant weights: every derived weight (normalised rows, batch norm,
   * orthogonalised matrices, the kernels of {@link LinearResidual}) is computed once, now. They
   * belong to the manager that this classifier's weights belong to, and live as long as it does.
   *
   * @return a classifier that computes in evaluation what this one computes now, up to the last
   *     bits of a sum, and goes on doing so; this one if it is frozen
   * @throws IllegalArgumentException if a layer computes with weights that its form does not name
   */
  public Classifier frozen() {
    inputShape(); // refuses to be asked too early
    return frozen(anyArray().getManager());
  }

  /**
   * The same with constants that live as long as another manager, and where its arrays lie.
   *
   * @param manager owns the constants
   * @return the frozen classifier; this one, owned by whom it was, if it is frozen and lies there
   * @throws IllegalArgumentException if a layer computes with weights that its form does not name
   */
  @Override
  public Classifier frozen(NDManager manager) {
    return isFrozen() && Tensors.isBeside(anyArray(), manager)
        ? this
        : new Classifier((Sequential) body.frozen(manager), head.frozen(manager), rule)
            .laidOut(inputShape());
  }

  /**
   * The same frozen classifier without what all logits have in common: the mean row of W is
   * subtracted from its rows, and the mean of b from its entries. Margins stay and their constants
   * do not grow, up to rounding, and logits become smaller. Where rows are nearly parallel, margins
   * are small differences of large logits, of which rounding may change a large part; this mends
   * it.
   *
   * @return the frozen classifier with another head; its body is that of {@link #frozen}, with the
   *     same arrays
   * @throws IllegalArgumentException as {@link #frozen} and {@link #headForm} do
   */
  public Classifier withCenteredHead() {
    Classifier frozen = frozen();
    NDManager manager = anyArray().getManager();
    Layer centered =
        Tensors.scoped(
            () ->
                Tensors.withoutGradient(
                    () -> centered(frozen.headForm(Pass.EVALUATION)).frozen(manager)));
    return new Classifier(frozen.body, centered, rule).laidOut(inputShape());
  }

  private static Dense centered(Form.Linear head) {
    NDArray rows = head.weight();
    NDArray summands =
        rows.getManager().zeros(new Shape(1, rows.getShape().get(0)), rows.getDataType());
    summands = summands.add(head.offset()).flatten();
    return Dense.of(rows.sub(rows.mean(new int[] {0}, true)), summands.sub(summands.mean()));
  }

  private NDArray anyArray() {
    return getParameters().get(0).getValue().getArray();
  }

  /**
   * A new manager for images, which lies where the weights do.
   *
   * @return the manager, to be closed
   */
  public NDManager newManager() {
    return Tensors.newManagerBeside(anyArray());
  }

  private Classifier laidOut(Shape image) {
    layOut(image);
    return this;
  }

  /** {@return whether the weights are constant, as {@link #frozen} makes them} */
  public boolean isFrozen() {
    return isFrozen(head) && isFrozen(body);
  }

  private static boolean isFrozen(Layer layer) {
    boolean compound =
        layer instanceof Sequential
            || layer instanceof SumOfBranches
            || layer instanceof Concatenation;
    return layer instanceof FrozenLayer
        || compound
            && layer.getChildren().values().stream().allMatch(child -> isFrozen((Layer) child));
  }

  /**
   * The constants K_ji of all margins, for training: differentiable estimates.
   *
   * @param pass the training pass
   * @return (classes, classes), symmetric, zero on the diagonal
   */
  public NDArray marginConstants(Pass pass) {
    NDArray weight = headForm(pass).weight();
    NDManager manager = weight.getManager();
    NDArray one = manager.ones(new Shape(), weight.getDataType());
    int classes = (int) weight.getShape().get(0);
    NDArray diagonal = manager.eye(classes, classes, 0, weight.getDataType());
    if (rule == MarginRule.NETWORK) {
      return diagonal
          .sub(1f)
          .mul(Tensors.scalar(weight, -Math.sqrt(2)))
          .mul(head.lipschitz(body.lipschitz(one, pass), pass));
    }
    return distances(weight, diagonal).mul(body.lipschitz(one, pass));
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
    inputShape(); // refuses to be asked too early
    Map<String, NDArray> state = new TreeMap<>();
    getParameters().forEach(entry -> state.put(entry.getKey(), entry.getValue().getArray()));
    return state;
  }

  /**
   * {@return the weights that training changes, always in the same order; the arrays themselves}
   */
  public List<NDArray> trainable() {
    inputShape(); // refuses to be asked too early
    return getParameters().values().stream()
        .filter(parameter -> parameter.requiresGradient())
        .map(parameter -> parameter.getArray())
        .toList();
  }

  /**
   * {@return SHA-256 over all names, shapes and entries of {@link #state}, in hexadecimal digits:
   * two classifiers of the same architecture with the same checksum compute the same}
   */
  public String sha256() {
    MessageDigest digest = Digests.sha256();
    state()
        .forEach(
            (name, array) -> {
              String head = name + " " + array.getShape() + "\n";
              digest.update(head.getBytes(StandardCharsets.UTF_8));
              digest.update(bytes(array));
            });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static ByteBuffer bytes(NDArray array) {
    double[] entries = Tensors.toDoubles(array);
    boolean wide = array.getDataType() == DataType.FLOAT64;
    ByteBuffer bytes = ByteBuffer.allocate((wide ? Double.BYTES : Float.BYTES) * entries.length);
    for (double entry : entries) {
      if (wide) {
        bytes.putDouble(entry);
      } else {
        bytes.putFloat((float) entry);
      }
    }
    return bytes.flip();
  }

  /**
   * Writes {@link #state()}.
   *
   * @param file the {@code .npz} or {@code .safetensors} file to write; its folder is created
   * @throws IllegalArgumentException if it has another ending
   */
  public void save(Path file) {
    ArrayFile.save(file, state());
  }

  /**
   * Overwrites {@link #state()} with the values of a file; changes nothing unless all of them fit.
   *
   * @param file a file that {@link #save} wrote for the same architecture
   * @throws IllegalArgumentException if the file is missing, damaged or of another architecture, or
   *     one of file and classifier is frozen and the other is not
   */
  public void load(Path file) {
    try (ArrayFile arrays = ArrayFile.open(file)) {
      Set<String> surplus = new TreeSet<>(arrays.names());
      surplus.removeAll(state().keySet());
      if (!surplus.isEmpty()) {
        throw Given.refused(
            "%s has arrays that this %s classifier lacks, %s; load it into the model that saved"
                + " it.",
            file, isFrozen() ? "frozen" : "trained", surplus);
      }
      restore(arrays);
    }
  }

  /**
   * Overwrites all arrays with those of a file from elsewhere that has other names. Only the
   * power-iteration vectors may stay as they were drawn.
   *
   * @param file a file of named arrays in any format that {@link ArrayFile} reads
   * @param names for each name in {@link #state()} that is to be read, the array's name in the file
   * @throws IllegalArgumentException if the file is missing or damaged, a name is unknown or
   *     missing, or an array has another shape or type
   */
  public void load(Path file, Map<String, String> names) {
    Map<String, NDArray> state = state();
    for (String name : Given.notNull("The arrays' names", names).keySet()) {
      if (!state.containsKey(name)) {
        throw new IllegalArgumentException(
            "This classifier has no array " + name + "; it has " + state.keySet() + ".");
      }
    }
    getParameters()
        .forEach(
            entry -> {
              boolean vector = entry.getValue().getName().equals(LinearLayer.VECTOR);
              if (!vector && !names.containsKey(entry.getKey())) {
                throw new IllegalArgumentException(
                    "Say which array of "
                        + file
                        + " is the "
                        + (entry.getValue().requiresGradient() ? "trained weight " : "constant ")
                        + entry.getKey()
                        + ".");
              }
            });
    state.keySet().retainAll(names.keySet());
    try (ArrayFile arrays = ArrayFile.open(file)) {
      overwrite(state, arrays, names::get);
    }
  }

  /**
   * Overwrites {@link #state()} with arrays of a file; changes nothing unless all fit.
   *
   * @param arrays the file; other arrays than the classifier's own are ignored
   * @throws IllegalArgumentException if one is absent or has another shape or type
   */
  public void restore(ArrayFile arrays) {
    overwrite(state(), arrays, UnaryOperator.identity());
  }

  private void overwrite(
      Map<String, NDArray> state, ArrayFile arrays, UnaryOperator<String> names) {
    try (NDManager manager = newManager()) {
      NDList found = new NDList();
      state.forEach((name, array) -> found.add(arrays.take(manager, names.apply(name), array)));
      int next = 0;
      for (NDArray array : state.values()) {
        Tensors.copy(found.get(next++), array);
      }
    }
  }
}
