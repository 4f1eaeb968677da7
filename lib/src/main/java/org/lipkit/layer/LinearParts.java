package org.lipkit.layer;

import java.util.List;
import java.util.stream.Stream;
import org.lipkit.bound.DiagonalMap;

/** The linear parts of a form, in order, each once; those that only scale entries are left out. */
final class LinearParts implements Form.Reader<Stream<Form.Linear>> {

  private LinearParts() {}

  static List<Form.Linear> of(Form form) {
    return form.read(new LinearParts()).distinct().toList();
  }

  @Override
  public Stream<Form.Linear> exact(Form.Exact form) {
    return Stream.of();
  }

  @Override
  public Stream<Form.Linear> linear(Form.Linear form) {
    return form.map() instanceof DiagonalMap ? Stream.of() : Stream.of(form);
  }

  @Override
  public Stream<Form.Linear> rounded(Form.Rounded form) {
    return Stream.of();
  }

  @Override
  public Stream<Form.Linear> chain(Form.Chain form) {
    return form.parts().stream().flatMap(part -> part.read(this));
  }

  @Override
  public Stream<Form.Linear> sum(Form.Sum form) {
    return Stream.concat(form.first().read(this), form.second().read(this));
  }

  @Override
  public Stream<Form.Linear> bounded(Form.Bounded form) {
    return form.inner().read(this);
  }
}
