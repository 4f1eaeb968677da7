package org.lipkit.data;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Data sets that the library draws itself, for use without files. Image and label depend only on
 * the seed and the index; training and test images differ, and each split holds every class equally
 * often.
 */
public final class MadeUp {

  private static final long LABEL = 1;
  private static final long DRAWING = 2;

  /** Writes an example of a class; all that varies is drawn from {@code random}. */
  private interface Drawing {
    void draw(int label, RandomGenerator random, float[] into, int offset);
  }

  private MadeUp() {}

  /**
   * {@return two interlocking half moons in the unit square, one for each class, as images of two
   * channels (x and y) and a single pixel} 2000 points to train on, 1000 to test on.
   *
   * @param seed decides where the points lie
   */
  public static Dataset twoMoons(long seed) {
    List<String> names = List.of("upper moon", "lower moon");
    return dataset(
        "two-moons", names, new ImageShape(2, 1, 1), 2_000, 1_000, seed, MadeUp::drawMoon);
  }

  /**
   * {@return digits drawn with strokes, 28 x 28 and grey like MNIST; 10,000 and 2,000 of them}
   *
   * @param seed decides how the digits are drawn
   */
  public static Dataset strokes(long seed) {
    ImageShape shape = new ImageShape(1, Strokes.SIDE, Strokes.SIDE);
    return dataset("strokes", ClassNames.DIGITS, shape, 10_000, 2_000, seed, Strokes::draw);
  }

  /**
   * {@return textured colour shapes before a background} Ten classes have 500 training and 100 test
   * images each; more than 50 classes have 100 and 20 each.
   *
   * @param side width and height in pixels, at least 8
   * @param classes how many classes, 2 to 1000
   * @param seed decides how the images are drawn
   */
  public static Dataset textures(int side, int classes, long seed) {
    if (side < 8) {
      throw new IllegalArgumentException("side " + side + ": shapes need at least 8 pixels");
    }
    if (classes < 2 || classes > Textures.MOST_CLASSES) {
      throw new IllegalArgumentException(
          "classes " + classes + ": there can be 2 to " + Textures.MOST_CLASSES);
    }
    return dataset(
        "textures-" + side + "/" + classes,
        Textures.classNames(classes),
        new ImageShape(3, side, side),
        Math.max(5_000, 100 * classes),
        Math.max(1_000, 20 * classes),
        seed,
        (label, random, into, offset) -> Textures.draw(side, label, random, into, offset));
  }

  private static Dataset dataset(
      String name,
      List<String> classNames,
      ImageShape shape,
      int trainImages,
      int testImages,
      long seed,
      Drawing drawing) {
    int classes = classNames.size();
    Images train = images(trainImages, classes, shape, Counter.random(seed, 1).nextLong(), drawing);
    Images test = images(testImages, classes, shape, Counter.random(seed, 2).nextLong(), drawing);
    return new Dataset(name, true, classNames, train, test, Map.of());
  }

  /** Among as many images in a row as there are classes, every class occurs once. */
  private static Images images(
      int size, int classes, ImageShape shape, long seed, Drawing drawing) {
    int[] labels =
        IntStream.range(0, size)
            .map(i -> (i + Counter.random(seed, LABEL, i / classes).nextInt(classes)) % classes)
            .toArray();
    return Images.of(
        shape,
        labels,
        (index, random, into, offset) ->
            drawing.draw(labels[index], Counter.random(seed, DRAWING, index), into, offset));
  }

  /**
   * A point on one of two half circles of radius 2/7, blurred. The plane's [-1.25, 2.25] x [-1.5,
   * 2] becomes the unit square.
   */
  private static void drawMoon(int label, RandomGenerator random, float[] into, int offset) {
    double angle = Math.PI * random.nextDouble();
    double x = label == 0 ? Math.cos(angle) : 1 - Math.cos(angle);
    double y = label == 0 ? Math.sin(angle) : 0.5 - Math.sin(angle);
    into[offset] = unit((x + 0.1 * random.nextGaussian() + 1.25) / 3.5);
    into[offset + 1] = unit((y + 0.1 * random.nextGaussian() + 1.5) / 3.5);
  }

  private static float unit(double value) {
    return (float) Math.min(1, Math.max(0, value));
  }
}
