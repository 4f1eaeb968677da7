package org.lipkit.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lipkit.draw.Charts.Bars;
import org.lipkit.draw.Charts.Curve;
import org.lipkit.draw.Charts.Differences;
import org.lipkit.draw.Charts.Mark;
import org.lipkit.draw.Charts.Panel;

class ChartsTest {

  private static final Title TITLE = new Title("A chart", false);
  private static final Curve CURVE = new Curve("model", new double[] {0, 1}, new double[] {90, 10});

  /** A curve over the epochs 1, 2, 3 and so on. */
  private static Curve overEpochs(String name, double... y) {
    return new Curve(name, IntStream.rangeClosed(1, y.length).asDoubleStream().toArray(), y);
  }

  @Test
  void panelsOfATrainingStandSideBySide() {
    Panel loss = new Panel("loss", List.of(overEpochs("a", 2, 1, 0.5)));
    Panel accuracy =
        new Panel("accuracy, %", List.of(overEpochs("a", 50, 60, 70), overEpochs("b", 40, 50, 60)));
    BufferedImage one = Charts.training(TITLE, List.of(loss));
    BufferedImage two = Charts.training(TITLE, List.of(loss, accuracy));
    assertEquals(2 * one.getWidth(), two.getWidth());
    assertEquals(one.getHeight(), two.getHeight());
    assertFalse(Pixels.contains(one, Hue.PINK.colour()));
    assertTrue(Pixels.extent(two, Hue.PINK.colour()).x > one.getWidth());
  }

  @Test
  void aTrainingOfOneEpochIsStillVisible() {
    Panel panel = new Panel("loss", List.of(overEpochs("a", 2)));
    assertTrue(Pixels.contains(Charts.training(TITLE, List.of(panel)), Canvas.colour(0)));
  }

  @Test
  void publishedNumbersAreMarksBesideTheCurves() {
    BufferedImage without = Charts.certifiedAccuracy(TITLE, List.of(CURVE), List.of());
    BufferedImage with =
        Charts.certifiedAccuracy(TITLE, List.of(CURVE), List.of(new Mark("published", 0.9, 95)));
    assertTrue(Pixels.contains(without, Canvas.colour(0)));
    assertTrue(Pixels.contains(with, Canvas.colour(0)));
    // The mark is far from any axis label, so what is black there is the mark.
    int x = with.getWidth() / 2;
    Rectangle mark = Pixels.extent(with.getSubimage(x, 90, x, 200), Canvas.INK);
    assertEquals(LineChart.MARK_SIZE * Canvas.SCALE, mark.width, 8);
    assertEquals(null, Pixels.extent(without.getSubimage(x, 90, x, 200), Canvas.INK));
  }

  @Test
  void histogramKeepsSamplesApart() {
    BufferedImage image =
        Charts.radii(
            TITLE,
            List.of(
                new Charts.Sampled("small", new double[] {0.1, 0.12, 0.2}, null),
                new Charts.Sampled("large", new double[] {1.1, 1.2, 1.9}, Hue.GREEN)),
            20);
    int plot = image.getHeight() - 150;
    Rectangle small =
        Pixels.extent(image.getSubimage(0, 0, image.getWidth(), plot), Canvas.colour(0));
    Rectangle large =
        Pixels.extent(image.getSubimage(0, 0, image.getWidth(), plot), Hue.GREEN.colour());
    assertTrue(small.getMaxX() < large.x, small + " " + large);
    assertEquals(
        image.getWidth(),
        Charts.radii(TITLE, List.of(new Charts.Sampled("none certified", new double[3], null)), 20)
            .getWidth());
  }

  @Test
  void barsHaveTheHeightsOfTheirValues() {
    BufferedImage image =
        Charts.bars(
            TITLE,
            "group",
            "VRA, %",
            List.of("only"),
            List.of(
                new Bars("published", new double[] {80}, Hue.BLUE),
                new Bars("ours", new double[] {40}, Hue.VERMILION)));
    BufferedImage plot = image.getSubimage(0, 0, image.getWidth(), image.getHeight() - 110);
    int tall = Pixels.extent(plot, Canvas.colour(0)).height;
    int half = Pixels.extent(plot, Canvas.colour(1)).height;
    assertEquals(2.0, (double) tall / half, 0.02);
  }

  /** The bars reach from zero to the means 2 and -1; the second group has no values of "b". */
  @Test
  void differencesAreBarsToTheirMeans() {
    BufferedImage image =
        Charts.differences(
            TITLE,
            "points",
            List.of("one", "two"),
            List.of(
                new Differences("a", List.of(new double[] {1, 3}, new double[] {2}), Hue.BLUE),
                new Differences("b", List.of(new double[] {-1}, new double[0]), Hue.GREEN)));
    BufferedImage plot = image.getSubimage(0, 0, image.getWidth(), image.getHeight() - 110);
    Rectangle up = Pixels.extent(plot, Hue.BLUE.colour());
    Rectangle down = Pixels.extent(plot, Hue.GREEN.colour());
    assertEquals(2.0, (double) up.height / down.height, 0.05);
    assertEquals(up.y + up.height, down.y, 4);
    assertTrue(down.x + down.width < image.getWidth() / 2 + 40);
  }

  @Test
  void aColourStandsForOneThingAndFreeOnesForTheOthers() {
    Curve green = CURVE.in(Hue.GREEN);
    BufferedImage image =
        Charts.lines(
            TITLE,
            "x",
            "y",
            List.of(
                green,
                overEpochs("first", 2, 3),
                new Curve("second", green.x(), new double[] {4, 5}, Hue.GREEN)));
    assertTrue(Pixels.contains(image, Hue.GREEN.colour()));
    assertTrue(Pixels.contains(image, Hue.BLUE.colour()));
    assertTrue(Pixels.contains(image, Hue.PINK.colour()));
    assertFalse(Pixels.contains(image, Hue.VERMILION.colour()));
  }

  @Test
  void coneMeetsZeroAtMarginOverSlope() {
    BufferedImage image = Charts.cone(TITLE, x -> 1 - 0.5 * Math.abs(x), -4, 4, 0, 1);
    BufferedImage plot = image.getSubimage(0, 0, image.getWidth(), image.getHeight() - 150);
    double margin = Pixels.extent(plot, Canvas.colour(1)).width;
    double certified = Pixels.extent(plot, Canvas.colour(2)).width;
    assertEquals(2.0 / 8.0, certified / margin, 0.02);
  }

  @Test
  void madeUpDataMakeTheTitleLonger() {
    Title real = new Title("MNIST", false);
    Title madeUp = new Title("MNIST", true);
    assertEquals("MNIST (made-up data)", madeUp.toString());
    int top = 70;
    BufferedImage a = Charts.certifiedAccuracy(real, List.of(CURVE), List.of());
    BufferedImage b = Charts.certifiedAccuracy(madeUp, List.of(CURVE), List.of());
    assertTrue(
        Pixels.extent(b.getSubimage(0, 0, b.getWidth(), top), Canvas.INK).width
            > 2 * Pixels.extent(a.getSubimage(0, 0, a.getWidth(), top), Canvas.INK).width);
  }

  @Test
  void longTitlesStayInsideThePicture() {
    Title title = new Title("certified accuracy of one model ".repeat(4), true);
    BufferedImage image = Charts.certifiedAccuracy(title, List.of(CURVE), List.of());
    Rectangle ink = Pixels.extent(image.getSubimage(0, 0, image.getWidth(), 70), Canvas.INK);
    assertTrue(ink.x > 5 && ink.getMaxX() < image.getWidth() - 5, ink.toString());
  }

  @Test
  void badInputGetsASentence() {
    assertThrows(
        IllegalArgumentException.class, () -> new Curve("c", new double[2], new double[3]));
    assertThrows(IllegalArgumentException.class, () -> Charts.radii(TITLE, List.of(), 5));
    assertThrows(IllegalArgumentException.class, () -> Charts.cone(TITLE, x -> -1, -1, 1, 0, 1));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Charts.bars(
                TITLE,
                "x",
                "y",
                List.of("a", "b"),
                List.of(new Bars("x", new double[1], Hue.BLUE))));
  }
}
