package org.lipkit.certify;

import java.util.ArrayList;
import java.util.List;
import org.lipkit.bound.Bound;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.PowerIteration;
import org.lipkit.bound.SoundNorm;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Form;
import org.lipkit.layer.FormBound;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Pass;
import org.lipkit.text.Given;

/**
 * A linear layer's spectral norm by several methods, to see how tight each is (Tsuzuku et al. 2018,
 * section 5.1).
 *
 * @param layer the layer's path, as files name its weights, for example {@code
 *     01body_01Convolution}, numbered from the second linear map of a layer on
 * @param norms one per method, in their order
 */
public record LayerNorms(String layer, List<Bound> norms) {

  /** The published estimate, the sound bound, and the norm up to float64 rounding. */
  public static final List<NormMethod> METHODS =
      List.of(PowerIteration.PUBLISHED, SoundNorm.TIGHT, new FullSpectrum());

  /**
   * All linear layers of a classifier, those within other layers included.
   *
   * @param classifier an initialised classifier
   * @param methods how to find norms, such as {@link #METHODS}; the full spectrum refuses layers of
   *     more than 8192 inputs
   * @return one row per linear map, in the order of the network
   */
  public static List<LayerNorms> of(Classifier classifier, List<NormMethod> methods) {
    List<LayerNorms> rows = new ArrayList<>();
    collect(
        "", Given.notNull("The classifier", classifier), Given.noneNull("Method", methods), rows);
    return rows;
  }

  private static void collect(
      String path, Layer layer, List<NormMethod> methods, List<LayerNorms> rows) {
    if (layer.getChildren().isEmpty()) {
      List<Form.Linear> parts = layer.form(Pass.EVALUATION).linearParts();
      for (int i = 0; i < parts.size(); i++) {
        Form.Linear part = parts.get(i);
        rows.add(
            new LayerNorms(
                i == 0 ? path : path + " (" + (i + 1) + ")",
                methods.stream().map(method -> FormBound.of(part, method)).toList()));
      }
    }
    layer
        .getChildren()
        .forEach(
            child -> {
              String name = path.isEmpty() ? child.getKey() : path + "_" + child.getKey();
              collect(name, (Layer) child.getValue(), methods, rows);
            });
  }
}
