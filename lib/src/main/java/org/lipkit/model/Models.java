package org.lipkit.model;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.MarginRule;
import org.lipkit.text.Given;

/** Architectures by the names that the papers and the run records use. */
public final class Models {

  private static final Pattern BACKBONE =
      Pattern.compile("(\\S+) L(\\d{1,6}) W(\\d{1,6})(?: D(\\d{1,6}))?( as coded)?");
  private static final Pattern ORTHOGONAL =
      Pattern.compile("(LipNeXt|AOL-MLP) L(\\d{1,6}) W(\\d{1,6})");
  private static final Pattern WIDE =
      Pattern.compile("WRN-(\\d{1,6})-(\\d{1,6})( avg)?( convex)?( as coded)?");

  private Models() {}

  /**
   * Builds a network by name:
   *
   * <ul>
   *   <li>"Wong net", followed by " pairwise" for margins bounded pair by pair: {@link WongNet}
   *   <li>"2C2F", "4C3F", "6C2F", "8C2F": {@link GloroNet}
   *   <li>"WRN-16-4" and other depths and widths, followed by " avg" for averaging shortcuts, by "
   *       convex" for convex sums and by " as coded" for LMT's own code instead of its text: {@link
   *       WideResNet}
   *   <li>"ConvNet L6 W64" with other numbers of blocks and channels, likewise "ResNet",
   *       "ResNet-unit", "LiResNet", "LiResNet-unscaled", "SLL", "LiResNet-orthogonal",
   *       "LiResNet++" and "BRONet", followed by, for example, " D256" for another number of
   *       features than the paper's, and by " as coded" for the first weights of the authors' code:
   *       {@link LiResNet}
   *   <li>"LipNeXt L4 W96" and other numbers of blocks and channels: {@link LipNext}
   *   <li>"AOL-MLP L16 W3072" and other numbers of layers and features: {@link AolNet}
   * </ul>
   *
   * @param name one of those
   * @param side the image's height and width in pixels
   * @param classes the number of classes, at least 2
   * @param seed of the first weights
   * @return the classifier, not yet initialised
   * @throws IllegalArgumentException if the name is unknown or its numbers are impossible
   */
  public static Classifier create(String name, int side, int classes, long seed) {
    if (classes < 2) {
      throw new IllegalArgumentException(
          "A classifier needs at least 2 classes, not " + classes + ".");
    }
    Matcher wide = WIDE.matcher(Given.notNull("The model's name", name));
    if (wide.matches()) {
      return new WideResNet(
              Integer.parseInt(wide.group(1)),
              Integer.parseInt(wide.group(2)),
              wide.group(3) != null,
              wide.group(4) != null,
              wide.group(5) != null)
          .create(side, classes, seed);
    }
    Matcher backbone = BACKBONE.matcher(name);
    for (LiResNet net : LiResNet.values()) {
      if (backbone.matches() && backbone.group(1).equals(net.label())) {
        int depth = Integer.parseInt(backbone.group(2));
        int width = Integer.parseInt(backbone.group(3));
        int features =
            backbone.group(4) == null ? net.features(side) : Integer.parseInt(backbone.group(4));
        boolean asCoded = backbone.group(5) != null;
        return net.create(depth, width, features, side, classes, asCoded, seed);
      }
    }
    Matcher orthogonal = ORTHOGONAL.matcher(name);
    if (orthogonal.matches()) {
      int depth = Integer.parseInt(orthogonal.group(2));
      int width = Integer.parseInt(orthogonal.group(3));
      return orthogonal.group(1).equals("LipNeXt")
          ? LipNext.create(depth, width, side, classes, seed)
          : AolNet.create(depth, width, classes, seed);
    }
    return switch (name) {
      case "Wong net" -> WongNet.create(classes, MarginRule.NETWORK, seed);
      case "Wong net pairwise" -> WongNet.create(classes, MarginRule.PAIRWISE, seed);
      case "2C2F" -> GloroNet.C2F2.create(classes, seed);
      case "4C3F" -> GloroNet.C4F3.create(classes, seed);
      case "6C2F" -> GloroNet.C6F2.create(classes, seed);
      case "8C2F" -> GloroNet.C8F2.create(classes, seed);
      default -> throw new IllegalArgumentException(unknown(name));
    };
  }

  private static String unknown(String name) {
    String backbones =
        Arrays.stream(LiResNet.values())
            .map(net -> net.label() + " L<blocks> W<channels>")
            .collect(Collectors.joining(", "));
    return "There is no architecture \""
        + name
        + "\"; use Wong net[ pairwise], 2C2F, 4C3F, 6C2F, 8C2F,"
        + " WRN-<depth>-<width>[ avg][ convex][ as coded],"
        + " LipNeXt L<blocks> W<channels>, AOL-MLP L<layers> W<features> or one of "
        + backbones
        + ", with D<features> and \"as coded\" at the end if wanted.";
  }
}
