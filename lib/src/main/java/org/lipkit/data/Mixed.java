package org.lipkit.data;

import java.util.random.RandomGenerator;
import org.lipkit.text.Given;

/**
 * Training images with others added, generated ones for example, in a fixed ratio. All images of
 * both are shown at least once per epoch; those of which there are too few for the ratio are shown
 * several times, each time augmented anew where their split augments.
 *
 * @param images the real images
 * @param added the others, of the same size and the same classes
 * @param ratio how many others there are for each real one, above 0; 3 in the papers
 */
public record Mixed(Images images, Images added, double ratio) implements Images {

  /**
   * Checks that both fit together.
   *
   * @param images the real images
   * @param added the others, of the same size and the same classes
   * @param ratio above 0
   * @throws IllegalArgumentException if they differ in size, or an added image has a class that no
   *     real one has
   */
  public Mixed {
    if (!(ratio > 0 && ratio <= Integer.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "A ratio of " + ratio + " added images for each real one is impossible; use 3, say.");
    }
    if (!images.shape().equals(added.shape())) {
      throw Given.refused(
          "The real images are %s but the added ones %s; bring them to one size.",
          images.shape(), added.shape());
    }
    int classes = 0;
    for (int n = 0; n < images.size(); n++) {
      classes = Math.max(classes, images.label(n) + 1);
    }
    for (int n = 0; n < added.size(); n++) {
      if (added.label(n) < 0 || added.label(n) >= classes) {
        throw Given.refused(
            "Added image %d has the label %d, but the real images have the classes 0 to %d; add"
                + " images of the same classes.",
            n, added.label(n), classes - 1);
      }
    }
    Math.addExact(real(images, added, ratio), others(images, added, ratio));
  }

  private static int real(Images images, Images added, double ratio) {
    return Math.max(images.size(), (int) Math.round(added.size() / ratio));
  }

  private static int others(Images images, Images added, double ratio) {
    return Math.max(added.size(), Math.toIntExact(Math.round(images.size() * ratio)));
  }

  private int real() {
    return real(images, added, ratio);
  }

  @Override
  public int size() {
    return real() + others(images, added, ratio);
  }

  @Override
  public ImageShape shape() {
    return images.shape();
  }

  @Override
  public int label(int index) {
    return index < real()
        ? images.label(index % images.size())
        : added.label((index - real()) % added.size());
  }

  @Override
  public void read(int index, RandomGenerator random, float[] into, int offset) {
    if (index < real()) {
      images.read(index % images.size(), random, into, offset);
    } else {
      added.read((index - real()) % added.size(), random, into, offset);
    }
  }
}
