package org.lipkit.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import org.junit.jupiter.api.Test;

/** {@link Palette}. */
class PaletteTest {

  private static int level(int rgb, int channel) {
    return rgb >> 16 - 8 * channel & 0xff;
  }

  @Test
  void fewColoursStayAsTheyAre() {
    BufferedImage picture = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 256; i++) {
      picture.setRGB(i % 16, i / 16, i << 16 | (255 - i) << 8 | i * 7 % 256);
    }
    BufferedImage reduced = Palette.reduced(picture);
    assertEquals(8, reduced.getColorModel().getPixelSize());
    for (int i = 0; i < 256; i++) {
      assertEquals(picture.getRGB(i % 16, i / 16), reduced.getRGB(i % 16, i / 16));
    }
  }

  /** A gradient of 4096 colours below a white margin; 256 equal boxes would be 16 levels wide. */
  @Test
  void manyColoursBecomeNearOnesAndPaperStaysWhite() {
    BufferedImage picture = new BufferedImage(64, 128, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 128; y++) {
      for (int x = 0; x < 64; x++) {
        picture.setRGB(x, y, y < 64 ? 0xffffff : 4 * x << 16 | 4 * (y - 64) << 8 | 0x80);
      }
    }
    BufferedImage reduced = Palette.reduced(picture);
    assertTrue(((IndexColorModel) reduced.getColorModel()).getMapSize() <= 256);
    for (int y = 0; y < 128; y++) {
      for (int x = 0; x < 64; x++) {
        int before = picture.getRGB(x, y);
        int after = reduced.getRGB(x, y);
        if (y < 64) {
          assertEquals(before, after);
        }
        for (int channel = 0; channel < 3; channel++) {
          assertTrue(Math.abs(level(before, channel) - level(after, channel)) < 32);
        }
      }
    }
  }

  /** All 32,768 colours of 5 bits per channel, each once; 256 boxes are 1/6 of the cube wide. */
  @Test
  void photographsBecomeTheMeansOfNearColours() {
    BufferedImage picture = new BufferedImage(256, 128, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 1 << 15; i++) {
      picture.setRGB(i % 256, i / 256, (i & 31) << 19 | (i >> 5 & 31) << 11 | (i >> 10) << 3);
    }
    BufferedImage reduced = Palette.reduced(picture);
    assertEquals(8, reduced.getColorModel().getPixelSize());
    long difference = 0;
    for (int i = 0; i < 1 << 15; i++) {
      for (int channel = 0; channel < 3; channel++) {
        int before = level(picture.getRGB(i % 256, i / 256), channel);
        int after = level(reduced.getRGB(i % 256, i / 256), channel);
        assertTrue(Math.abs(before - after) <= 32);
        difference += after - before;
      }
    }
    assertEquals(0, difference / (3.0 * (1 << 15)), 1);
  }
}
