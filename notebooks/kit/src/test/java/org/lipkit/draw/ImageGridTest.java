package org.lipkit.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lipkit.draw.ImageGrid.Tile;
import org.lipkit.draw.ImageGrid.Verdict;

class ImageGridTest {

  private static final Title TITLE = new Title("Grid", false);

  /** A 20 x 20 image that is red in one pixel, in row 3 and column 5. */
  private static Tile redPixel(Verdict verdict) {
    float[] pixels = new float[3 * 20 * 20];
    pixels[3 * 20 + 5] = 1;
    return new Tile(pixels, 3, 20, 20, "r", verdict);
  }

  @Test
  void pixelsBecomeSquaresAtTheirPlace() {
    BufferedImage image = ImageGrid.draw(TITLE, List.of(redPixel(Verdict.NONE)), 1);
    Rectangle red = Pixels.extent(image, Color.RED);
    Rectangle whole = Pixels.extent(image, Color.BLACK).union(red);
    assertEquals(new Rectangle(red.x, red.y, 10, 10), red);
    assertEquals(new Rectangle(whole.x, whole.y, 200, 200), whole);
    assertEquals(5 * 10, red.x - whole.x);
    assertEquals(3 * 10, red.y - whole.y);
  }

  @Test
  void imagesStandInRowsOfTheSameStep() {
    BufferedImage one = ImageGrid.draw(TITLE, Collections.nCopies(3, redPixel(Verdict.NONE)), 3);
    BufferedImage two = ImageGrid.draw(TITLE, Collections.nCopies(6, redPixel(Verdict.NONE)), 3);
    BufferedImage ragged = ImageGrid.draw(TITLE, Collections.nCopies(4, redPixel(Verdict.NONE)), 3);
    Rectangle row = Pixels.extent(one, Color.RED);
    Rectangle rows = Pixels.extent(two, Color.RED);
    assertEquals(row.width, rows.width);
    assertEquals(two.getHeight() - one.getHeight(), rows.height - row.height);
    assertEquals(two.getHeight(), ragged.getHeight());
    assertEquals(two.getWidth(), ragged.getWidth());
  }

  @Test
  void frameAndLegendShowOnlyTheVerdictsThatOccur() {
    BufferedImage image = ImageGrid.draw(TITLE, List.of(redPixel(Verdict.CERTIFIED)), 1);
    assertTrue(Pixels.contains(image, Canvas.colour(2)));
    assertFalse(Pixels.contains(image, Canvas.colour(1)));
    BufferedImage all =
        ImageGrid.draw(
            TITLE,
            List.of(
                redPixel(Verdict.CERTIFIED),
                redPixel(Verdict.NOT_CERTIFIED),
                redPixel(Verdict.WRONG)),
            3);
    for (int colour : new int[] {2, 4, 1}) {
      assertTrue(Pixels.contains(all, Canvas.colour(colour)), "colour " + colour);
    }
  }

  @Test
  void greyImagesStayGreyAndValuesAreCutOff() {
    Tile tile = new Tile(new float[] {-1, 0.2f, 1, 2}, 1, 2, 2, "", Verdict.NONE);
    BufferedImage image = ImageGrid.draw(TITLE, List.of(tile), 1);
    assertTrue(Pixels.contains(image, new Color(51, 51, 51)));
    assertEquals(100, Pixels.extent(image, Color.BLACK).width);
  }

  @Test
  void aLongTitleTakesFurtherLines() {
    List<Tile> tiles = Collections.nCopies(4, redPixel(Verdict.NONE));
    BufferedImage small = ImageGrid.draw(TITLE, tiles, 4);
    Title title = new Title("a title of many words ".repeat(5).strip(), false);
    BufferedImage large = ImageGrid.draw(title, tiles, 4);
    assertEquals(small.getWidth(), large.getWidth());
    Rectangle red = Pixels.extent(small, Color.RED);
    red.translate(0, large.getHeight() - small.getHeight());
    assertEquals(red, Pixels.extent(large, Color.RED));
  }

  @Test
  void aCaptionMayHaveSeveralLines() {
    Tile one = new Tile(new float[4], 1, 2, 2, "one", Verdict.NONE);
    Tile two = new Tile(new float[4], 1, 2, 2, "one\ntwo", Verdict.NONE);
    BufferedImage low = ImageGrid.draw(TITLE, List.of(one, one), 1);
    BufferedImage high = ImageGrid.draw(TITLE, List.of(one, two), 1);
    assertEquals(low.getWidth(), high.getWidth());
    assertEquals(2 * 16 * Canvas.SCALE, high.getHeight() - low.getHeight());
  }

  @Test
  void badInputGetsASentence() {
    var shape =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Tile(new float[5], 1, 2, 2, "seven", Verdict.NONE));
    assertTrue(shape.getMessage().contains("seven"), shape.getMessage());
    assertThrows(IllegalArgumentException.class, () -> ImageGrid.draw(TITLE, List.of(), 3));
  }
}
