package org.lipkit.certify;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import java.util.ArrayList;
import java.util.List;
import org.lipkit.bound.Bound;
import org.lipkit.bound.ExactSpectrum;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.PowerIteration;
import org.lipkit.bound.SoundNorm;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.LinearLayer;

/**
 * A linear layer's spectral norm by several methods, to see how tight each is (Tsuzuku et al. 2018,
 * section 5.1).
 *
 * @param layer the layer's path, as files name its weights, for example {@code
 *     01body_01Convolution}
 * @param norms one a method, in their order
 */
public record LayerNorms(String layer, List<Bound> norms) {

  /** The published estimate, the sound bound, and the exact norm up to float64 rounding. */
  public static final List<NormMethod> METHODS =
      List.of(PowerIteration.PUBLISHED, SoundNorm.TIGHT, new ExactSpectrum());

  /** Copies the list. */
  public LayerNorms {
    norms = List.copyOf(norms);
  }

  /**
   * All linear layers of a classifier, those within other layers included.
   *
   * @param classifier an initialised classifier
   * @param methods how to find norms, such as {@link #METHODS}; the exact one suits layers of at
   *     most a few thousand inputs
   * @param manager where the computation may create arrays; all are freed again
   * @return one row a layer, in the order of the network
   */
  public static List<LayerNorms> of(
      Classifier classifier, List<NormMethod> methods, NDManager manager) {
    List<LayerNorms> rows = new ArrayList<>();
    collect("", classifier, methods, manager, rows);
    return rows;
  }

  private static void collect(
      String path,
      Block block,
      List<NormMethod> methods,
      NDManager manager,
      List<LayerNorms> rows) {
    if (block instanceof LinearLayer layer) {
      rows.add(
          new LayerNorms(
              path, methods.stream().map(method -> layer.bound(method, manager)).toList()));
    }
    block
        .getChildren()
        .forEach(
            child -> {
              String name = path.isEmpty() ? child.getKey() : path + "_" + child.getKey();
              collect(name, child.getValue(), methods, manager, rows);
            });
  }
}
