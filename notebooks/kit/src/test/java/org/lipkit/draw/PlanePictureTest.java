package org.lipkit.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanePictureTest {

  private static final Title TITLE = new Title("Plane", false);

  /** Pixels that the line between regions and the frame around them may take. */
  private static final int LINE = 12;

  private static final List<String> NAMES = List.of("left", "right");

  /** Returns the part of the picture inside the axes, without the frame. */
  private static BufferedImage inside(
      PlanePicture picture, BufferedImage image, double w, double h) {
    int pad = 4;
    return image.getSubimage(
        PlanePicture.LEFT * Canvas.SCALE + pad,
        PlanePicture.TOP * Canvas.SCALE + pad,
        (int) (w * picture.pixelsPerUnit()) - 2 * pad,
        (int) (h * picture.pixelsPerUnit()) - 2 * pad);
  }

  @ParameterizedTest
  @CsvSource({"4, 2, 0.5", "2, 4, 0.5", "10, 7, 2.25", "0.1, 0.1, 0.03"})
  void discsAreTrueCirclesOfTheirRadius(double width, double height, double radius) {
    PlanePicture picture =
        PlanePicture.over(-width / 2, width / 2, -height / 2, height / 2, NAMES)
            .discs(new double[][] {{0, 0}}, new double[] {radius});
    BufferedImage plane = inside(picture, picture.draw(TITLE), width, height);
    Rectangle circle = Pixels.extent(plane, Canvas.INK);
    double diameter = 2 * radius * picture.pixelsPerUnit();
    assertEquals(diameter, circle.width, 5);
    assertEquals(circle.width, circle.height, 2);
  }

  @Test
  void regionsLieWhereTheClassifierSaysSo() {
    PlanePicture picture =
        PlanePicture.over(-1, 3, 0, 2, NAMES)
            .regions(points -> Arrays.stream(points).mapToInt(p -> p[0] < 0 ? 0 : 1).toArray());
    BufferedImage plane = inside(picture, picture.draw(TITLE), 4, 2);
    Rectangle left = Pixels.extent(plane, PlaneRegions.legendColour(0));
    Rectangle right = Pixels.extent(plane, PlaneRegions.legendColour(1));
    assertEquals(picture.pixelsPerUnit(), left.width, LINE);
    assertEquals(3 * picture.pixelsPerUnit(), right.width, LINE);
    assertEquals(2 * picture.pixelsPerUnit(), left.height, LINE);
  }

  @Test
  void upIsUpAndPointsHaveTheirClassColour() {
    PlanePicture picture =
        PlanePicture.over(0, 2, 0, 1, NAMES)
            .points(new double[][] {{0.5, 0.9}, {1.5, 0.1}}, new int[] {0, 1});
    BufferedImage plane = inside(picture, picture.draw(TITLE), 2, 1);
    Rectangle high = Pixels.extent(plane, Canvas.colour(0));
    Rectangle low = Pixels.extent(plane, Canvas.colour(1));
    assertEquals(0.5 * picture.pixelsPerUnit(), high.getCenterX(), 6);
    assertEquals(0.1 * picture.pixelsPerUnit(), high.getCenterY(), 6);
    assertTrue(low.y > high.y + high.height);
  }

  @Test
  void radiiDarkenTheRegionsInSteps() {
    PlanePicture picture =
        PlanePicture.over(0, 2, 0, 1, NAMES)
            .regions(points -> new int[points.length])
            .radii(points -> Arrays.stream(points).mapToDouble(p -> p[0]).toArray());
    BufferedImage plane = inside(picture, picture.draw(TITLE), 2, 1);
    int row = plane.getHeight() / 2;
    int shades = 1;
    for (int x = 8; x < plane.getWidth(); x += 8) {
      int before = new Color(plane.getRGB(x - 8, row)).getRed();
      int after = new Color(plane.getRGB(x, row)).getRed();
      assertTrue(after <= before + 2, "lighter at " + x);
      shades += after < before - 4 ? 1 : 0;
    }
    assertTrue(shades >= 4 && shades <= 10, shades + " shades");
  }

  @Test
  void attackLeadsFromPointToPoint() {
    PlanePicture picture =
        PlanePicture.over(0, 2, 0, 1, NAMES)
            .attack(new double[] {0.5, 0.5}, new double[] {1.5, 0.5});
    BufferedImage plane = inside(picture, picture.draw(TITLE), 2, 1);
    Rectangle arrow = Pixels.extent(plane, Canvas.INK);
    assertEquals(1.0, arrow.width / picture.pixelsPerUnit(), 0.02);
  }

  @Test
  void aLongTitleTakesFurtherLinesAndNoWidth() {
    PlanePicture picture =
        PlanePicture.over(0, 2, 0, 1, NAMES).discs(new double[][] {{1, 0.5}}, new double[] {0.25});
    Title title = new Title("a title of many words ".repeat(5).strip(), true);
    BufferedImage small = picture.draw(TITLE);
    BufferedImage large = picture.draw(title);
    assertEquals(small.getWidth(), large.getWidth());
    int further = large.getHeight() - small.getHeight();
    assertTrue(further > 0);
    Rectangle plane = picture.plane(TITLE);
    plane.translate(0, further);
    assertEquals(plane, picture.plane(title));
    assertEquals(Canvas.INK.getRGB(), large.getRGB(plane.x + plane.width / 2, plane.y));
  }

  @Test
  void ticksAreRoundNumbers() {
    assertEquals(0.5, PlaneAxes.niceStep(4.2, 9));
    assertEquals(20, PlaneAxes.niceStep(100, 5));
    assertEquals("0.5", PlaneAxes.text(0.5, 0.5));
    assertEquals("0.0", PlaneAxes.text(-1e-17, 0.5));
    assertEquals("\u22121", PlaneAxes.text(-1, 1));
    assertEquals("0.01", PlaneAxes.text(0.01, 0.01));
  }

  @Test
  void badInputGetsASentence() {
    assertThrows(IllegalArgumentException.class, () -> PlanePicture.over(1, 1, 0, 1, NAMES));
    PlanePicture picture = PlanePicture.over(0, 1, 0, 1, NAMES);
    assertThrows(
        IllegalArgumentException.class, () -> picture.points(new double[2][2], new int[1]));
    assertThrows(
        IllegalArgumentException.class, () -> picture.discs(new double[2][2], new double[1]));
    assertThrows(
        IllegalArgumentException.class, () -> picture.regions(points -> new int[1]).draw(TITLE));
  }
}
