package org.lipkit.draw;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import org.lipkit.text.Text;

/** The two axes of a {@link PlanePicture}: frame, ticks at round numbers, titles. */
record PlaneAxes(double xMin, double yMin, double scale, int width, int height) {

  private static final int TICK = 5;

  /** Draws the axes around the rectangle from (0, 0) to (width, height). */
  void paint(Graphics2D g) {
    g.setColor(Canvas.INK);
    g.setStroke(new BasicStroke(1));
    g.draw(new Rectangle2D.Double(0, 0, width, height));
    g.setFont(Canvas.TEXT);
    double step = niceStep(Math.max(width, height) / scale, 9);
    for (double x = Math.ceil(xMin / step) * step; scale * (x - xMin) <= width; x += step) {
      double at = scale * (x - xMin);
      g.draw(new Line2D.Double(at, height, at, height + TICK));
      String text = text(x, step);
      g.drawString(text, (float) (at - Canvas.width(text, Canvas.TEXT) / 2.0), height + TICK + 14f);
    }
    for (double y = Math.ceil(yMin / step) * step; scale * (y - yMin) <= height; y += step) {
      double at = height - scale * (y - yMin);
      g.draw(new Line2D.Double(-TICK, at, 0, at));
      String text = text(y, step);
      g.drawString(text, (float) -(TICK + 4 + Canvas.width(text, Canvas.TEXT)), (float) at + 4.5f);
    }
    title(g, "x₁", width / 2.0, height + TICK + 34, 0);
    title(g, "x₂", -46, height / 2.0, -Math.PI / 2);
  }

  private static void title(Graphics2D g, String text, double x, double y, double angle) {
    AffineTransform before = g.getTransform();
    g.translate(x, y);
    g.rotate(angle);
    g.setFont(Canvas.TEXT.deriveFont(14f));
    g.drawString(text, -Canvas.width(text, g.getFont()) / 2, 0);
    g.setTransform(before);
  }

  /**
   * Returns the least of 1, 2 or 5 times a power of ten of which a length has at most {@code most}.
   */
  static double niceStep(double length, int most) {
    double step = Math.pow(10, Math.floor(Math.log10(length / most)));
    for (int factor : new int[] {1, 2, 5}) {
      if (length / (factor * step) <= most) {
        return factor * step;
      }
    }
    return 10 * step;
  }

  /** Returns a multiple of the step with the decimals that the step has. */
  static String text(double value, double step) {
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    String text = Text.of("%." + decimals + "f", value);
    return text.matches("-[0.]+") ? text.substring(1) : text.replace('-', '\u2212');
  }
}
