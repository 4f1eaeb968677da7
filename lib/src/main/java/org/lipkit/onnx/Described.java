package org.lipkit.onnx;

import ai.djl.ndarray.types.Shape;
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

  Described(String name, Shape output, Form form, long parameters, long multiplyAdds) {
    this.name = name;
    this.output = output;
    this.form = form;
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
