package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.lipkit.bound.PowerIteration;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

/**
 * A layer with constant weights: those that another layer multiplied with in evaluation when it was
 * frozen. They are named weight, bias and constant, and numbered from the second on. Two processes
 * that load the same file run the same layer; no library, number of threads or instruction set can
 * change its weights.
 */
final class FrozenLayer extends Layer {

  private static final Form.Estimate NOT_TRAINED =
      (k, map, pass) -> {
        throw new IllegalStateException(
            "A frozen network is not trained; train the network that it was frozen from.");
      };

  private static final String BIAS = "bias";

  private final String name;
  private final Shape output;
  private final long parameterCount;
  private final long multiplyAdds;
  private final Form form;

  /**
   * Freezes an initialised layer.
   *
   * @param origin the layer
   * @param manager owns the constants
   * @throws IllegalArgumentException if the layer also computes with arrays that its form does not
   *     name, or gives outputs of another shape than it says
   */
  FrozenLayer(Layer origin, NDManager manager) {
    name = origin.name();
    output = origin.outputShape(origin.inputShape());
    parameterCount = origin.parameterCount();
    multiplyAdds = origin.multiplyAdds();
    form =
        Tensors.scoped(
            () ->
                Tensors.withoutGradient(
                    () ->
                        origin
                            .form(Pass.EVALUATION)
                            .read(new Freezing((role, live) -> constant(role, live, manager)))));
    layOut(origin.inputShape());
    Tensors.scoped(
        () -> {
          requireConstant(origin, manager);
          return null;
        });
  }

  private NDArray constant(String role, NDArray live, NDManager manager) {
    // Row by row in memory, as it is when read from a file.
    NDArray copy = kept(live.flatten().reshape(live.getShape()).duplicate(), manager);
    int number = 1;
    while (getDirectParameters().contains(numbered(role, number))) {
      number++;
    }
    Parameter parameter =
        addParameter(
            Parameter.builder()
                .setName(numbered(role, number))
                .setType(Parameter.Type.OTHER)
                .optRequiresGrad(false)
                .build());
    parameter.setArray(role.equals(BIAS) ? kept(copy.flatten(), manager) : copy);
    return copy;
  }

  private static NDArray kept(NDArray array, NDManager manager) {
    NDScope.unregister(array);
    array.attach(manager);
    return array;
  }

  private static String numbered(String role, int number) {
    return number == 1 ? role : role + number;
  }

  /**
   * Tries one sample on a form whose named arrays are constant: then no gradient of another array
   * reaches an output. What a form states must not be a number once its arrays are none.
   */
  private void requireConstant(Layer origin, NDManager manager) {
    List<NDArray> own = origin.getParameters().values().stream().map(Parameter::getArray).toList();
    boolean unnamed =
        getDirectParameters().isEmpty()
            && origin.getDirectParameters().values().stream().anyMatch(Parameter::requiresGradient);
    if (unnamed || Gradients.reach(own, () -> output(origin, manager))) {
      throw new IllegalArgumentException(
          name
              + " computes with weights that its form does not name, so it cannot be frozen; hand"
              + " them to the form as weight or offset of a Form.Linear or as constants of a"
              + " Form.Rounded.");
    }
    requireFollowing(
        form.read(new Freezing((role, array) -> array.mul(Tensors.scalar(array, Double.NaN)))));
  }

  private NDArray output(Layer origin, NDManager manager) {
    DataType type =
        getDirectParameters().values().stream()
            .map(parameter -> parameter.getArray().getDataType())
            .findFirst()
            .orElse(DataType.FLOAT32);
    NDArray x = manager.zeros(new Shape(1).addAll(inputShape()), type);
    Form named =
        origin.form(Pass.EVALUATION).read(new Freezing((role, live) -> live.stopGradient()));
    NDArray y = Forward.of(named, x, Pass.EVALUATION);
    Shape found = y.getShape().slice(1);
    if (!found.equals(output)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s says that its output has the shape %s, but it gives %s; correct its outputShape.",
              name,
              output,
              found));
    }
    return y;
  }

  private void requireFollowing(Form damaged) {
    damaged.parts().forEach(this::requireFollowing);
    if (damaged instanceof Form.Bounded bounded && hasArrays(bounded) && isFinite(bounded)) {
      throw new IllegalArgumentException(
          name
              + " states a Lipschitz constant that does not follow from the arrays of its form, so"
              + " it would be wrong for weights from a file; compute it from the inner form.");
    }
  }

  private static boolean hasArrays(Form form) {
    return form instanceof Form.Linear
        || form instanceof Form.Rounded rounded && !rounded.constants().isEmpty()
        || form.parts().stream().anyMatch(FrozenLayer::hasArrays);
  }

  private static boolean isFinite(Form.Bounded form) {
    try {
      return FormBound.of(form, new PowerIteration(1, 0)).value() < Double.POSITIVE_INFINITY;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Shape outputShape(Shape input) {
    return output;
  }

  @Override
  public Form form(Pass pass) {
    return form;
  }

  /** {@return the number of trained values of the layer that was frozen} */
  @Override
  public long parameterCount() {
    return parameterCount;
  }

  @Override
  public long multiplyAdds() {
    return multiplyAdds;
  }

  @Override
  Layer frozen(NDManager manager) {
    return this;
  }

  /**
   * Makes a form whose arrays are constants. A linear part that a form holds several times stays
   * one part.
   *
   * @param constant makes a constant of an array, given what the array is in the form
   * @param done what has been made of the linear parts
   */
  private record Freezing(BiFunction<String, NDArray, NDArray> constant, Map<Form, Form> done)
      implements Form.Reader<Form> {

    Freezing(BiFunction<String, NDArray, NDArray> constant) {
      this(constant, new IdentityHashMap<>());
    }

    @Override
    public Form exact(Form.Exact form) {
      return form;
    }

    @Override
    public Form linear(Form.Linear form) {
      Form frozen = done.get(form);
      if (frozen == null) {
        frozen =
            new Form.Linear(
                form.layer(),
                constant.apply("weight", form.weight()),
                constant.apply(BIAS, form.offset()),
                form.geometry(),
                NOT_TRAINED);
        done.put(form, frozen);
      }
      return frozen;
    }

    @Override
    public Form rounded(Form.Rounded form) {
      return new Form.Rounded(
          form.layer(),
          form.constant(),
          form.constants().stream().map(array -> constant.apply("constant", array)).toList(),
          form.model());
    }

    @Override
    public Form chain(Form.Chain form) {
      return new Form.Chain(form.parts().stream().map(part -> part.read(this)).toList());
    }

    @Override
    public Form sum(Form.Sum form) {
      return new Form.Sum(form.layer(), form.first().read(this), form.second().read(this));
    }

    @Override
    public Form bounded(Form.Bounded form) {
      return new Form.Bounded(form.inner().read(this), form.constant());
    }
  }
}
