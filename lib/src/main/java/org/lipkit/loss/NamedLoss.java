package org.lipkit.loss;

import ai.djl.ndarray.NDArray;

/** A formula under a name; see {@link Loss#named}. */
final class NamedLoss implements Loss {

  private final String name;
  private final Loss formula;

  NamedLoss(String name, Loss formula) {
    this.name = name;
    this.formula = formula;
  }

  @Override
  public NDArray evaluate(NDArray logits, NDArray labels, NDArray constants, double eps) {
    return formula.evaluate(logits, labels, constants, eps);
  }

  @Override
  public Loss at(double share) {
    return formula.at(share);
  }

  @Override
  public String toString() {
    return name;
  }
}
