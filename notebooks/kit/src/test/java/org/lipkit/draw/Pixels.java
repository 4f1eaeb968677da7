package org.lipkit.draw;

import java.awt.Color;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;

/** Looks for colours in pictures. */
final class Pixels {

  private Pixels() {}

  /** Returns the smallest rectangle around all pixels of the colour, or null if there is none. */
  static Rectangle extent(BufferedImage image, Color colour) {
    Rectangle extent = null;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        if (image.getRGB(x, y) == colour.getRGB()) {
          Rectangle pixel = new Rectangle(x, y, 1, 1);
          extent = extent == null ? pixel : extent.union(pixel);
        }
      }
    }
    return extent;
  }

  static boolean contains(BufferedImage image, Color colour) {
    return extent(image, colour) != null;
  }
}
