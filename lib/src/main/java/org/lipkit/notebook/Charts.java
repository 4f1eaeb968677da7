package org.lipkit.notebook;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The charts of the notebooks, each a picture of twice the pixels it is meant to be shown at. */
public final class Charts {

  private static final int WIDTH = 720;
  private static final int HEIGHT = 440;
  private static final int PANEL_WIDTH = 460;
  private static final int CONE_SAMPLES = 400;

  private static final List<BasicStroke> STROKES =
      List.of(stroke(2.2f), stroke(2.2f, 8, 5), stroke(2.2f, 2, 5), stroke(2.2f, 10, 4, 2, 4));
  private static final List<Marker> MARKERS =
      List.of(
          SeriesMarkers.DIAMOND,
          SeriesMarkers.SQUARE,
          SeriesMarkers.TRIANGLE_UP,
          SeriesMarkers.CIRCLE,
          SeriesMarkers.TRIANGLE_DOWN,
          SeriesMarkers.CROSS);

  private Charts() {}

  /**
   * A named curve through the points (x, y).
   *
   * @param name its entry in the legend
   * @param x positions along the axis
   * @param y values, one for each x
   */
  public record Curve(String name, double[] x, double[] y) {

    /** Checks that there are as many x as y, and at least one. */
    public Curve {
      if (x.length != y.length || x.length == 0) {
        throw new IllegalArgumentException(
            "The curve '%s' has %d x and %d y; give as many of both, and at least one."
                .formatted(name, x.length, y.length));
      }
    }

    /** Returns a curve over the epochs 1, 2, 3 and so on. */
    public static Curve overEpochs(String name, double... y) {
      return new Curve(name, IntStream.rangeClosed(1, y.length).asDoubleStream().toArray(), y);
    }
  }

  /**
   * One of several charts side by side.
   *
   * @param yTitle what is measured and in what unit, such as {@code accuracy, %}
   * @param curves the curves of this panel
   */
  public record Panel(String yTitle, List<Curve> curves) {}

  /**
   * A published number drawn as a mark of its own shape.
   *
   * @param label its entry in the legend
   * @param radius l2 radius in pixels of [0, 1]
   * @param accuracyPct verified accuracy in percent
   */
  public record Mark(String label, double radius, double accuracyPct) {}

  /**
   * The bars of one colour, one in each group.
   *
   * @param name its entry in the legend
   * @param values the height of the bar in each group
   * @param errors half the length of each error bar, or null for none
   */
  public record Bars(String name, double[] values, double[] errors) {}

  /** Draws curves over the epochs of a training, the panels side by side. */
  public static BufferedImage training(Title title, List<Panel> panels) {
    List<XYChart> charts =
        panels.stream()
            .map(
                panel -> {
                  XYChart chart = xy(PANEL_WIDTH, "", "epoch", panel.yTitle());
                  for (Curve curve : panel.curves()) {
                    line(chart, curve);
                  }
                  return finish(chart);
                })
            .toList();
    int top = 34;
    return Canvas.paint(
        PANEL_WIDTH * charts.size(),
        HEIGHT + top,
        g -> {
          Canvas.heading(g, title, PANEL_WIDTH * charts.size());
          g.translate(0, top);
          for (XYChart chart : charts) {
            chart.paint(g, PANEL_WIDTH, HEIGHT);
            g.translate(PANEL_WIDTH, 0);
          }
        });
  }

  /**
   * Draws the share of test images that are classified correctly and certified, over the radius.
   *
   * @param models a curve each: radius in pixels of [0, 1], l2, against percent
   * @param published other people's numbers, a mark each; may be empty
   */
  public static BufferedImage certifiedAccuracy(
      Title title, List<Curve> models, List<Mark> published) {
    XYChart chart =
        xy(WIDTH, title.toString(), "radius (l2, pixels in [0, 1])", "certified accuracy, %");
    chart.getStyler().setXAxisMin(0.0).setYAxisMin(0.0).setYAxisMax(100.0);
    for (Curve model : models) {
      line(chart, model);
    }
    for (int i = 0; i < published.size(); i++) {
      Mark mark = published.get(i);
      XYSeries series =
          chart.addSeries(
              mark.label(), new double[] {mark.radius()}, new double[] {mark.accuracyPct()});
      series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
      series.setMarker(MARKERS.get(i % MARKERS.size()));
      series.setMarkerColor(Canvas.INK);
    }
    return draw(finish(chart));
  }

  /**
   * Draws how radii are distributed, as outlines over the same bins.
   *
   * @param names a name for each sample of radii
   * @param radii the samples, in pixels of [0, 1]
   * @param bins how many bins of equal width from the smallest to the largest radius
   */
  public static BufferedImage radii(
      Title title, List<String> names, List<double[]> radii, int bins) {
    double[] all = radii.stream().flatMapToDouble(Arrays::stream).toArray();
    if (names.size() != radii.size() || all.length == 0 || bins < 1) {
      throw new IllegalArgumentException(
          "The histogram '%s' has %d names, %d samples with %d radii and %d bins; give a name for each sample, some radii and at least one bin."
              .formatted(title, names.size(), radii.size(), all.length, bins));
    }
    double low = Math.min(0, Arrays.stream(all).min().getAsDouble());
    double width = (Arrays.stream(all).max().getAsDouble() - low) / bins;
    XYChart chart = xy(WIDTH, title.toString(), "radius (l2, pixels in [0, 1])", "images");
    chart.getStyler().setYAxisMin(0.0);
    for (int s = 0; s < names.size(); s++) {
      double[] x = new double[2 * bins + 2];
      double[] y = new double[2 * bins + 2];
      for (int b = 0; b < bins; b++) {
        x[2 * b + 1] = low + b * width;
        x[2 * b + 2] = low + (b + 1) * width;
      }
      x[0] = low;
      x[2 * bins + 1] = low + bins * width;
      for (double r : radii.get(s)) {
        int b = width == 0 ? 0 : (int) Math.min(bins - 1, (r - low) / width);
        y[2 * b + 1]++;
        y[2 * b + 2]++;
      }
      XYSeries series = line(chart, new Curve(names.get(s), x, y));
      series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Area);
      series.setFillColor(Canvas.fade(series.getLineColor(), 0.25));
      series.setLineStyle(STROKES.get(0));
    }
    return draw(finish(chart));
  }

  /**
   * Draws bars in groups.
   *
   * @param yTitle what is measured and in what unit
   * @param groups a name for each group along the axis
   * @param bars the bars of each colour
   */
  public static BufferedImage bars(
      Title title, String yTitle, List<String> groups, List<Bars> bars) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title.toString())
            .yAxisTitle(yTitle)
            .build();
    style(chart.getStyler());
    chart.getStyler().setAvailableSpaceFill(0.7).setPlotGridVerticalLinesVisible(false);
    chart.getStyler().setErrorBarsColor(Canvas.INK);
    for (int i = 0; i < bars.size(); i++) {
      Bars b = bars.get(i);
      if (b.values().length != groups.size()
          || (b.errors() != null && b.errors().length != groups.size())) {
        throw new IllegalArgumentException(
            "The bars '%s' do not have one value and one error for each of the %d groups."
                .formatted(b.name(), groups.size()));
      }
      CategorySeries series =
          b.errors() == null
              ? chart.addSeries(b.name(), groups, boxed(b.values()))
              : chart.addSeries(b.name(), groups, boxed(b.values()), boxed(b.errors()));
      series.setFillColor(Canvas.colour(i));
    }
    legend(chart.getStyler(), WIDTH, bars.stream().map(Bars::name).toList());
    return draw(chart);
  }

  /**
   * Draws what margin and Lipschitz constant mean along a line: the margin, the cone that it cannot
   * leave, and the distance up to which the cone stays above zero, which is the certified radius.
   *
   * @param margin the margin as a function of the position along the line
   * @param from left end of the line
   * @param to right end
   * @param at the position that is certified; its margin must be positive
   * @param lipschitz bound K on the margin's slope
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
      throw new IllegalArgumentException(
          "The cone needs a positive margin and a positive Lipschitz constant, not margin %s and K = %s."
              .formatted(height, lipschitz));
    }
    double radius = height / lipschitz;
    XYChart chart = xy(WIDTH, title.toString(), "position along a line", "margin");
    chart.getStyler().setXAxisMin(from).setXAxisMax(to);
    double[] x =
        IntStream.rangeClosed(0, CONE_SAMPLES)
            .mapToDouble(i -> from + (to - from) * i / CONE_SAMPLES)
            .toArray();
    Curve cone =
        new Curve(
            String.format(Locale.ROOT, "as fast as it can fall: slope K = %.3g", lipschitz),
            new double[] {at - radius, at, at + radius},
            new double[] {0, height, 0});
    XYSeries fall = line(chart, cone);
    fall.setXYSeriesRenderStyle(XYSeriesRenderStyle.Area);
    fall.setFillColor(Canvas.fade(Canvas.colour(0), 0.15));
    line(chart, new Curve("margin", x, Arrays.stream(x).map(margin).toArray()))
        .setLineStyle(STROKES.get(0));
    line(
            chart,
            new Curve(
                String.format(Locale.ROOT, "certified: radius = margin / K = %.3g", radius),
                new double[] {at - radius, at + radius},
                new double[] {0, 0}))
        .setLineStyle(stroke(6));
    XYSeries zero =
        line(
            chart,
            new Curve(
                "zero: here the prediction changes", new double[] {from, to}, new double[] {0, 0}));
    zero.setLineColor(Canvas.INK);
    zero.setLineStyle(stroke(1));
    XYSeries point =
        chart.addSeries("the point to certify", new double[] {at}, new double[] {height});
    point.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    point.setMarker(SeriesMarkers.CIRCLE);
    point.setMarkerColor(Canvas.INK);
    return draw(finish(chart));
  }

  private static XYChart xy(int width, String title, String xTitle, String yTitle) {
    XYChart chart =
        new XYChartBuilder()
            .width(width)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    style(chart.getStyler());
    chart.getStyler().setChartTitleVisible(!title.isEmpty());
    return chart;
  }

  private static XYSeries line(XYChart chart, Curve curve) {
    int i = chart.getSeriesCollection().size();
    XYSeries series = chart.addSeries(curve.name(), curve.x(), curve.y());
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(Canvas.colour(i));
    series.setLineStyle(STROKES.get(i % STROKES.size()));
    return series;
  }

  private static void style(AxesChartStyler styler) {
    styler.setPlotGridLinesColor(Canvas.FAINT).setPlotGridLinesStroke(stroke(1));
    styler
        .setAxisTitleFont(Canvas.TEXT.deriveFont(14f))
        .setAxisTickLabelsFont(Canvas.TEXT)
        .setAxisTickMarksColor(Canvas.GREY)
        .setAxisTickLabelsColor(Canvas.INK);
    styler
        .setChartTitleFont(Canvas.HEADING)
        .setLegendFont(Canvas.TEXT)
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setLegendBorderColor(Color.WHITE)
        .setChartTitleBoxVisible(false)
        .setChartFontColor(Canvas.INK)
        .setMarkerSize(11)
        .setPlotContentSize(0.96);
  }

  private static XYChart finish(XYChart chart) {
    legend(
        chart.getStyler(),
        chart.getWidth(),
        chart.getSeriesCollection().stream().map(XYSeries::getName).toList());
    return chart;
  }

  /** Puts the legend below the plot: in a row where that fits, else one entry a line. */
  private static void legend(AxesChartStyler styler, int width, List<String> names) {
    int row = names.stream().mapToInt(n -> Canvas.width(n, Canvas.TEXT) + 60).sum();
    styler
        .setLegendPosition(LegendPosition.OutsideS)
        .setLegendLayout(row < width - 40 ? LegendLayout.Horizontal : LegendLayout.Vertical);
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static BasicStroke stroke(float width, float... dash) {
    return new BasicStroke(
        width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 1, dash.length == 0 ? null : dash, 0);
  }

  /** Returns any chart as a picture of twice the pixels of the chart's size. */
  static BufferedImage draw(Chart<?, ?> chart) {
    return Canvas.paint(
        chart.getWidth(),
        chart.getHeight(),
        g -> chart.paint(g, chart.getWidth(), chart.getHeight()));
  }
}
