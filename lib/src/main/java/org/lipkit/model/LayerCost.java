package org.lipkit.model;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.ConvexPotential;
import org.lipkit.layer.Layer;
import org.lipkit.layer.LinearLayer;

/**
 * What one layer costs, from its shapes.
 *
 * @param layer the layer's kind
 * @param outputs values that it gives for one image
 * @param parameters trained numbers
 * @param multiplyAdds products that its linear maps add up for one image: weights times the places
 *     where each is used; SLL and CPL layers apply theirs twice, the series of SOC counts as one
 *     application, activations as none
 */
public record LayerCost(String layer, long outputs, long parameters, long multiplyAdds) {

  /**
   * Counts the layers of a network.
   *
   * @param classifier an initialised classifier
   * @return its layers in order, the head last
   */
  public static List<LayerCost> of(Classifier classifier) {
    List<Layer> layers = new ArrayList<>(classifier.body().layers());
    layers.add(classifier.head());
    return layers.stream().map(LayerCost::ofLayer).toList();
  }

  /**
   * Multiply-adds of one image's way through a network.
   *
   * @param layers the network's layers
   * @return their sum
   */
  public static long multiplyAdds(List<LayerCost> layers) {
    return layers.stream().mapToLong(LayerCost::multiplyAdds).sum();
  }

  private static LayerCost ofLayer(Layer layer) {
    String name = layer.getClass().getSimpleName();
    return new LayerCost(name, output(layer).size(), parameters(layer), products(layer));
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

  /** A weight of shape (rows, ...) is applied once for each of outputs / rows places. */
  private static long products(Layer layer) {
    if (layer instanceof LinearLayer) {
      Shape weight = layer.getParameters().get("weight").getArray().getShape();
      return weight.size() / weight.get(0) * output(layer).size();
    }
    long parts =
        layer.getChildren().values().stream().mapToLong(child -> products((Layer) child)).sum();
    return layer instanceof ConvexPotential ? 2 * parts : parts;
  }
}
