package org.lipkit.draw;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.lipkit.draw.Charts.Curve;

/**
 * A chart of curves, points and marks over one pair of axes, with a legend below. Add what is to be
 * seen, then {@link #draw}.
 *
 * <pre>{@code
 * LineChart.of("epoch", "loss")
 *     .curve("mine", new double[] {1, 2, 3}, new double[] {0.9, 0.5, 0.4})
 *     .mark("published", 3, 0.3)
 *     .draw(new Title("Training", false))
 * }</pre>
 */
public final class LineChart {

  static final int WIDTH = 640;
  static final int HEIGHT = 380;

  static final int MARK_SIZE = 13;

  private static final float STROKE = 2.2f;
  private static final int CURVE_MARK_SIZE = 8;
  private static final int MARKS_PER_CURVE = 8;
  private static final int MANY = 50;
  private static final int CROWDED_MARK_SIZE = 6;

  /** The share of a chart's width that its plot has, about. */
  private static final double PLOT_SHARE = 0.85;

  private static final List<Marker> MARKERS =
      List.of(
          SeriesMarkers.CIRCLE,
          SeriesMarkers.SQUARE,
          SeriesMarkers.TRIANGLE_UP,
          SeriesMarkers.DIAMOND,
          SeriesMarkers.TRIANGLE_DOWN,
          SeriesMarkers.CROSS);

  private final XYChart chart;
  private final Legend legend = new Legend();
  private final Set<Color> used = new HashSet<>();
  private final Set<String> barred = new HashSet<>();
  private int curves;
  private int marks;
  private double[] ends = {0, 1};

  private LineChart(int width, String xTitle, String yTitle) {
    chart =
        new XYChartBuilder()
            .width(width)
            .height(HEIGHT)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    Figure.style(chart.getStyler());
    chart.getStyler().setAnnotationTextFont(Canvas.LABEL).setAnnotationTextFontColor(Canvas.GREY);
  }

  static LineChart of(int width, String xTitle, String yTitle) {
    return new LineChart(width, xTitle, yTitle);
  }

  /**
   * {@return a chart without curves}
   *
   * @param xTitle what is along the axis and in what unit
   * @param yTitle what is measured and in what unit
   */
  public static LineChart of(String xTitle, String yTitle) {
    return new LineChart(WIDTH, xTitle, yTitle);
  }

  /**
   * Fixes the ends of the horizontal axis.
   *
   * @param from the left end
   * @param to the right end
   * @return this chart
   */
  public LineChart xRange(double from, double to) {
    ends = new double[] {from, to};
    styler().setXAxisMin(from).setXAxisMax(to);
    return this;
  }

  /**
   * Makes the horizontal axis logarithmic, from a power of ten to a power of ten around the values.
   *
   * @param values what the axis has to hold, all positive, at least one
   * @return this chart
   */
  public LineChart logarithmicX(double... values) {
    double least = Arrays.stream(values).min().orElseThrow();
    double most = Arrays.stream(values).max().orElseThrow();
    styler().setXAxisLogarithmic(true);
    return xRange(
        Math.pow(10, Math.floor(Math.log10(least))), Math.pow(10, Math.ceil(Math.log10(most))));
  }

  XYStyler styler() {
    return chart.getStyler();
  }

  Figure figure() {
    return new Figure(chart, legend);
  }

  /**
   * Adds a curve in the next colour, with a few markers of the next shape.
   *
   * @param name for the legend
   * @param x where the curve's points are
   * @param y as many numbers as {@code x}
   * @return this chart
   */
  public LineChart curve(String name, double[] x, double[] y) {
    return curve(new Curve(name, x, y));
  }

  /**
   * Adds a curve in its colour, or in the next if it has none or another curve has it.
   *
   * @param curve what is drawn
   * @return this chart
   */
  public LineChart curve(Curve curve) {
    String name = curve.name();
    double[] x = curve.x();
    double[] y = curve.y();
    Color colour = colour(curve.hue());
    // The markers come first: XChart labels the axis at the data, not at round numbers, if the
    // first series is equally spaced.
    Marker marker = sized(MARKERS.get(curves % MARKERS.size()), CURVE_MARK_SIZE);
    int[] at = sparse(x.length, curves);
    scatter(
        name + " (markers)",
        IntStream.of(at).mapToDouble(i -> x[i]).toArray(),
        IntStream.of(at).mapToDouble(i -> y[i]).toArray(),
        marker,
        colour);
    series(name, x, y, colour, STROKE);
    return added(name, marker, g -> sign(g, colour, STROKE));
  }

  /**
   * Adds points in the next colour and shape, small ones if there are many.
   *
   * @param name for the legend
   * @param x where the points are
   * @param y as many numbers as {@code x}
   * @return this chart
   */
  public LineChart points(String name, double[] x, double[] y) {
    return points(new Curve(name, x, y));
  }

  /**
   * Adds points in their colour, or in the next if they have none or others have it.
   *
   * @param points what is drawn
   * @return this chart
   */
  public LineChart points(Curve points) {
    String name = points.name();
    double[] x = points.x();
    double[] y = points.y();
    Color colour = colour(points.hue());
    int again = curves / MARKERS.size();
    Marker marker = MARKERS.get((curves + again) % MARKERS.size());
    scatter(name, x, y, x.length > MANY ? sized(marker, CROWDED_MARK_SIZE) : marker, colour);
    return added(name, marker, g -> g.setColor(colour));
  }

  /** Enters what was drawn into the legend: its marker, over what is painted before. */
  private LineChart added(String name, Marker marker, Consumer<Graphics2D> before) {
    legend.add(
        name,
        g -> {
          before.accept(g);
          marker.paint(g, Legend.SIGN_WIDTH / 2.0, Legend.SIGN_HEIGHT / 2.0, MARK_SIZE);
        });
    curves++;
    return this;
  }

  /** Returns the colour of the next curve: its own, or the first free one that no curve has. */
  Color colour(Hue own) {
    Color colour =
        own != null && !used.contains(own.colour())
            ? own.colour()
            : Hue.FREE.stream()
                .map(Hue::colour)
                .filter(free -> !used.contains(free))
                .findFirst()
                .orElse(Canvas.colour(curves));
    used.add(colour);
    return colour;
  }

  /**
   * Adds a thin grey line across the whole chart, whose ends must have been fixed before by {@link
   * #xRange} or {@link #logarithmicX}. Its name stands on the line, not in the legend.
   *
   * @param name what has this height
   * @param y the height of the line
   * @return this chart
   */
  public LineChart level(String name, double y) {
    series(name, ends, new double[] {y, y}, Canvas.GREY, 1);
    chart.addAnnotation(new LevelName(name, ends[0], y));
    return this;
  }

  /** A text whose lower left corner is at a point. */
  private static final class LevelName extends AnnotationText {

    private final double halfWidth;

    LevelName(String text, double x, double y) {
      super(text, x, y, false);
      halfWidth = Canvas.width(text, Canvas.LABEL) / 2.0;
    }

    @Override
    public void paint(Graphics2D g) {
      Graphics2D moved = (Graphics2D) g.create();
      moved.translate(halfWidth + 3, -8);
      super.paint(moved);
      moved.dispose();
    }
  }

  /**
   * Adds a thin grey line to compare with.
   *
   * @param name for the legend
   * @param x where the line's points are
   * @param y as many numbers as {@code x}
   * @return this chart
   */
  public LineChart guide(String name, double[] x, double[] y) {
    line(name, x, y, Canvas.GREY, 1);
    return this;
  }

  /** Names the places 0, 1, 2 and so on of the horizontal axis at a height, without its numbers. */
  void groups(List<String> names, double y) {
    styler().setXAxisTicksVisible(false).setPlotGridVerticalLinesVisible(false);
    for (int place = 0; place < names.size(); place++) {
      chart.addAnnotation(new AnnotationText(names.get(place), place, y, false));
    }
  }

  /** Adds a bar from zero to the mean of some values, and a dot for each; nothing for no value. */
  void bar(String name, double at, double width, double[] values, Hue hue) {
    if (barred.add(name)) {
      legend.add(
          name,
          g -> {
            g.setColor(hue.colour());
            g.fillRect(4, 0, Legend.SIGN_HEIGHT, Legend.SIGN_HEIGHT);
          });
    }
    if (values.length > 0) {
      double[] x = {at, at};
      double[] y = {0, Arrays.stream(values).average().orElseThrow()};
      float stroke = (float) (0.85 * WIDTH * width / (ends[1] - ends[0]) * PLOT_SHARE);
      series(name + " " + at, x, y, hue.colour(), 1)
          .setLineStyle(new BasicStroke(stroke, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
      double[] places = new double[values.length];
      Arrays.fill(places, at);
      Marker dot = sized(SeriesMarkers.CIRCLE, CROWDED_MARK_SIZE);
      scatter(name + " dots " + at, places, values, dot, Canvas.INK);
    }
  }

  /** Adds a line without markers. */
  void line(String name, double[] x, double[] y, Color colour, float width) {
    series(name, x, y, colour, width);
    legend.add(name, g -> sign(g, colour, width));
  }

  /** Adds a line whose area down to zero is tinted. */
  void area(String name, double[] x, double[] y, Color colour) {
    XYSeries series = series(name, x, y, colour, STROKE);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Area);
    series.setFillColor(Canvas.fade(colour, 0.2));
    legend.add(
        name,
        g -> {
          g.setColor(Canvas.fade(colour, 0.2));
          g.fillRect(0, 2, Legend.SIGN_WIDTH, Legend.SIGN_HEIGHT - 4);
          g.setColor(colour);
          g.setStroke(new BasicStroke(STROKE));
          g.draw(new Line2D.Double(0, 2, Legend.SIGN_WIDTH, 2));
        });
  }

  /**
   * Adds a black mark of the next shape.
   *
   * @param name for the legend; marks of one name have one shape
   * @param x where the mark is
   * @param y its height
   * @return this chart
   */
  public LineChart mark(String name, double x, double y) {
    mark(name, new double[] {x}, new double[] {y});
    return this;
  }

  /** Adds black marks of one shape. */
  void mark(String name, double[] x, double[] y) {
    Marker marker = MARKERS.get((marks + 3) % MARKERS.size());
    scatter(name, x, y, marker, Canvas.INK);
    legend.add(
        name,
        g -> {
          g.setColor(Canvas.INK);
          marker.paint(g, Legend.SIGN_WIDTH / 2.0, Legend.SIGN_HEIGHT / 2.0, MARK_SIZE);
        });
    marks++;
  }

  /**
   * Returns the picture.
   *
   * @param title above the picture
   * @return the picture
   */
  public BufferedImage draw(Title title) {
    return Figure.draw(title, List.of(figure()));
  }

  private XYSeries series(String name, double[] x, double[] y, Color colour, float width) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(colour);
    series.setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    return series;
  }

  private void scatter(String name, double[] x, double[] y, Marker marker, Color colour) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    series.setMarker(marker);
    series.setMarkerColor(colour);
  }

  private static void sign(Graphics2D g, Color colour, float width) {
    g.setColor(colour);
    g.setStroke(new BasicStroke(width));
    double middle = Legend.SIGN_HEIGHT / 2.0;
    g.draw(new Line2D.Double(0, middle, Legend.SIGN_WIDTH, middle));
  }

  /** Returns a few indices of a curve, shifted from curve to curve so that markers seldom meet. */
  private static int[] sparse(int length, int curve) {
    int step = (length + MARKS_PER_CURVE - 1) / MARKS_PER_CURVE;
    int first = curve * step / 4 % step;
    return IntStream.iterate(first, i -> i < length, i -> i + step).toArray();
  }

  private static Marker sized(Marker marker, int size) {
    return new Marker() {
      @Override
      public void paint(Graphics2D g, double x, double y, int ignored) {
        marker.paint(g, x, y, size);
      }
    };
  }
}
