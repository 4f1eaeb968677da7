package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lipkit.bound.ConvolutionMap;
import org.lipkit.bound.ConvolutionStack;

/**
 * The norms of those convolutions of a form that have the same shape, estimated side by side: the
 * blocks of a deep network cost little more than one of them.
 */
final class StackedNorms {

  private final Pass pass;
  private final Map<ConvolutionShape, List<Part>> parts = new LinkedHashMap<>();

  private StackedNorms(Pass pass) {
    this.pass = pass;
  }

  private record ConvolutionShape(Shape weight, int stride, int padding, Shape input) {}

  private record Part(Form.Linear form, ConvolutionMap map, Parameter vector) {}

  /**
   * The norms of convolutions that are not the only one of their shape.
   *
   * @param form what to look for convolutions in
   * @param pass the training pass
   * @return scalars, differentiable in the weights
   */
  static Map<Form.Linear, NDArray> of(Form form, Pass pass) {
    StackedNorms norms = new StackedNorms(pass);
    norms.collect(form);
    return norms.estimate();
  }

  private void collect(Form form) {
    if (form instanceof Form.Linear linear) {
      collect(linear);
    } else if (!(form instanceof Form.Bounded)) {
      form.parts().forEach(this::collect);
    }
  }

  private void collect(Form.Linear form) {
    if (form.estimate() instanceof IteratedNorm estimate
        && form.map() instanceof ConvolutionMap map
        && map.groups() == 1
        && !pass.hasIterated(estimate.vector())) {
      ConvolutionShape shape =
          new ConvolutionShape(
              map.weight().getShape(), map.stride(), map.padding(), map.inputShape());
      parts
          .computeIfAbsent(shape, any -> new ArrayList<>())
          .add(new Part(form, map, estimate.vector()));
    }
  }

  private Map<Form.Linear, NDArray> estimate() {
    Map<Form.Linear, NDArray> norms = new IdentityHashMap<>();
    for (List<Part> alike : parts.values()) {
      if (alike.size() > 1) {
        ConvolutionStack stack = ConvolutionStack.of(alike.stream().map(Part::map).toList());
        NDArray found = pass.norms(alike.stream().map(Part::vector).toList(), stack);
        NDList each = found.split(alike.size());
        for (int i = 0; i < alike.size(); i++) {
          norms.put(alike.get(i).form(), each.get(i).squeeze(0));
        }
      }
    }
    return norms;
  }
}
