package org.lipkit.layer;

import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import org.lipkit.bound.Bound;
import org.lipkit.bound.DiagonalMap;
import org.lipkit.bound.NormMethod;
import org.lipkit.tensor.Tensors;

/**
 * The Lipschitz constant of a form: the product over a chain, the sum over a sum, the root of the
 * sum of squares over a concatenation, the norm of a linear part by a given method (Tsuzuku et al.
 * 2018, section 4).
 *
 * @param method how to find norms of linear parts that have no closed form; they are asked for in
 *     FLOAT64
 */
public record FormBound(NormMethod method) implements Form.Reader<Bound> {

  private static final String CLOSED = "closed form";

  /**
   * {@return the constant of a form, with its kind}
   *
   * @param form what to bound
   * @param method how to find norms
   */
  public static Bound of(Form form, NormMethod method) {
    return form.read(new FormBound(method));
  }

  @Override
  public Bound exact(Form.Exact form) {
    return Bound.upper(form.constant(), CLOSED);
  }

  @Override
  public Bound linear(Form.Linear form) {
    return Tensors.scoped(
        () ->
            Tensors.withoutGradient(
                () ->
                    form.map() instanceof DiagonalMap diagonal
                        ? largest(diagonal)
                        : method.norm(
                            form.geometry().apply(form.weight().toType(DataType.FLOAT64, false)))));
  }

  private static Bound largest(DiagonalMap diagonal) {
    double[] factors = Tensors.toDoubles(diagonal.factors().abs());
    return Bound.upper(Arrays.stream(factors).max().orElseThrow(), CLOSED);
  }

  @Override
  public Bound rounded(Form.Rounded form) {
    return Tensors.scoped(
        () -> Tensors.withoutGradient(() -> form.model().apply(form.constants()).norm()));
  }

  @Override
  public Bound chain(Form.Chain form) {
    Bound bound = Bound.upper(1, "identity");
    for (Form part : form.parts()) {
      bound = bound.times(part.read(this));
    }
    return bound;
  }

  @Override
  public Bound sum(Form.Sum form) {
    return form.first().read(this).plus(form.second().read(this));
  }

  @Override
  public Bound concatenation(Form.Concatenation form) {
    return form.parts().stream().map(part -> part.read(this)).reduce(Bound::beside).orElseThrow();
  }

  @Override
  public Bound bounded(Form.Bounded form) {
    return Tensors.scoped(
        () -> Tensors.withoutGradient(() -> form.constant().of(form.inner(), method)));
  }
}
