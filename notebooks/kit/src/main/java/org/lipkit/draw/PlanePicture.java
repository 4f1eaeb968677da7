package org.lipkit.draw;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.lipkit.text.Given;

/**
 * A picture of a classifier in the plane: its decision regions, data points, certified discs and
 * attacks. Both axes have the same scale, so a disc is a circle.
 *
 * <p>Add what is to be seen in any order, then {@link #draw}.
 */
public final class PlanePicture {

  private static final int MAX_WIDTH = 400;
  private static final int MAX_HEIGHT = 360;
  static final int LEFT = 62;
  private static final int RIGHT = 22;
  static final int TOP = 44;
  private static final int AXIS = 54;

  /** What a disc means unless something else is said. */
  static final String CERTIFIED = "certified disc: no other class inside";

  private final double xMin;
  private final double yMin;
  private final double xExtent;
  private final double yExtent;
  private double scale;
  private int width;
  private int height;
  private final List<String> classNames;

  private Function<double[][], int[]> classifier;
  private Function<double[][], double[]> radius;
  private final List<Dot> dots = new ArrayList<>();
  private final List<Disc> discs = new ArrayList<>();
  private String discMeaning;
  private final List<Arrow> arrows = new ArrayList<>();

  private record Dot(double[] at, int label) {}

  /** A disc in the plane. */
  record Disc(double[] centre, double radius) {

    /** Discs of these radii around the centres; a radius of 0 or less is left out. */
    static List<Disc> around(double[][] centres, double[] radii) {
      requireSame("radii", centres.length, radii.length);
      return IntStream.range(0, centres.length)
          .filter(i -> radii[i] > 0)
          .mapToObj(i -> new Disc(centres[i], radii[i]))
          .toList();
    }
  }

  private record Arrow(double[] from, double[] to) {}

  private PlanePicture(
      double xMin, double xMax, double yMin, double yMax, List<String> classNames) {
    if (!(xMin < xMax && yMin < yMax)) {
      throw Given.refused(
          "The rectangle [%s, %s] x [%s, %s] is empty; give the smaller bound first.",
          xMin, xMax, yMin, yMax);
    }
    this.xMin = xMin;
    this.yMin = yMin;
    this.xExtent = xMax - xMin;
    this.yExtent = yMax - yMin;
    this.classNames = List.copyOf(classNames);
    within(MAX_WIDTH, MAX_HEIGHT);
  }

  /**
   * {@return an empty picture of a rectangle of the plane}
   *
   * @param xMin left end
   * @param xMax right end
   * @param yMin lower end
   * @param yMax upper end
   * @param classNames a name for each class 0, 1, 2 and so on, for the legend
   * @throws IllegalArgumentException if the rectangle is empty
   */
  public static PlanePicture over(
      double xMin, double xMax, double yMin, double yMax, List<String> classNames) {
    return new PlanePicture(xMin, xMax, yMin, yMax, classNames);
  }

  /**
   * Makes the plane as large as fits into a rectangle. The axes and the legend come on top of it.
   *
   * @param maxWidth its largest width in units, two pixels each
   * @param maxHeight its largest height in units
   * @return this picture
   */
  public PlanePicture within(int maxWidth, int maxHeight) {
    scale = Math.min(maxWidth / xExtent, maxHeight / yExtent);
    width = (int) Math.round(scale * xExtent);
    height = (int) Math.round(scale * yExtent);
    return this;
  }

  /**
   * Colours each point of the plane by its class.
   *
   * @param classifier from points (n, 2) to n classes; asked for some thousand points at a time
   * @return this picture
   */
  public PlanePicture regions(Function<double[][], int[]> classifier) {
    this.classifier = classifier;
    return this;
  }

  /**
   * Shades the regions in steps, darker where the certified radius is larger.
   *
   * @param radius from points (n, 2) to n radii in the unit of the plane, 0 where nothing is proved
   * @return this picture
   */
  public PlanePicture radii(Function<double[][], double[]> radius) {
    this.radius = radius;
    return this;
  }

  /**
   * Draws data points (n, 2) with their n labels, one colour and shape per class.
   *
   * @param points one row per point
   * @param labels the class of each point
   * @return this picture
   */
  public PlanePicture points(double[][] points, int[] labels) {
    requireSame("labels", points.length, labels.length);
    for (int i = 0; i < points.length; i++) {
      dots.add(new Dot(points[i], labels[i]));
    }
    return this;
  }

  /**
   * Draws a certified disc around each of the centres (n, 2); a radius of 0 or less is left out.
   *
   * @param centres one row per disc
   * @param radii in the unit of the plane
   * @return this picture
   */
  public PlanePicture discs(double[][] centres, double[] radii) {
    return discs(CERTIFIED, centres, radii);
  }

  /**
   * The same with other words in the legend; the last words hold for all discs.
   *
   * @param meaning the words in the legend
   * @param centres one row per disc
   * @param radii in the unit of the plane
   * @return this picture
   */
  public PlanePicture discs(String meaning, double[][] centres, double[] radii) {
    discMeaning = meaning;
    discs.addAll(Disc.around(centres, radii));
    return this;
  }

  /**
   * Draws an arrow from a point to the adversarial point that an attack found.
   *
   * @param from the point's two coordinates
   * @param to the adversarial point's two coordinates
   * @return this picture
   */
  public PlanePicture attack(double[] from, double[] to) {
    arrows.add(new Arrow(from, to));
    return this;
  }

  /** Checks that there is one of these for each point. */
  static void requireSame(String what, int points, int others) {
    if (points != others) {
      throw Given.refused(
          "There are %d points and %d %s; give one for each point.", points, others, what);
    }
  }

  /**
   * Returns the picture, with axes, title and a legend of what was added.
   *
   * @param title above the picture
   * @return the picture
   */
  public BufferedImage draw(Title title) {
    return draw(title, discs.isEmpty() ? null : discMeaning, discs);
  }

  /** The same with these discs; the legend explains them unless their meaning is null. */
  BufferedImage draw(Title title, String meaning, List<Disc> shown) {
    PlaneRegions regions =
        classifier == null
            ? null
            : PlaneRegions.sample(
                xMin, yMin + height / scale, scale, width, height, classifier, radius);
    Legend legend = legend(regions, meaning);
    int total = total(title);
    int left = left(title);
    int top = top(title);
    return Canvas.paint(
        total,
        top + height + AXIS + legend.height(total) + 10,
        g -> {
          Canvas.heading(g, title, total);
          legend.paint(g, 0, top + height + AXIS, total);
          g.translate(left, top);
          Graphics2D plane = (Graphics2D) g.create();
          plane.clip(new Rectangle2D.Double(0, 0, width, height));
          if (regions != null) {
            regions.paint(plane);
          }
          shown.forEach(disc -> fillDisc(plane, place(disc.centre), scale * disc.radius));
          shown.forEach(disc -> outlineDisc(plane, place(disc.centre), scale * disc.radius));
          dots.forEach(dot -> paintDot(plane, place(dot.at), dot.label));
          shown.forEach(disc -> paintCentre(plane, place(disc.centre)));
          arrows.forEach(arrow -> paintArrow(plane, place(arrow.from), place(arrow.to)));
          plane.dispose();
          new PlaneAxes(xMin, yMin, scale, width, height).paint(g);
        });
  }

  private int total(Title title) {
    return Math.max(LEFT + width + RIGHT, Canvas.titleWidth(title));
  }

  private int top(Title title) {
    return TOP + Canvas.furtherLines(title, total(title));
  }

  private int left(Title title) {
    return LEFT + (total(title) - LEFT - width - RIGHT) / 2;
  }

  /** Returns where the plane lies in the picture of this title, in pixels. */
  Rectangle plane(Title title) {
    return new Rectangle(
        left(title) * Canvas.SCALE,
        top(title) * Canvas.SCALE,
        width * Canvas.SCALE,
        height * Canvas.SCALE);
  }

  /** Returns where a point lies in {@link #plane}, in pixels from its upper left corner. */
  double[] pixel(double[] point) {
    double[] at = place(point);
    return new double[] {at[0] * Canvas.SCALE, at[1] * Canvas.SCALE};
  }

  /** Returns how many pixels of the picture one unit of the plane is long. */
  double pixelsPerUnit() {
    return scale * Canvas.SCALE;
  }

  private double[] place(double[] point) {
    return new double[] {scale * (point[0] - xMin), height - scale * (point[1] - yMin)};
  }

  private Legend legend(PlaneRegions regions, String meaning) {
    Legend legend = new Legend();
    double[] middle = {Legend.SIGN_WIDTH / 2.0, Legend.SIGN_HEIGHT / 2.0};
    for (int c = 0; c < classNames.size(); c++) {
      int label = c;
      legend.add(
          classNames.get(c),
          g -> {
            if (regions != null) {
              g.setColor(PlaneRegions.legendColour(label));
              g.fillRect(0, 0, Legend.SIGN_WIDTH, Legend.SIGN_HEIGHT);
            }
            paintDot(g, middle, label);
          });
    }
    if (regions != null && regions.step() > 0) {
      legend.add(
          "certified radius, a shade each " + PlaneAxes.text(regions.step(), regions.step()),
          g -> {
            for (int i = 0; i < 4; i++) {
              g.setColor(Canvas.mix(Color.WHITE, Canvas.GREY, 0.15 + 0.2 * i));
              g.fillRect(i * Legend.SIGN_WIDTH / 4, 0, Legend.SIGN_WIDTH / 4, Legend.SIGN_HEIGHT);
            }
          });
    }
    if (meaning != null) {
      legend.add(
          meaning,
          g -> {
            outlineDisc(g, middle, 7);
            paintCentre(g, middle);
          });
    }
    if (!arrows.isEmpty()) {
      legend.add(
          "attack: a point of another class",
          g -> paintArrow(g, new double[] {0, middle[1]}, new double[] {20, middle[1]}));
    }
    return legend;
  }

  private static void fillDisc(Graphics2D g, double[] at, double radius) {
    g.setColor(Canvas.fade(Color.WHITE, 0.4));
    g.fill(circle(at, radius));
  }

  private static void outlineDisc(Graphics2D g, double[] at, double radius) {
    g.setColor(Canvas.INK);
    g.setStroke(new BasicStroke(1.4f));
    g.draw(circle(at, radius));
  }

  private static Shape circle(double[] at, double radius) {
    return new Ellipse2D.Double(at[0] - radius, at[1] - radius, 2 * radius, 2 * radius);
  }

  private static void paintCentre(Graphics2D g, double[] at) {
    g.setColor(Canvas.INK);
    g.fill(circle(at, 2));
  }

  private static void paintDot(Graphics2D g, double[] at, int label) {
    AffineTransform before = g.getTransform();
    g.translate(at[0], at[1]);
    Shape shape =
        switch (Math.floorMod(label, 4)) {
          case 0 -> new Ellipse2D.Double(-4, -4, 8, 8);
          case 1 -> polygon(0, -5, 4.8, 3.5, -4.8, 3.5);
          case 2 -> new Rectangle2D.Double(-3.6, -3.6, 7.2, 7.2);
          default -> polygon(0, -5, 5, 0, 0, 5, -5, 0);
        };
    g.setColor(Canvas.colour(label));
    g.fill(shape);
    g.setColor(Color.WHITE);
    g.setStroke(new BasicStroke(1));
    g.draw(shape);
    g.setTransform(before);
  }

  private static void paintArrow(Graphics2D g, double[] from, double[] to) {
    double length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    AffineTransform before = g.getTransform();
    g.translate(to[0], to[1]);
    g.rotate(Math.atan2(to[1] - from[1], to[0] - from[0]));
    g.setColor(Canvas.INK);
    g.setStroke(new BasicStroke(2.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
    g.draw(new Line2D.Double(-length, 0, -7, 0));
    g.fill(polygon(0, 0, -10, 5, -10, -5));
    g.setTransform(before);
  }

  private static Shape polygon(double... xy) {
    Path2D path = new Path2D.Double();
    path.moveTo(xy[0], xy[1]);
    for (int i = 2; i < xy.length; i += 2) {
      path.lineTo(xy[i], xy[i + 1]);
    }
    path.closePath();
    return path;
  }
}
