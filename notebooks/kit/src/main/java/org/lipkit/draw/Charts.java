package org.lipkit.draw;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.lipkit.text.Given;
import org.lipkit.text.Text;

/**
 * Charts in one call, each a picture of twice the pixels it is meant to be shown at. {@link
 * LineChart} builds others piece by piece.
 */
public final class Charts {

  private static final int PANEL_WIDTH = 400;
  private static final int SAMPLES = 400;
  private static final double LABEL_ABOVE_BAR = 1.1;
  private static final String RADIUS = "radius (l2, pixels in [0, 1])";

  private Charts() {}

  /**
   * A named curve through the points (x, y).
   *
   * @param name its entry in the legend
   * @param x positions along the axis
   * @param y values, one for each x
   * @param hue its colour, or null for one that no other curve of the picture has
   */
  public record Curve(String name, double[] x, double[] y, Hue hue) {

    /**
     * Checks that there are as many x as y, and at least one.
     *
     * @param name its entry in the legend
     * @param x at least one number
     * @param y as many numbers as {@code x}
     * @param hue its colour, or null
     */
    public Curve {
      if (x.length != y.length || x.length == 0) {
        throw Given.refused(
            "The curve '%s' has %d x and %d y; give as many of both, and at least one.",
            name, x.length, y.length);
      }
    }

    /**
     * A curve without a colour of its own.
     *
     * @param name its entry in the legend
     * @param x at least one number
     * @param y as many numbers as {@code x}
     */
    public Curve(String name, double[] x, double[] y) {
      this(name, x, y, null);
    }

    /**
     * {@return the same curve in this colour}
     *
     * @param colour what curves of its kind have in all pictures
     */
    public Curve in(Hue colour) {
      return new Curve(name, x, y, colour);
    }

    /**
     * {@return a curve of shares of [0, 1] in percent}
     *
     * @param name for the legend
     * @param x where the share is asked for
     * @param share the share at each x, in [0, 1]
     */
    public static Curve percent(String name, double[] x, DoubleUnaryOperator share) {
      return new Curve(
          name, x, Arrays.stream(x).map(at -> 100 * share.applyAsDouble(at)).toArray());
    }
  }

  /**
   * Numbers of which a histogram shows how many are how large.
   *
   * @param name their entry in the legend
   * @param values the numbers
   * @param hue their colour, or null for one that no other outline has
   */
  public record Sampled(String name, double[] values, Hue hue) {}

  /**
   * One of several charts side by side.
   *
   * @param yTitle what is measured and in what unit, such as {@code accuracy, %}
   * @param curves the curves of this panel
   */
  public record Panel(String yTitle, List<Curve> curves) {}

  /**
   * A single point drawn as a black mark.
   *
   * @param label its entry in the legend
   * @param x position along the axis
   * @param y value
   */
  public record Mark(String label, double x, double y) {}

  /**
   * The bars of one colour, one bar per group.
   *
   * @param name its entry in the legend
   * @param values the height of the bar in each group, NaN where there is none
   * @param hue the colour
   */
  public record Bars(String name, double[] values, Hue hue) {}

  /**
   * How one thing differs from another, several times in each group.
   *
   * @param name its entry in the legend
   * @param ofGroups the differences of each group
   * @param hue the colour
   */
  public record Differences(String name, List<double[]> ofGroups, Hue hue) {}

  /**
   * Draws curves over the epochs of a training, the panels side by side.
   *
   * @param title above the picture
   * @param panels what each of them shows, from left to right
   * @return the picture
   */
  public static BufferedImage training(Title title, List<Panel> panels) {
    return Figure.draw(title, panels.stream().map(Charts::overEpochs).toList());
  }

  private static Figure overEpochs(Panel panel) {
    LineChart chart = LineChart.of(PANEL_WIDTH, "epoch", panel.yTitle());
    double epochs = 1;
    for (Curve curve : panel.curves()) {
      chart.curve(curve);
      epochs = Math.max(epochs, Arrays.stream(curve.x()).max().orElse(1));
    }
    chart.styler().setXAxisTickMarkSpacingHint((int) Math.max(50, PANEL_WIDTH * 0.7 / epochs));
    return chart.figure();
  }

  /**
   * Draws curves in one panel.
   *
   * @param title above the picture
   * @param xTitle what is along the axis and in what unit
   * @param yTitle what is measured and in what unit
   * @param curves one line per curve, with markers to tell them apart
   * @return the picture
   */
  public static BufferedImage lines(Title title, String xTitle, String yTitle, List<Curve> curves) {
    LineChart chart = LineChart.of(xTitle, yTitle);
    curves.forEach(chart::curve);
    return chart.draw(title);
  }

  /**
   * Draws the share of test images that are classified correctly and certified, over the radius.
   *
   * @param title above the picture
   * @param models one curve per model: radius in pixels of [0, 1], l2, against percent
   * @param published other people's numbers, one mark each; marks with the same label have the same
   *     shape; may be empty
   * @return the picture
   */
  public static BufferedImage certifiedAccuracy(
      Title title, List<Curve> models, List<Mark> published) {
    LineChart chart = LineChart.of(RADIUS, "certified accuracy, %");
    chart.styler().setXAxisTickMarkSpacingHint(90);
    chart.styler().setXAxisMin(0.0).setYAxisMin(0.0).setYAxisMax(100.0);
    models.forEach(chart::curve);
    published.stream()
        .collect(Collectors.groupingBy(Mark::label, LinkedHashMap::new, Collectors.toList()))
        .forEach(
            (label, marks) ->
                chart.mark(
                    label,
                    marks.stream().mapToDouble(Mark::x).toArray(),
                    marks.stream().mapToDouble(Mark::y).toArray()));
    return chart.draw(title);
  }

  /**
   * Draws histograms of radii, as outlines over the same bins.
   *
   * @param title above the picture
   * @param samples what is counted, one outline each, in pixels of [0, 1]
   * @param bins how many bins there may be at most; their width is a round number
   * @return the picture
   */
  public static BufferedImage radii(Title title, List<Sampled> samples, int bins) {
    double[] all = samples.stream().map(Sampled::values).flatMapToDouble(Arrays::stream).toArray();
    if (all.length == 0 || bins < 1) {
      throw Given.refused(
          "The histogram '%s' has %d radii and %d bins; give some radii and at least one bin.",
          title, all.length, bins);
    }
    double size = Arrays.stream(all).map(Math::abs).max().getAsDouble();
    double width = size == 0 ? 1 : PlaneAxes.niceStep(size, bins);
    LineChart chart = LineChart.of(RADIUS, "images");
    chart.styler().setYAxisMin(0.0);
    for (Sampled sampled : samples) {
      SortedMap<Integer, Integer> counts = new TreeMap<>();
      for (double value : sampled.values()) {
        counts.merge((int) Math.floor(value / width), 1, Integer::sum);
      }
      outline(chart, sampled.name(), counts, width, chart.colour(sampled.hue()));
    }
    return chart.draw(title);
  }

  /** Adds the outline of a histogram: up, along and down at each bin from the first to the last. */
  private static void outline(
      LineChart chart,
      String name,
      SortedMap<Integer, Integer> counts,
      double width,
      Color colour) {
    if (counts.isEmpty()) {
      return;
    }
    List<double[]> corners = new ArrayList<>();
    corners.add(new double[] {counts.firstKey() * width, 0});
    for (int bin = counts.firstKey(); bin <= counts.lastKey(); bin++) {
      double count = counts.getOrDefault(bin, 0);
      corners.add(new double[] {bin * width, count});
      corners.add(new double[] {(bin + 1) * width, count});
    }
    corners.add(new double[] {(counts.lastKey() + 1) * width, 0});
    chart.area(
        name,
        corners.stream().mapToDouble(corner -> corner[0]).toArray(),
        corners.stream().mapToDouble(corner -> corner[1]).toArray(),
        colour);
  }

  /**
   * Draws bars in groups, each with its value above it.
   *
   * @param title above the picture
   * @param xTitle what the groups are
   * @param yTitle what is measured and in what unit
   * @param groups a name for each group along the axis
   * @param bars the bars of each colour
   * @return the picture
   */
  public static BufferedImage bars(
      Title title, String xTitle, String yTitle, List<String> groups, List<Bars> bars) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(LineChart.WIDTH)
            .height(LineChart.HEIGHT)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    Figure.style(chart.getStyler());
    chart
        .getStyler()
        .setAvailableSpaceFill(0.8)
        .setLabelsVisible(true)
        .setLabelsFont(Canvas.LABEL.deriveFont(11f))
        .setLabelsFontColor(Canvas.INK)
        .setLabelsFontColorAutomaticEnabled(false)
        .setLabelsPosition(LABEL_ABOVE_BAR);
    chart.getStyler().setPlotGridVerticalLinesVisible(false);
    chart.getStyler().setXAxisMaxLabelCount(Math.max(2, groups.size()));
    Legend legend = new Legend();
    for (Bars b : bars) {
      if (b.values().length != groups.size()) {
        throw Given.refused(
            "The bars '%s' do not have one value for each of the %d groups; add them.",
            b.name(), groups.size());
      }
      Color colour = b.hue().colour();
      chart.addSeries(b.name(), groups, boxed(b.values())).setFillColor(colour);
      legend.add(
          b.name(),
          g -> {
            g.setColor(colour);
            g.fillRect(4, 0, Legend.SIGN_HEIGHT, Legend.SIGN_HEIGHT);
          });
    }
    return Figure.draw(title, List.of(new Figure(chart, legend)));
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).mapToObj(value -> Double.isNaN(value) ? null : value).toList();
  }

  /**
   * Draws how several things differ from another one: in each group one bar per thing as long as
   * its mean difference, and on it a dot for each single difference.
   *
   * @param title above the picture
   * @param yTitle what differs and in what unit
   * @param groups a name for each group along the axis
   * @param things what is compared, with a list of differences per group, which may be empty
   * @return the picture
   */
  public static BufferedImage differences(
      Title title, String yTitle, List<String> groups, List<Differences> things) {
    double[] all =
        Stream.concat(
                Stream.of(new double[1]),
                things.stream().flatMap(thing -> thing.ofGroups().stream()))
            .flatMapToDouble(Arrays::stream)
            .toArray();
    double least = Arrays.stream(all).min().orElse(0);
    double most = Arrays.stream(all).max().orElse(0);
    double margin = 0.08 * Math.max(most - least, 1e-3);
    LineChart chart = LineChart.of("", yTitle).xRange(-0.5, groups.size() - 0.5);
    chart.styler().setYAxisMin(least - margin).setYAxisMax(most + 2 * margin);
    chart.groups(groups, most + margin);
    chart.guide("no difference", new double[] {-0.5, groups.size() - 0.5}, new double[2]);
    double step = 0.8 / things.size();
    for (int t = 0; t < things.size(); t++) {
      Differences thing = things.get(t);
      for (int group = 0; group < groups.size(); group++) {
        double at = group + (t - (things.size() - 1) / 2.0) * step;
        chart.bar(thing.name(), at, step, thing.ofGroups().get(group), thing.hue());
      }
    }
    return chart.draw(title);
  }

  /**
   * Draws what margin and Lipschitz constant mean along a line: the margin, the cone that it cannot
   * fall below, and the distance at which the cone meets zero, which is the certified radius.
   *
   * @param title above the picture
   * @param margin the margin as a function of the position along the line
   * @param from left end of the line
   * @param to right end
   * @param at the position that is certified; its margin must be positive
   * @param lipschitz bound K on the margin's slope
   * @return the picture
   * @throws IllegalArgumentException if the margin at that position or the bound is not positive
   */
  public static BufferedImage cone(
      Title title,
      DoubleUnaryOperator margin,
      double from,
      double to,
      double at,
      double lipschitz) {
    double height = margin.applyAsDouble(at);
    if (!(height > 0 && lipschitz > 0)) {
      throw Given.refused(
          "The cone needs a positive margin and a positive Lipschitz constant,"
              + " but got margin %s and K = %s; choose another position or bound.",
          height, lipschitz);
    }
    double radius = height / lipschitz;
    double[] x =
        IntStream.rangeClosed(0, SAMPLES)
            .mapToDouble(i -> from + (to - from) * i / SAMPLES)
            .toArray();
    double[] foot = {at - radius, at + radius};
    double[] zero = {0, 0};
    LineChart chart = LineChart.of("position along a line", "margin").xRange(from, to);
    chart.area(
        Text.of("cone of slope K = %.3g: no lower than this", lipschitz),
        new double[] {foot[0], at, foot[1]},
        new double[] {0, height, 0},
        Hue.BLUE.colour());
    chart.line("margin", x, Arrays.stream(x).map(margin).toArray(), Hue.VERMILION.colour(), 2.5f);
    chart.line(
        Text.of("certified: radius = margin / K = %.3g", radius),
        foot,
        zero,
        Hue.GREEN.colour(),
        6);
    chart.line(
        "zero: here the prediction changes", new double[] {from, to}, zero, Canvas.INK, 1.2f);
    return chart.mark("the certified point", at, height).draw(title);
  }
}
