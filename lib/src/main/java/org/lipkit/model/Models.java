package org.lipkit.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lipkit.layer.Classifier;

/** Architectures by the names that the papers and the run records use. */
public final class Models {

  private static final Pattern LIRESNET = Pattern.compile("LiResNet L(\\d{1,6}) W(\\d{1,6})");

  private Models() {}

  /**
   * Builds a network by name.
   *
   * @param name "Wong net", "2C2F", "4C3F" or, for example, "LiResNet L6 W64"
   * @param side the image's height and width in pixels
   * @param classes the number of classes, at least 2
   * @param seed of the first weights
   * @return the classifier, not yet initialised
   * @throws IllegalArgumentException if the name is unknown
   */
  public static Classifier create(String name, int side, int classes, long seed) {
    if (classes < 2) {
      throw new IllegalArgumentException(
          "A classifier needs at least 2 classes, not " + classes + ".");
    }
    Matcher liresnet = LIRESNET.matcher(name);
    if (liresnet.matches()) {
      int depth = Integer.parseInt(liresnet.group(1));
      int width = Integer.parseInt(liresnet.group(2));
      return LiResNet.create(depth, width, side, classes, seed);
    }
    return switch (name) {
      case "Wong net" -> WongNet.create(classes, seed);
      case "2C2F" -> GloroNet.C2F2.create(classes, seed);
      case "4C3F" -> GloroNet.C4F3.create(classes, seed);
      default ->
          throw new IllegalArgumentException(
              "There is no architecture \""
                  + name
                  + "\"; use Wong net, 2C2F, 4C3F or LiResNet L<blocks> W<width>.");
    };
  }
}
