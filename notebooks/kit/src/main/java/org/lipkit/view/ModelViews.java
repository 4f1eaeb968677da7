package org.lipkit.view;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.RememberedNorm;
import org.lipkit.certify.LayerNorms;
import org.lipkit.certify.MarginConstants;
import org.lipkit.data.Dataset;
import org.lipkit.data.ImageShape;
import org.lipkit.data.Images;
import org.lipkit.draw.TableBuilder;
import org.lipkit.draw.Tables;
import org.lipkit.draw.Title;
import org.lipkit.experiment.LipschitzBracket;
import org.lipkit.experiment.Run;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Concatenation;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Sequential;
import tech.tablesaw.api.Table;

/** Networks as tables. */
public final class ModelViews {

  /** An em space: HTML keeps it. */
  private static final char INDENT = '\u2003';

  private ModelViews() {}

  /**
   * {@return one row per layer: the shape of its output, its parameters and its Lipschitz constant}
   * The parts of a layer stand indented below it, with their role. The last rows are the whole
   * network, whose constant is at most the product of those that are not indented, and the margins:
   * the largest K_ji, by which the certificate of two such classes divides.
   *
   * @param title above the table
   * @param classifier an initialised classifier
   * @param method how to find norms that have no closed form
   */
  public static Table layers(String title, Classifier classifier, NormMethod method) {
    List<List<Object>> rows = new ArrayList<>();
    Bound body = addRows(rows, "", classifier.body(), method);
    Bound head = addRows(rows, "", classifier.head(), method);
    rows.add(row("whole network", classifier, body.times(head)));
    MarginConstants margins = MarginConstants.of(classifier, body, head);
    rows.add(
        Arrays.asList(
            "margin of two classes, at most",
            null,
            null,
            rounded(margins.largest()),
            kind(margins.scale()),
            margins.scale().method()));
    return Tables.of(
        new Title(title, false),
        List.of("layer", "output", "parameters", "Lipschitz constant", "kind", "found by"),
        rows);
  }

  /**
   * {@return one row per linear layer: its norm by each of several methods}
   *
   * @param title above the table
   * @param classifier an initialised classifier
   * @param methods one column each
   */
  public static Table norms(String title, Classifier classifier, List<NormMethod> methods) {
    TableBuilder<LayerNorms> table =
        TableBuilder.<LayerNorms>of(LayerNorms.of(classifier, methods))
            .column("layer", layer -> readable(layer.layer()));
    for (int i = 0; i < methods.size(); i++) {
      int method = i;
      table.number(
          methods.get(i).getClass().getSimpleName(), 4, row -> row.norms().get(method).value());
    }
    return table.table(new Title(title, false));
  }

  /**
   * {@return what is known of trained networks' Lipschitz constants from both sides, one row per
   * run: the steepest pair of images that a search found, starting from an evenly spaced subset of
   * the test images, and the proved bound} The title says where other images stand in for the
   * recorded ones.
   *
   * @param title above the table
   * @param runs runs with weights
   * @param starts how many pairs are searched
   * @param manager owns the networks' parameters
   */
  public static Table brackets(String title, List<Run> runs, int starts, NDManager manager) {
    Map<Run, LipschitzBracket> brackets = new LinkedHashMap<>();
    boolean recorded = true;
    for (Run run : runs) {
      Dataset data = run.dataset();
      recorded &= run.wasTestedOn(data);
      brackets.put(
          run,
          LipschitzBracket.of(
              run.classifier(manager), data.test().evenlySpaced(starts), run.provedNorms()));
    }
    return RunTable.of(runs)
        .column("run", RunTable.labels(runs))
        .number("LB (found)", 4, run -> brackets.get(run).lower())
        .number("UB (proved)", 4, run -> brackets.get(run).upper().value())
        .number("LB / UB", 4, run -> brackets.get(run).tightness())
        .table(searched(title, recorded));
  }

  /**
   * {@return where the whole bound of one trained network loses: both bounds of its body cut off
   * after each layer with parameters, then those of the margins of the starts' labels, from the
   * least tight to the tightest} The searches start at an evenly spaced subset of the test images;
   * the title says where other images stand in for the recorded ones.
   *
   * @param title above the table
   * @param run a run with weights
   * @param starts how many pairs are searched for each part, and for each margin's label
   * @param manager owns the network's parameters
   */
  public static Table parts(String title, Run run, int starts, NDManager manager) {
    Classifier classifier = run.classifier(manager);
    Dataset data = run.dataset();
    Images images = data.test().evenlySpaced(starts);
    NormMethod proofs = new RememberedNorm(run.provedNorms());
    Map<String, LipschitzBracket> rows = new LinkedHashMap<>();
    LipschitzBracket.parts(classifier, images, proofs)
        .forEach((last, bracket) -> rows.put("body up to layer " + last, bracket));
    List<LipschitzBracket> margins =
        LipschitzBracket.margins(classifier, images, proofs).stream()
            .sorted(Comparator.comparingDouble(LipschitzBracket::tightness))
            .toList();
    rows.put("margin, the least tight of " + margins.size(), margins.get(0));
    rows.put("margin, the median", margins.get(margins.size() / 2));
    rows.put("margin, the tightest", margins.get(margins.size() - 1));
    return TableBuilder.of(List.copyOf(rows.entrySet()))
        .column("part", Map.Entry::getKey)
        .number("LB (found)", 3, row -> row.getValue().lower())
        .number("UB (proved)", 3, row -> row.getValue().upper().value())
        .number("LB / UB", 2, row -> row.getValue().tightness())
        .table(new Title(searched(title, run.wasTestedOn(data)), false));
  }

  private static String searched(String title, boolean recorded) {
    return recorded ? title : title + "; NOT searched from the recorded images, which are missing";
  }

  /**
   * {@return one row per layer: its constant, and the steepest slope that a search for pairs of
   * images finds} Where the two meet the constant cannot be improved.
   *
   * @param title above the table
   * @param layers uninitialised layers by the names to show
   * @param image the size of the images, which are drawn at random
   * @param manager owns the layers' parameters
   */
  public static Table slopes(
      String title, Map<String, Layer> layers, ImageShape image, NDManager manager) {
    Map<String, LipschitzBracket> brackets = new LinkedHashMap<>();
    layers.forEach(
        (name, layer) -> {
          layer.initialize(
              manager,
              DataType.FLOAT32,
              new Shape(1, image.channels(), image.height(), image.width()));
          brackets.put(name, LipschitzBracket.of(layer, image));
        });
    return TableBuilder.of(List.copyOf(brackets.entrySet()))
        .column("layer", Map.Entry::getKey)
        .number("constant", 4, row -> row.getValue().upper().value())
        .number("steepest pair found", 4, row -> row.getValue().lower())
        .table(new Title(title, false));
  }

  /** Writes {@code 01body_02Convolution} as "body, 2 Convolution". */
  static String readable(String path) {
    return path.replaceFirst("^\\d+", "").replaceAll("_0*(\\d+)", ", $1 ");
  }

  private static double rounded(double value) {
    return TableBuilder.rounded(value, 4);
  }

  /** Returns the layer's bound, found layer by layer where it is a composition. */
  private static Bound addRows(
      List<List<Object>> rows, String role, Layer layer, NormMethod method) {
    if (layer instanceof Sequential composition) {
      Bound bound = Bound.upper(1, "identity");
      for (Layer part : composition.layers()) {
        bound = bound.times(addRows(rows, role, part, method));
      }
      return bound;
    }
    Bound bound = layer.bound(method);
    rows.add(row(role + layer.name(), layer, bound));
    String indent = role.substring(0, role.lastIndexOf(INDENT) + 1) + INDENT;
    for (Pair<String, Block> part : layer.getChildren()) {
      String name =
          layer instanceof Concatenation
              ? part.getKey().replaceFirst("^0*(\\d+)(.*)", "$2 $1")
              : part.getKey().replaceFirst("^\\d+", "");
      addRows(rows, indent + name + ": ", (Layer) part.getValue(), method);
    }
    return bound;
  }

  private static List<Object> row(String name, Layer layer, Bound bound) {
    Shape shape = layer.outputShape(layer.inputShape());
    String output =
        String.join(" x ", Arrays.stream(shape.getShape()).mapToObj(Long::toString).toList());
    return List.of(
        name, output, layer.parameterCount(), rounded(bound.value()), kind(bound), bound.method());
  }

  private static String kind(Bound bound) {
    return bound.kind() == Bound.Kind.UPPER ? "upper bound" : "estimate";
  }
}
