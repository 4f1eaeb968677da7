package org.lipkit.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class LineChartTest {

  private static final Title TITLE = new Title("A chart", false);

  private static BufferedImage plot(LineChart chart) {
    BufferedImage image = chart.draw(TITLE);
    return image.getSubimage(0, 80, image.getWidth(), image.getHeight() - 200);
  }

  @Test
  void everyPieceIsSeen() {
    BufferedImage plot =
        plot(
            LineChart.of("x", "y")
                .xRange(0, 3)
                .level("level", 2)
                .curve("curve", new double[] {0, 3}, new double[] {0, 3})
                .points("points", new double[] {1}, new double[] {2.5})
                .mark("mark", 2, 1));
    assertTrue(Pixels.contains(plot, Hue.FREE.get(0).colour()));
    assertTrue(Pixels.contains(plot, Hue.FREE.get(1).colour()));
    assertFalse(Pixels.contains(plot, Hue.FREE.get(2).colour()));
  }

  /** On an axis from 1 to 100 the points 1, 10 and 100 are equally far apart. */
  @Test
  void powersOfTenAreEquallyFarApartOnALogarithmicAxis() {
    LineChart chart = LineChart.of("x", "y").logarithmicX(1, 10, 100);
    for (double x : new double[] {1, 10, 100}) {
      chart.points("at " + x, new double[] {x}, new double[] {1});
    }
    BufferedImage plot = plot(chart);
    double[] at = new double[3];
    for (int i = 0; i < 3; i++) {
      Rectangle point = Pixels.extent(plot, Hue.FREE.get(i).colour());
      at[i] = point.getCenterX();
    }
    assertEquals(at[1] - at[0], at[2] - at[1], 3);
  }
}
