package org.lipkit.model;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Layer;
import org.lipkit.layer.LinearLayer;
import org.lipkit.tensor.Tensors;

/**
 * What one layer costs, from its shapes.
 *
 * @param layer the layer's kind
 * @param outputs values that it gives for one image
 * @param parameters trained numbers
 * @param multiplyAdds products that its linear maps add up for one image: weights times the places
 *     where each is used; activations count as none
 */
public record LayerCost(String layer, long outputs, long parameters, long multiplyAdds) {

  /**
   * Counts the layers of a network.
   *
   * @param classifier an initialised classifier
   * @return its layers in order, the head last
   * @throws IllegalArgumentException if a layer has parameters that are used in a way unknown here
   */
  public static List<LayerCost> of(Classifier classifier) {
    List<Layer> layers = new ArrayList<>(classifier.body().layers());
    layers.add(classifier.head());
    return layers.stream().map(LayerCost::ofLayer).toList();
  }

  private static LayerCost ofLayer(Layer layer) {
    long parameters = parameters(layer);
    long known = layer.linearLayers().stream().mapToLong(LayerCost::parameters).sum();
    String name = layer.getClass().getSimpleName();
    if (known != parameters) {
      throw new IllegalArgumentException(
          "The cost of "
              + name
              + " is unknown: only dense layers, convolutions and what is made of them are counted.");
    }
    long multiplyAdds = layer.linearLayers().stream().mapToLong(LayerCost::products).sum();
    return new LayerCost(name, output(layer).size(), parameters, multiplyAdds);
  }

  private static Shape output(Layer layer) {
    return layer.outputShape(layer.getInputShapes()[0]).slice(1);
  }

  private static long parameters(Layer layer) {
    return layer.getParameters().values().stream()
        .filter(parameter -> parameter.requiresGradient())
        .mapToLong(parameter -> parameter.getArray().size())
        .sum();
  }

  private static long products(LinearLayer layer) {
    Shape weight = Tensors.scoped(() -> Tensors.withoutGradient(() -> layer.weight().getShape()));
    return weight.size() * output(layer).slice(1).size();
  }
}
