package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.lipkit.tensor.Tensors;

/**
 * The Lipschitz constant of a form after something with constant k, for training: differentiable in
 * k and in the weights, and an estimate (Tsuzuku et al. 2018, section 4).
 */
record TrainingEstimate(NDArray k, Pass pass, Map<Form.Linear, NDArray> norms)
    implements Form.Reader<NDArray> {

  static NDArray of(Form form, NDArray k, Pass pass) {
    return form.read(new TrainingEstimate(k, pass, StackedNorms.of(form, pass)));
  }

  private NDArray times(double constant) {
    return constant == 1 ? k : k.mul(Tensors.scalar(k, constant));
  }

  @Override
  public NDArray exact(Form.Exact form) {
    return times(form.constant());
  }

  @Override
  public NDArray linear(Form.Linear form) {
    NDArray norm = norms.get(form);
    return norm == null ? form.estimate().times(k, form.map(), pass) : k.mul(norm);
  }

  @Override
  public NDArray rounded(Form.Rounded form) {
    return times(form.constant());
  }

  @Override
  public NDArray chain(Form.Chain form) {
    NDArray bound = k;
    for (Form part : form.parts()) {
      bound = part.read(new TrainingEstimate(bound, pass, norms));
    }
    return bound;
  }

  @Override
  public NDArray sum(Form.Sum form) {
    return form.first().read(this).add(form.second().read(this));
  }

  /** The tiny number under the root keeps its gradient finite where all constants are 0. */
  @Override
  public NDArray concatenation(Form.Concatenation form) {
    TrainingEstimate alone = new TrainingEstimate(k.onesLike(), pass, norms);
    NDArray squares =
        form.parts().stream()
            .map(part -> part.read(alone).square())
            .reduce(NDArray::add)
            .orElseThrow();
    return k.mul(squares.add(Tensors.scalar(k, 1e-24)).sqrt());
  }

  @Override
  public NDArray bounded(Form.Bounded form) {
    return form.constant().inTraining(k, form.inner(), pass);
  }
}
