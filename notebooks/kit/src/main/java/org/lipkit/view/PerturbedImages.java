package org.lipkit.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.lipkit.data.Images;
import org.lipkit.draw.ImageGrid;
import org.lipkit.draw.ImageGrid.Tile;
import org.lipkit.draw.Title;
import org.lipkit.experiment.Radii;
import org.lipkit.experiment.Run;

/** What changes of a given Euclidean length look like on test images. */
public final class PerturbedImages {

  private static final long SEED = 1;

  private PerturbedImages() {}

  /**
   * Draws test images of a run, and below them the same images changed by each radius in two ways:
   * every value by the same amount, up or down by chance, and one pixel alone, as far as its values
   * can go. Where the recorded images are not on this machine, there are blanks, and the title says
   * so.
   *
   * @param title above the picture
   * @param run a certified run
   * @param count how many images at most, evenly spaced over the test images
   * @param radii the lengths of the changes, in pixels of [0, 1]
   * @return the picture
   */
  public static BufferedImage draw(String title, Run run, int count, double... radii) {
    if (!run.wasTestedOn(run.dataset())) {
      return Pictures.blanks(title, run, count);
    }
    Images images = run.dataset().test().evenlySpaced(count);
    int columns = images.size();
    List<Tile> tiles = new ArrayList<>();
    IntStream.range(0, columns)
        .forEach(i -> tiles.add(Pictures.tile(images, images.image(i), "original")));
    for (double radius : radii) {
      String length = Radii.name(radius);
      for (int i = 0; i < columns; i++) {
        tiles.add(
            Pictures.tile(
                images, everywhere(images.image(i), radius, SEED + i), length + " spread"));
      }
      for (int i = 0; i < columns; i++) {
        float[] image = images.image(i);
        String found = radius > mostInOnePixel(image, images.channels()) ? "under " : "";
        float[] changed = inOnePixel(image, images.channels(), radius);
        tiles.add(Pictures.tile(images, changed, found + length + "\nin one pixel"));
      }
    }
    return ImageGrid.draw(new Title(title, run.isMadeUp()), tiles, columns);
  }

  /** Every value moves by radius / sqrt(n); those near 0 or 1 move away from there. */
  static float[] everywhere(float[] image, double radius, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double step = radius / Math.sqrt(image.length);
    float[] changed = new float[image.length];
    for (int i = 0; i < image.length; i++) {
      double sign = random.nextBoolean() ? 1 : -1;
      double moved = image[i] + sign * step;
      changed[i] = (float) (moved >= 0 && moved <= 1 ? moved : image[i] - sign * step);
    }
    return changed;
  }

  /** Every channel of the pixel with most room moves by radius / sqrt(channels), or to 0 or 1. */
  static float[] inOnePixel(float[] image, int channels, double radius) {
    int pixels = image.length / channels;
    int chosen =
        IntStream.range(0, pixels)
            .reduce((a, b) -> room(image, pixels, b) > room(image, pixels, a) ? b : a)
            .orElseThrow();
    double step = radius / Math.sqrt(channels);
    float[] changed = image.clone();
    for (int i = chosen; i < image.length; i += pixels) {
      changed[i] =
          (float) (image[i] < 0.5 ? Math.min(1, image[i] + step) : Math.max(0, image[i] - step));
    }
    return changed;
  }

  /** The longest change of one pixel that moves all its channels equally far inside [0, 1]. */
  static double mostInOnePixel(float[] image, int channels) {
    int pixels = image.length / channels;
    double most =
        IntStream.range(0, pixels).mapToDouble(i -> room(image, pixels, i)).max().orElse(0);
    return most * Math.sqrt(channels);
  }

  /** How far every channel of a pixel can move inside [0, 1]. */
  private static double room(float[] image, int pixels, int pixel) {
    double room = 1;
    for (int i = pixel; i < image.length; i += pixels) {
      room = Math.min(room, Math.max(image[i], 1 - image[i]));
    }
    return room;
  }
}
