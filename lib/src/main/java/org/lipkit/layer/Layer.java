package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.text.Given;
import org.lipkit.text.Text;

/**
 * A network layer f with a Lipschitz constant K that it can state: {@code ||f(x) - f(x')|| <= K ||x
 * - x'||} in the Euclidean norm. A layer says what it is, once, by its {@link #form}; the forward
 * pass, the training estimate, the proved bound, freezing and the count of roundings are read from
 * that. There is no default form, so a layer without a bound cannot be written.
 *
 * <p>A layer is an ordinary DJL block with one input and one output. Shapes here are those of one
 * input, without the batch axis.
 */
public abstract class Layer extends AbstractBlock {

  private static final byte VERSION = 1;

  private final Map<Parameter, Function<Shape, Shape>> shapes = new LinkedHashMap<>();
  private Shape input;
  private RandomGenerator random = new SplittableRandom(1);

  /** Creates a layer without parameters; subclasses add theirs. */
  protected Layer() {
    super(VERSION);
  }

  /**
   * {@return what the layer is}
   *
   * @param pass the pass that the form is for: in training with the weights that training bounds,
   *     differentiable; in evaluation with those that evaluation multiplies with
   */
  public abstract Form form(Pass pass);

  /**
   * {@return the shape of one output: that of the input unless a layer overrides this}
   *
   * @param input the shape of one input
   * @throws IllegalArgumentException if the layer cannot take such an input
   */
  public Shape outputShape(Shape input) {
    return input;
  }

  /** {@return the layer's name for tables, messages and files: that of its class} */
  public String name() {
    String own = getClass().getSimpleName();
    return own.isEmpty() ? getClass().getSuperclass().getSimpleName() : own;
  }

  /**
   * {@return the form of a 1-Lipschitz layer that only copies, compares and rearranges entries; a
   * proof tries both statements on its samples and refuses a map that breaks one}
   *
   * @param map from inputs (N, ...) to outputs, in FLOAT64 as in FLOAT32
   */
  protected final Form exact(UnaryOperator<NDArray> map) {
    return exact(1, map);
  }

  /**
   * {@return the same with another Lipschitz constant}
   *
   * @param constant at least its Lipschitz constant
   * @param map from inputs (N, ...) to outputs, in FLOAT64 as in FLOAT32
   */
  protected final Form exact(double constant, UnaryOperator<NDArray> map) {
    return new Form.Exact(this, constant, map);
  }

  /**
   * {@return the form of a layer that rounds and has no arrays of its own}
   *
   * @param model what it computes and how it rounds
   */
  protected final Form rounded(RoundingModel model) {
    return new Form.Rounded(this, model.norm().value(), List.of(), none -> model);
  }

  /**
   * The layer's output in evaluation.
   *
   * @param x the input, (N, ...)
   * @return f(x), (N, ...)
   * @throws IllegalArgumentException if x is empty or of integers, or has another shape than the
   *     layer was initialised for: its bounds hold for that one only
   */
  public final NDArray apply(NDArray x) {
    return apply(x, Pass.EVALUATION);
  }

  /**
   * The layer's output.
   *
   * @param x the input, (N, ...)
   * @param pass the pass that x belongs to
   * @return f(x), (N, ...)
   * @throws IllegalArgumentException if x is empty or of integers, or has another shape than the
   *     layer was initialised for
   */
  public final NDArray apply(NDArray x, Pass pass) {
    long samples = Given.notNull("The input", x).getShape().get(0);
    if (samples == 0 || x.getDataType().isInteger()) {
      throw Given.refused(
          "A %s takes at least one input of floating-point numbers, not %d of %s; leave an empty"
              + " batch out and convert integers.",
          name(), samples, x.getDataType());
    }
    if (input != null) {
      Shapes.requireInput(name(), input, x);
    }
    return compute(x, pass);
  }

  /** The output, of a layer that is made of layers from theirs, so that each checks its input. */
  NDArray compute(NDArray x, Pass pass) {
    return pass.isTraining() ? train(x, pass) : Forward.of(form(pass), x, pass);
  }

  /**
   * {@return the output in training, (N, ...): computed from the {@link #form} unless a layer needs
   * x to know it}
   *
   * @param x the input, (N, ...)
   * @param pass the training pass
   */
  protected NDArray train(NDArray x, Pass pass) {
    return Forward.of(form(pass), x, pass);
  }

  /**
   * {@return the layer's Lipschitz constant in evaluation, with its kind, on the input size that it
   * was initialised with}
   *
   * @param method how to find norms of linear maps that have no closed form
   */
  public final Bound bound(NormMethod method) {
    return FormBound.of(form(Pass.EVALUATION), method);
  }

  /**
   * {@return an estimate of the Lipschitz constant of this layer after something with constant k,
   * for training: a scalar, differentiable in k and in the layer's weights}
   *
   * @param k the constant so far, a scalar
   * @param pass the training pass
   */
  public final NDArray lipschitz(NDArray k, Pass pass) {
    return TrainingEstimate.of(form(pass), k, pass);
  }

  /** The same layer with constant weights, which belong to the manager. */
  Layer frozen(NDManager manager) {
    return new FrozenLayer(this, manager);
  }

  /**
   * {@return the linear layers that this layer is made of, itself included, at any depth and in
   * order; a frozen layer is not trained and has none}
   */
  public final List<LinearLayer> linearLayers() {
    if (this instanceof LinearLayer linear) {
      return List.of(linear);
    }
    return getChildren().values().stream()
        .flatMap(child -> ((Layer) child).linearLayers().stream())
        .toList();
  }

  /**
   * {@return how many numbers training changes, of a frozen layer those of its origin; known once
   * the layer is laid out}
   */
  public long parameterCount() {
    long own =
        getDirectParameters().values().stream()
            .filter(Parameter::requiresGradient)
            .mapToLong(parameter -> parameter.getShape().size())
            .sum();
    return own
        + getChildren().values().stream()
            .mapToLong(child -> ((Layer) child).parameterCount())
            .sum();
  }

  /**
   * {@return how many products the linear maps add up for one input: weights times the places where
   * each is used, activations 0; known once the layer is laid out}
   */
  public long multiplyAdds() {
    return getChildren().values().stream().mapToLong(child -> ((Layer) child).multiplyAdds()).sum();
  }

  /**
   * {@return the shape of one input that the layer was initialised for, which its bound holds for}
   *
   * @throws IllegalStateException if it has not been initialised
   */
  public final Shape inputShape() {
    if (input == null) {
      throw new IllegalStateException(
          name() + " has no bound before it is initialised for an input size.");
    }
    return input;
  }

  /**
   * Fixes the input size and with it the shapes of all parameters, without making any array.
   *
   * @param shape the shape of one input
   * @throws IllegalArgumentException if the layer cannot take such an input
   * @throws IllegalStateException if another size is fixed already
   */
  public final void layOut(Shape shape) {
    if (input != null && !input.equals(shape)) {
      throw new IllegalStateException(
          Text.of(
              "%s is already initialised for inputs of shape %s; build another one for %s.",
              name(), input, shape));
    }
    Shapes.requireRoom(name(), "inputs", shape);
    outputShape(shape);
    if (input == null) {
      input = shape;
      declareLast();
      shapes.forEach(
          (parameter, shapeOf) -> {
            Shape size = shapeOf.apply(shape);
            Shapes.requireRoom(name(), parameter.getName(), size);
            parameter.setShape(size);
          });
      layOutChildren(shape);
    }
  }

  /** Declares what stands after the parameters of a subclass. */
  void declareLast() {}

  /**
   * Lays out the layers that this one is made of; those that have some override this.
   *
   * @param input the shape of one input
   */
  protected void layOutChildren(Shape input) {}

  /**
   * Sets the seed of the first weights, those of the layers that this one is made of included; 1 if
   * it is not called.
   *
   * @param number the seed
   * @return this layer
   */
  public Layer seed(long number) {
    random = new SplittableRandom(number);
    return this;
  }

  private void drawFrom(RandomGenerator generator) {
    random = generator;
    getChildren().values().forEach(child -> ((Layer) child).drawFrom(generator));
  }

  /**
   * {@return one number per channel in the shape that spreads over this layer's inputs, (C, 1,
   * ...)}
   *
   * @param values (C)
   */
  protected final NDArray perChannel(NDArray values) {
    return Shapes.perChannel(values, inputShape());
  }

  /**
   * Declares a trained parameter.
   *
   * @param name its name in files
   * @param first its first values
   * @param shape its shape, from that of one input
   * @return the parameter
   */
  protected final Parameter trained(String name, WeightInit first, Function<Shape, Shape> shape) {
    return declare(name, Parameter.Type.WEIGHT, true, first, shape);
  }

  /**
   * Declares a trained bias named {@code bias}, which starts at 0.
   *
   * @param shape its shape, from that of one input
   * @return the parameter
   */
  protected final Parameter bias(Function<Shape, Shape> shape) {
    return declare("bias", Parameter.Type.BIAS, true, WeightInit.constant(0), shape);
  }

  /**
   * Declares a trained bias named {@code bias}, which starts as {@link WeightInit#bias} says.
   *
   * @param weight the weight that it stands beside
   * @param first the weight's first values
   * @param shape its shape, from that of one input
   * @return the parameter
   */
  protected final Parameter bias(Parameter weight, WeightInit first, Function<Shape, Shape> shape) {
    WeightInit beside =
        (random, manager, size, type) ->
            first.bias(weight.getShape()).draw(random, manager, size, type);
    return declare("bias", Parameter.Type.BIAS, true, beside, shape);
  }

  /**
   * Declares what a layer remembers between passes: saved with the weights and not trained.
   *
   * @param name its name in files
   * @param first its first values
   * @param shape its shape, from that of one input
   * @return the parameter
   */
  protected final Parameter remembered(
      String name, WeightInit first, Function<Shape, Shape> shape) {
    return declare(name, Parameter.Type.OTHER, false, first, shape);
  }

  private Parameter declare(
      String name,
      Parameter.Type type,
      boolean trained,
      WeightInit first,
      Function<Shape, Shape> shape) {
    Given.notNull("What the first values of " + name() + "'s " + name + " are", first);
    Parameter parameter =
        addParameter(
            Parameter.builder()
                .setName(name)
                .setType(type)
                .optRequiresGrad(trained)
                .optInitializer((manager, size, kind) -> first.draw(random, manager, size, kind))
                .build());
    shapes.put(parameter, shape);
    return parameter;
  }

  /**
   * Lays the layer out and draws its first weights, own parameters first, then children in order.
   *
   * @param manager owns the weights
   * @param type FLOAT32, or FLOAT64 for checks
   * @param inputs the shape of a batch of inputs, (N, ...)
   */
  @Override
  public void initialize(NDManager manager, DataType type, Shape... inputs) {
    layOut(inputs[0].slice(1));
    drawFrom(random);
    draw(manager, type);
    inputShapes = inputs;
  }

  private void draw(NDManager manager, DataType type) {
    getDirectParameters().values().forEach(parameter -> parameter.initialize(manager, type));
    for (Block child : getChildren().values()) {
      ((Layer) child).draw(manager, type);
    }
    drawn(manager, type);
  }

  /**
   * Called when the first weights have been drawn; does nothing unless a layer overrides it.
   *
   * @param manager owns them
   * @param type their type
   */
  protected void drawn(NDManager manager, DataType type) {}

  @Override
  public boolean isInitialized() {
    return getParameters().values().stream().allMatch(Parameter::isInitialized);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
    return new NDList(
        apply(inputs.singletonOrThrow(), training ? Pass.training(0) : Pass.EVALUATION));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    Shape batch = inputs[0].slice(0, 1);
    return new Shape[] {batch.addAll(outputShape(inputs[0].slice(1)))};
  }
}
