package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.lipkit.bound.PowerIteration;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

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
  private static final long SEED = 0xf20;

  /** No weight is likely to become its own negative by this summand. */
  private static final double OTHER = 1.618;

  private final String name;
  private final Shape output;
  private final long parameterCount;
  private final long multiplyAdds;
  private final Form form;

  /**
   * Freezes an initialised layer. Meanwhile the layer's arrays hold other values for a moment, so
   * nothing else may compute with it.
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
    form = Tensors.scoped(() -> Tensors.withoutGradient(() -> constantForm(origin, manager)));
  }

  /** A copy of a frozen layer, where the arrays of a manager lie. */
  private FrozenLayer(FrozenLayer origin, NDManager manager) {
    name = origin.name;
    output = origin.output;
    parameterCount = origin.parameterCount;
    multiplyAdds = origin.multiplyAdds;
    form =
        Tensors.scoped(
            () -> origin.form.read(new Freezing((role, live) -> constant(role, live, manager))));
    layOut(origin.inputShape());
  }

  private Form constantForm(Layer origin, NDManager manager) {
    List<NDArray> constants = new ArrayList<>();
    Form frozen =
        origin
            .form(Pass.EVALUATION)
            .read(
                new Freezing(
                    (role, live) -> {
                      constants.add(constant(role, live, manager));
                      return constants.get(constants.size() - 1);
                    }));
    layOut(origin.inputShape());
    requireConstant(origin, frozen, constants, manager);
    return frozen;
  }

  private NDArray constant(String role, NDArray live, NDManager manager) {
    // Row by row in memory, as it is when read from a file.
    NDArray rows = live.flatten().reshape(live.getShape());
    NDArray copy = kept(Tensors.copyBeside(rows, manager), manager);
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
   * Tries some inputs before and while the origin's arrays hold other values: with the same named
   * arrays the outputs must have the same bits. What a form states must not be a number once its
   * arrays are none.
   */
  private void requireConstant(
      Layer origin, Form frozen, List<NDArray> constants, NDManager manager) {
    NDArray x = inputs(constants, manager);
    NDArray y = Forward.of(frozen, x, Pass.EVALUATION);
    Shape found = y.getShape().slice(1);
    if (!found.equals(output)) {
      throw Given.refused(
          "%s says that its output has the shape %s, but it gives %s; correct its outputShape.",
          name, output, found);
    }
    List<NDArray> own = origin.getParameters().values().stream().map(Parameter::getArray).toList();
    if (!own.isEmpty() && !Arrays.equals(y.toByteArray(), whileOther(own, origin, constants, x))) {
      throw new IllegalArgumentException(
          name
              + " computes with weights that its form does not name, so it cannot be frozen; hand"
              + " them to the form as weight or offset of a Form.Linear or as constants of a"
              + " Form.Rounded.");
    }
    requireFollowing(
        frozen.read(new Freezing((role, array) -> array.mul(Tensors.scalar(array, Double.NaN)))));
  }

  /** Four inputs with entries of up to 1/8, 1, 8 and 64, each positive or negative. */
  private NDArray inputs(List<NDArray> constants, NDManager manager) {
    DataType type = constants.isEmpty() ? DataType.FLOAT32 : constants.get(0).getDataType();
    RandomGenerator random = new SplittableRandom(SEED);
    int size = Math.toIntExact(inputShape().size());
    double[] entries = new double[Math.multiplyExact(4, size)];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = Math.scalb(random.nextDouble(-1, 1), 3 * (i / size - 1));
    }
    return Tensors.ofDoubles(manager, entries, new Shape(4).addAll(inputShape()), type);
  }

  /** The output with the same named arrays and, for a moment, other values in the origin's own. */
  private static byte[] whileOther(
      List<NDArray> own, Layer origin, List<NDArray> constants, NDArray x) {
    List<NDArray> before = own.stream().map(NDArray::duplicate).toList();
    try {
      own.forEach(array -> Tensors.copy(array.add(array.abs()).add(OTHER), array));
      Iterator<NDArray> named = constants.iterator();
      Form same = origin.form(Pass.EVALUATION).read(new Freezing((role, live) -> named.next()));
      return Forward.of(same, x, Pass.EVALUATION).toByteArray();
    } finally {
      for (int i = 0; i < before.size(); i++) {
        Tensors.copy(before.get(i), own.get(i));
      }
    }
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
    boolean there =
        getParameters().values().stream()
            .allMatch(parameter -> Tensors.isBeside(parameter.getArray(), manager));
    return there ? this : new FrozenLayer(this, manager);
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
          form.origin(),
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
    public Form concatenation(Form.Concatenation form) {
      return new Form.Concatenation(form.parts().stream().map(part -> part.read(this)).toList());
    }

    @Override
    public Form bounded(Form.Bounded form) {
      return new Form.Bounded(form.inner().read(this), form.constant());
    }
  }
}
