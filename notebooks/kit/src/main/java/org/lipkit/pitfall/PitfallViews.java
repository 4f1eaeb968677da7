package org.lipkit.pitfall;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lipkit.certify.RoundedDown;
import org.lipkit.draw.PlanePicture;
import org.lipkit.draw.TableBuilder;
import org.lipkit.draw.Title;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Pass;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Text;
import tech.tablesaw.api.Table;

/** False certificates as tables and pictures. */
public final class PitfallViews {

  private static final MathContext THREE_DIGITS = new MathContext(3, RoundingMode.FLOOR);

  private PitfallViews() {}

  /**
   * One row per pitfall: what is claimed, how near the counterexample lies and what is proved.
   *
   * @param pitfalls in the order of the rows
   * @return the table; radii in pixels, proved ones rounded down
   */
  public static Table table(List<Pitfall> pitfalls) {
    return TableBuilder.<Pitfall>of(pitfalls)
        .column("what goes wrong", p -> pitfalls.indexOf(p) + 1 + ". " + p.name())
        .column("claimed K", p -> digits(p.claimedConstant()))
        .column("claimed radius", p -> digits(p.claimedRadius()))
        .column("broken at distance", p -> digits(p.distance()))
        .column("proved radius", p -> proved(p.soundRadius()))
        .column("why nothing is proved", p -> p.refusal() == null ? "" : p.refusal())
        .table(new Title(pitfalls.size() + " false certificates", true));
  }

  /** A layer with weights: A and b of {@code x -> A x + b}. */
  private record Weighted(String network, String layer, NDArray weight, NDArray offset) {}

  /**
   * One row per layer that multiplies and adds, in order, with its numbers or the first of them.
   *
   * @param pitfalls whose networks are shown
   * @return the table
   */
  public static Table networks(List<Pitfall> pitfalls) {
    List<Weighted> layers = new ArrayList<>();
    for (Pitfall pitfall : pitfalls) {
      String name = pitfalls.indexOf(pitfall) + 1 + ". " + pitfall.name();
      for (Layer layer : pitfall.classifier().body().layers()) {
        if (layer.form(Pass.EVALUATION) instanceof Form.Linear linear) {
          layers.add(new Weighted(name, layer.name(), linear.weight(), linear.offset()));
        }
      }
      Form.Linear head = pitfall.classifier().headForm(Pass.EVALUATION);
      layers.add(new Weighted(name, "head", head.weight(), head.offset()));
    }
    return TableBuilder.<Weighted>of(layers)
        .column("network", Weighted::network)
        .column("layer", Weighted::layer)
        .column("shape of W", layer -> layer.weight().getShape().toString())
        .column("W, row by row", layer -> first(layer.weight()))
        .column("b", layer -> first(layer.offset()))
        .table(new Title("The networks", true));
  }

  private static String first(NDArray array) {
    float[] entries = array.toFloatArray();
    String shown =
        IntStream.range(0, Math.min(4, entries.length))
            .mapToObj(k -> String.valueOf(entries[k]))
            .collect(Collectors.joining(", "));
    return entries.length > 4 ? shown + ", ..." : shown;
  }

  /**
   * One row per set of published counterexamples: how many of their pairs are claimed.
   *
   * @param record what was found
   * @return the table
   */
  public static Table counterexamples(CounterexampleRecord record) {
    return TableBuilder.<CounterexampleRecord.Row>of(record.sets())
        .column("set", CounterexampleRecord.Row::set)
        .column("pairs", row -> String.valueOf(row.pairs()))
        .column("two classes here", row -> String.valueOf(row.broken()))
        .column("claimed by the estimate", row -> String.valueOf(row.claimed()))
        .column("certified", row -> String.valueOf(row.certified()))
        .table(new Title("Published counterexamples: pairs inside a claimed radius", false));
  }

  /**
   * What the first network of a record keeps on test images.
   *
   * @param record what was found
   * @return one row
   */
  public static Table accuracy(CounterexampleRecord record) {
    CounterexampleRecord.Accuracy accuracy = record.accuracy();
    return TableBuilder.<CounterexampleRecord.Accuracy>of(List.of(accuracy))
        .column("network of", CounterexampleRecord.Accuracy::set)
        .column("test images", a -> String.valueOf(a.images()))
        .column("radius", a -> String.valueOf(a.radius()))
        .percent("estimated VRA, %", CounterexampleRecord.Accuracy::estimated)
        .percent("exact arithmetic, %", CounterexampleRecord.Accuracy::exactArithmetic)
        .percent("certified VRA, %", CounterexampleRecord.Accuracy::certified)
        .table(new Title("Verified-robust accuracy on " + accuracy.data(), false));
  }

  private static String digits(double value) {
    return value == 0 ? "0" : Text.of(value < 1e-2 ? "%.2e" : "%.4f", value);
  }

  /** The decimal number that {@link #digits} shows, or the one below where that is too large. */
  private static String proved(double radius) {
    return radius < 1e-2
        ? digits(new BigDecimal(radius).round(THREE_DIGITS).doubleValue())
        : RoundedDown.text(radius, 4);
  }

  /**
   * {@return the neighbourhood of a sample of two pixels: the classes that float32 computes, the
   * claimed disc and an arrow to the counterexample}
   *
   * @param title above the picture, followed by "(made-up data)"
   * @param pitfall one whose images are (2, 1, 1)
   */
  public static BufferedImage plane(String title, Pitfall pitfall) {
    double[] centre = {pitfall.image()[0], pitfall.image()[1]};
    double reach = 2.5 * pitfall.distance();
    return PlanePicture.over(
            centre[0] - reach,
            centre[0] + reach,
            centre[1] - reach,
            centre[1] + reach,
            List.of("class 0", "class 1"))
        .regions(points -> classes(pitfall.classifier(), points))
        .discs("claimed disc", new double[][] {centre}, new double[] {pitfall.claimedRadius()})
        .attack(centre, new double[] {pitfall.counterexample()[0], pitfall.counterexample()[1]})
        .draw(new Title(title, true));
  }

  /** The classes that the float32 program computes, infinite logits included. */
  private static int[] classes(Classifier classifier, double[][] points) {
    double[] pixels = Arrays.stream(points).flatMapToDouble(Arrays::stream).toArray();
    Shape shape = new Shape(points.length, 2, 1, 1);
    try (NDManager manager = Tensors.newManager()) {
      NDArray x = Tensors.ofDoubles(manager, pixels, shape, DataType.FLOAT32);
      NDArray logits = Tensors.withoutGradient(() -> classifier.apply(x));
      return Arrays.stream(logits.argMax(1).toLongArray()).mapToInt(Math::toIntExact).toArray();
    }
  }
}
