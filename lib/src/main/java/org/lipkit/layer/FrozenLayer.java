package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.lipkit.tensor.Tensors;

/**
 * A layer with constant weights: those that another layer multiplied with in evaluation when it was
 * frozen. They are named weight, bias and constant, and numbered from the second on. Two processes
 * that load the same file run the same layer; no library, number of threads or instruction set can
 * change its weights.
 */
final class FrozenLayer extends Layer {

  private final String name;
  private final Shape output;
  private final long parameterCount;
  private final long multiplyAdds;
  private final Form form;

  /** Freezes an initialised layer; the constants join its arrays' manager. */
  FrozenLayer(Layer origin) {
    name = origin.name();
    output = origin.outputShape(origin.inputShape());
    parameterCount = origin.parameterCount();
    multiplyAdds = origin.multiplyAdds();
    form =
        Tensors.withoutGradient(
            () -> origin.form(Pass.EVALUATION).read(new Freezing(this::constant)));
    layOut(origin.inputShape());
  }

  private NDArray constant(String role, NDArray live) {
    // Row by row in memory, as it is when read from a file.
    NDArray copy = live.flatten().reshape(live.getShape()).duplicate();
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
    parameter.setArray(copy);
    return copy;
  }

  private static String numbered(String role, int number) {
    return number == 1 ? role : role + number;
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
  public Layer frozen() {
    return this;
  }
}
