package org.lipkit.cost;

import java.util.ArrayList;
import java.util.List;
import org.lipkit.model.LayerCost;

/**
 * A layer, or a layer and its activation that stand several times in succession.
 *
 * @param name the name of the layer, or both names
 * @param times how often they stand in succession
 * @param layers all of these layers
 */
public record RepeatedLayers(String name, int times, List<LayerCost> layers) {

  /**
   * Puts repeated pairs of layers together.
   *
   * @param layers in the order in which an image passes them
   * @return one entry for each layer or repeated pair, in the same order
   */
  public static List<RepeatedLayers> of(List<LayerCost> layers) {
    List<RepeatedLayers> found = new ArrayList<>();
    for (int from = 0; from < layers.size(); ) {
      int to = from;
      while (to < layers.size() && samePair(layers, from, to)) {
        to += 2;
      }
      boolean alone = to <= from + 2;
      int end = alone ? from + 1 : to;
      String name = layers.get(from).layer() + (alone ? "" : " - " + layers.get(from + 1).layer());
      found.add(new RepeatedLayers(name, alone ? 1 : (to - from) / 2, layers.subList(from, end)));
      from = end;
    }
    return found;
  }

  private static boolean samePair(List<LayerCost> layers, int from, int to) {
    return to + 1 < layers.size()
        && layers.subList(to, to + 2).equals(layers.subList(from, from + 2));
  }

  /** {@return the values that all of them put out for one image} */
  public long outputs() {
    return layers.stream().mapToLong(LayerCost::outputs).sum();
  }

  /** {@return the parameters of all of them} */
  public long parameters() {
    return layers.stream().mapToLong(LayerCost::parameters).sum();
  }

  /** {@return the multiply-adds of all of them for one image} */
  public long multiplyAdds() {
    return LayerCost.multiplyAdds(layers);
  }
}
