package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Freezes a form: every array that the forward pass computes with, derived or not, becomes a
 * constant. Parts that are shared stay shared.
 */
final class Freezing implements Form.Reader<Form> {

  private static final Form.Estimate NOT_TRAINED =
      (k, map, pass) -> {
        throw new IllegalStateException(
            "A frozen network is not trained; train the network that it was frozen from.");
      };

  private final BiFunction<String, NDArray, NDArray> constant;
  private final Map<Form, Form> done = new IdentityHashMap<>();

  /**
   * Creates an interpreter for the forms of one layer.
   *
   * @param constant makes a constant of an array, given what the array is in the form
   */
  Freezing(BiFunction<String, NDArray, NDArray> constant) {
    this.constant = constant;
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
              constant.apply("bias", form.offset().flatten()).reshape(form.offset().getShape()),
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
