package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import org.lipkit.bound.LinearMap;
import org.lipkit.tensor.BFloat16;

/**
 * The forward pass: computes a form. In evaluation this is the program that certificates are about:
 * the sums of dense layers and of convolutions of one group are taken in {@link Blocks}, unless x
 * is in bfloat16. In training sums are left to the engine.
 */
final class Forward implements Form.Reader<NDArray> {

  private final NDArray x;
  private final boolean training;

  private Forward(NDArray x, boolean training) {
    this.x = x;
    this.training = training;
  }

  static NDArray of(Form form, NDArray x, Pass pass) {
    return form.read(new Forward(x, pass.isTraining()));
  }

  @Override
  public NDArray exact(Form.Exact form) {
    return form.map().apply(x);
  }

  @Override
  public NDArray linear(Form.Linear form) {
    NDArray weight = BFloat16.match(form.weight(), x);
    NDArray offset = BFloat16.match(form.offset(), x);
    LinearMap map = form.geometry().apply(weight);
    Shapes.requireInput(form.layer(), map.inputShape(), x);
    return training ? map.apply(x, offset) : Blocks.affine(form.geometry(), weight, offset, x);
  }

  @Override
  public NDArray rounded(Form.Rounded form) {
    return form.model().apply(form.constants()).value().apply(x);
  }

  @Override
  public NDArray chain(Form.Chain form) {
    NDArray y = x;
    for (Form part : form.parts()) {
      y = part.read(new Forward(y, training));
    }
    return y;
  }

  @Override
  public NDArray sum(Form.Sum form) {
    return form.first().read(this).add(form.second().read(this));
  }

  @Override
  public NDArray concatenation(Form.Concatenation form) {
    return Concatenation.joined(form.parts().stream().map(part -> part.read(this)).toList());
  }

  @Override
  public NDArray bounded(Form.Bounded form) {
    return form.inner().read(this);
  }
}
