package org.lipkit.notebook;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Layer;
import tech.tablesaw.api.Table;

/** Models as tables. */
public final class ModelViews {

  private ModelViews() {}

  /**
   * A row a layer: the shape of its output, its parameters and its Lipschitz constant; then the
   * whole network, whose constant is at most their product.
   *
   * @param title above the table
   * @param classifier an initialised classifier
   * @param method how to find norms that have no closed form
   * @param manager where the computation may create arrays; all are freed again
   * @return the table
   */
  public static Table layers(
      String title, Classifier classifier, NormMethod method, NDManager manager) {
    List<Layer> layers = new ArrayList<>(classifier.body().layers());
    layers.add(classifier.head());
    List<List<Object>> rows = new ArrayList<>();
    Shape shape = classifier.getInputShapes()[0];
    Bound whole = Bound.exact(1, "identity");
    for (Layer layer : layers) {
      shape = layer.outputShape(shape);
      Bound bound = layer.bound(method, manager);
      whole = whole.times(bound);
      rows.add(row(layer.getClass().getSimpleName(), shape, parameters(layer), bound));
    }
    rows.add(row("whole network", shape, classifier.parameterCount(), whole));
    return Tables.of(
        new Title(title, false),
        List.of("layer", "output", "parameters", "Lipschitz constant", "kind", "found by"),
        rows);
  }

  private static List<Object> row(String name, Shape shape, long parameters, Bound bound) {
    String output =
        String.join(
            " x ", Arrays.stream(shape.slice(1).getShape()).mapToObj(Long::toString).toList());
    double value = Math.round(bound.value() * 1e4) / 1e4;
    String kind = bound.kind() == Bound.Kind.UPPER ? "upper bound" : "estimate";
    return List.of(name, output, parameters, value, kind, bound.method());
  }

  private static long parameters(Layer layer) {
    return layer.getParameters().values().stream()
        .filter(parameter -> parameter.requiresGradient())
        .mapToLong(parameter -> parameter.getArray().size())
        .sum();
  }
}
