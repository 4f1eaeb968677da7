package org.lipkit.model;

import java.util.ArrayList;
import java.util.List;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Layer;
import org.lipkit.text.Given;

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
   * Counts the layers of a network, for which no array is needed: a {@linkplain Layer#layOut laid
   * out} network will do.
   *
   * @param classifier a classifier whose image size is fixed
   * @return its layers in order, the head last
   */
  public static List<LayerCost> of(Classifier classifier) {
    List<Layer> layers =
        new ArrayList<>(Given.notNull("The classifier", classifier).body().layers());
    layers.add(classifier.head());
    return layers.stream().map(LayerCost::of).toList();
  }

  private static LayerCost of(Layer layer) {
    return new LayerCost(
        layer.name(),
        layer.outputShape(layer.inputShape()).size(),
        layer.parameterCount(),
        layer.multiplyAdds());
  }

  /**
   * {@return the multiply-adds of one image's pass through a network}
   *
   * @param layers the network's layers
   */
  public static long multiplyAdds(List<LayerCost> layers) {
    return layers.stream().mapToLong(LayerCost::multiplyAdds).sum();
  }
}
