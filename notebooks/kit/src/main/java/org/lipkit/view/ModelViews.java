package org.lipkit.view;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.lipkit.attack.Domain;
import org.lipkit.attack.LipschitzBracket;
import org.lipkit.attack.LipschitzLowerBound;
import org.lipkit.attack.Victim;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.PowerIteration;
import org.lipkit.bound.SoundNorm;
import org.lipkit.certify.LayerNorms;
import org.lipkit.data.Counter;
import org.lipkit.data.Dataset;
import org.lipkit.data.ImageShape;
import org.lipkit.data.Images;
import org.lipkit.draw.Title;
import org.lipkit.experiment.Run;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Sequential;
import tech.tablesaw.api.Table;

/** Models as tables. */
public final class ModelViews {

  /** An em space: HTML keeps it. */
  private static final char INDENT = '\u2003';

  private ModelViews() {}

  /**
   * A row a layer: the shape of its output, its parameters and its Lipschitz constant; the layers
   * that a layer is made of stand indented below it, with their role. Then the whole network, whose
   * constant is at most the product of those that are not indented.
   *
   * @param title above the table
   * @param classifier an initialised classifier
   * @param method how to find norms that have no closed form
   * @param manager where the computation may create arrays; all are freed again
   * @return the table
   */
  public static Table layers(
      String title, Classifier classifier, NormMethod method, NDManager manager) {
    List<List<Object>> rows = new ArrayList<>();
    Bound body = addRows(rows, "", classifier.body(), method, manager);
    Bound whole = body.times(addRows(rows, "", classifier.head(), method, manager));
    rows.add(row("whole network", classifier, whole));
    return Tables.of(
        new Title(title, false),
        List.of("layer", "output", "parameters", "Lipschitz constant", "kind", "found by"),
        rows);
  }

  /**
   * A row a linear layer: its norm by each of several methods.
   *
   * @param title above the table
   * @param classifier an initialised classifier
   * @param methods a column each
   * @param manager where the computation may create arrays; all are freed again
   * @return the table
   */
  public static Table norms(
      String title, Classifier classifier, List<NormMethod> methods, NDManager manager) {
    List<String> header = new ArrayList<>(List.of("layer"));
    List<List<Object>> rows = new ArrayList<>();
    for (LayerNorms layer : LayerNorms.of(classifier, methods, manager)) {
      List<Object> row = new ArrayList<>(List.of(readable(layer.layer())));
      layer.norms().forEach(norm -> row.add(rounded(norm.value())));
      rows.add(row);
    }
    methods.forEach(method -> header.add(method.getClass().getSimpleName()));
    return Tables.of(new Title(title, false), header, rows);
  }

  /**
   * What is known of trained networks' Lipschitz constants from both sides: the steepest pair of
   * images that a search found, starting from evenly spaced test images, and the proved bound. The
   * title says where other images stand in for the recorded ones.
   *
   * @param title above the table
   * @param runs runs with weights
   * @param starts how many pairs are searched
   * @param manager where the computation may create arrays; all are freed again
   * @return a row a run
   */
  public static Table brackets(String title, List<Run> runs, int starts, NDManager manager) {
    List<List<Object>> rows = new ArrayList<>();
    boolean recorded = true;
    for (Run run : runs) {
      Dataset data = run.dataset();
      recorded &= run.wasTestedOn(data);
      Images images = data.test().evenlySpaced(starts);
      float[][] pixels = new float[images.size()][images.values()];
      for (int n = 0; n < pixels.length; n++) {
        images.read(n, null, pixels[n], 0);
      }
      Classifier classifier = run.classifier(manager);
      Victim victim = Victim.of(classifier);
      double lower = LipschitzLowerBound.FAR.network(victim, pixels, 1, done -> {});
      LipschitzBracket bracket =
          new LipschitzBracket(lower, classifier.bound(SoundNorm.TIGHT, manager));
      rows.add(
          List.of(
              RunViews.label(run.experiment()),
              rounded(lower),
              rounded(bracket.upper().value()),
              rounded(bracket.tightness())));
    }
    String qualified =
        recorded ? title : title + "; NOT searched from the recorded images, which are missing";
    return Tables.of(
        RunViews.titled(qualified, runs),
        List.of("run", "LB (found)", "UB (proved)", "LB / UB"),
        rows);
  }

  /**
   * A row a layer: its constant, and the steepest slope that a search for pairs of images finds.
   * Where the two meet the constant cannot be improved.
   *
   * @param title above the table
   * @param layers uninitialised layers by the names to show
   * @param image (C, H, W) of the images, which are drawn at random
   * @param manager owns the layers' parameters
   * @return the table
   */
  public static Table slopes(
      String title, Map<String, Layer> layers, Shape image, NDManager manager) {
    LipschitzLowerBound search = new LipschitzLowerBound(200, 0.02, 0.1);
    float[][] starts = new float[8][(int) image.size()];
    for (int n = 0; n < starts.length; n++) {
      RandomGenerator random = Counter.random(1, n);
      for (int i = 0; i < starts[n].length; i++) {
        starts[n][i] = random.nextFloat();
      }
    }
    List<List<Object>> rows = new ArrayList<>();
    layers.forEach(
        (name, layer) -> {
          layer.initialize(manager, DataType.FLOAT32, new Shape(1).addAll(image));
          Victim victim =
              new Victim(
                  x -> layer.apply(x, false).reshape(x.getShape().get(0), -1),
                  new ImageShape((int) image.get(0), (int) image.get(1), (int) image.get(2)),
                  Domain.UNIT_BOX);
          double found = search.network(victim, starts, 1, done -> {});
          double bound = layer.bound(PowerIteration.PUBLISHED, manager).value();
          rows.add(List.of(name, rounded(bound), rounded(found)));
        });
    return Tables.of(
        new Title(title, false), List.of("layer", "constant", "steepest pair found"), rows);
  }

  /** Writes {@code 01body_02Convolution} as "body, 2 Convolution". */
  private static String readable(String path) {
    return path.replaceFirst("^\\d+", "").replaceAll("_0*(\\d+)", ", $1 ");
  }

  private static double rounded(double value) {
    return RunViews.rounded(value, 1e4);
  }

  /** Returns the layer's bound, found layer by layer where it is a composition. */
  private static Bound addRows(
      List<List<Object>> rows, String role, Layer layer, NormMethod method, NDManager manager) {
    if (layer instanceof Sequential composition) {
      Bound bound = Bound.exact(1, "identity");
      for (Layer part : composition.layers()) {
        bound = bound.times(addRows(rows, role, part, method, manager));
      }
      return bound;
    }
    Bound bound = layer.bound(method, manager);
    rows.add(row(role + layer.getClass().getSimpleName(), layer, bound));
    String indent = role.substring(0, role.lastIndexOf(INDENT) + 1) + INDENT;
    for (Pair<String, Block> part : layer.getChildren()) {
      String name = part.getKey().replaceFirst("^\\d+", "");
      addRows(rows, indent + name + ": ", (Layer) part.getValue(), method, manager);
    }
    return bound;
  }

  private static List<Object> row(String name, Layer layer, Bound bound) {
    Shape shape = layer.outputShape(layer.getInputShapes()[0]);
    String output =
        String.join(
            " x ", Arrays.stream(shape.slice(1).getShape()).mapToObj(Long::toString).toList());
    String kind = bound.kind() == Bound.Kind.UPPER ? "upper bound" : "estimate";
    return List.of(name, output, parameters(layer), rounded(bound.value()), kind, bound.method());
  }

  private static long parameters(Layer layer) {
    return layer.getParameters().values().stream()
        .filter(parameter -> parameter.requiresGradient())
        .mapToLong(parameter -> parameter.getArray().size())
        .sum();
  }
}
