package org.lipkit.data;

import java.util.List;
import java.util.Map;

/**
 * Data sets that the kit draws itself, for when no files are at hand. Every image is a function of
 * the seed and its index; train and test differ.
 */
public final class MadeUp {

  private MadeUp() {}

  /**
   * Two interlocking half moons in the unit square, one a class, as images of two channels (x and
   * y) and a single pixel. 2000 points to train on, 1000 to test on.
   */
  public static Dataset twoMoons(long seed) {
    return dataset(
        "two-moons",
        List.of("upper moon", "lower moon"),
        new MoonImages(2000, trainSeed(seed)),
        new MoonImages(1000, testSeed(seed)));
  }

  /** Digits drawn with strokes, 28 x 28 and grey like MNIST; 10,000 and 2,000 of them. */
  public static Dataset strokes(long seed) {
    return dataset(
        "strokes",
        ClassNames.DIGITS,
        new StrokeImages(10_000, trainSeed(seed)),
        new StrokeImages(2_000, testSeed(seed)));
  }

  /**
   * Textured colour shapes before a background. Ten classes have 500 training and 100 test images
   * each; more than 50 classes have 100 and 20 each.
   *
   * @param side width and height in pixels, at least 8
   * @param classes how many classes, 2 to 1000
   */
  public static Dataset textures(int side, int classes, long seed) {
    if (side < 8) {
      throw new IllegalArgumentException("side " + side + ": shapes need at least 8 pixels");
    }
    if (classes < 2 || classes > TextureImages.MOST_CLASSES) {
      throw new IllegalArgumentException(
          "classes " + classes + ": there can be 2 to " + TextureImages.MOST_CLASSES);
    }
    return dataset(
        "textures-" + side + "/" + classes,
        TextureImages.classNames(classes),
        new TextureImages(side, classes, Math.max(5_000, 100 * classes), trainSeed(seed)),
        new TextureImages(side, classes, Math.max(1_000, 20 * classes), testSeed(seed)));
  }

  private static Dataset dataset(String name, List<String> classNames, Images train, Images test) {
    return new Dataset(name, true, classNames, train, test, Map.of());
  }

  private static long trainSeed(long seed) {
    return Counter.random(seed, 1).nextLong();
  }

  private static long testSeed(long seed) {
    return Counter.random(seed, 2).nextLong();
  }
}
