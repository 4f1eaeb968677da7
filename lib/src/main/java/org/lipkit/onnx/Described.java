package org.lipkit.onnx;

import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Pass;

/** A layer that a file describes: its form, ready to be frozen. */
final class Described extends Layer {

  private final String name;
  private final Shape output;
  private final Form form;
  private final long parameters;
  private final long multiplyAdds;

  /** The form is made for this layer. */
  Described(
      String name, Shape output, Function<Layer, Form> form, long parameters, long multiplyAdds) {
    this.name = name;
    this.output = output;
    this.form = form.apply(this);
    this.parameters = parameters;
    this.multiplyAdds = multiplyAdds;
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

  @Override
  public long parameterCount() {
    return parameters;
  }

  @Override
  public long multiplyAdds() {
    return multiplyAdds;
  }
}
