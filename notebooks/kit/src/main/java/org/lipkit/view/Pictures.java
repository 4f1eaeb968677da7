package org.lipkit.view;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import org.lipkit.certify.RoundedDown;
import org.lipkit.data.Images;
import org.lipkit.draw.ImageGrid;
import org.lipkit.draw.Title;

/** Pictures of single images, with what is known about them. */
public final class Pictures {

  private Pictures() {}

  /**
   * Draws one image with its predicted class above it and two radii below it. No label is needed.
   *
   * @param image a split whose first image is drawn
   * @param className the predicted class
   * @param estimatedRadius the certified radius by power-iteration estimates, in pixels of [0, 1]
   * @param provedRadius the radius that is proved for the float32 program, 0 if none; it is rounded
   *     down
   * @return the picture
   */
  public static BufferedImage certificate(
      Images image, String className, double estimatedRadius, double provedRadius) {
    String caption =
        String.format(
            Locale.ROOT,
            "radius %.4f estimated, %s proved",
            estimatedRadius,
            RoundedDown.text(provedRadius, 4));
    return ImageGrid.draw(
        new Title(className, false),
        List.of(ImageGrid.Tile.of(image, 0, caption, ImageGrid.Verdict.NONE)),
        1);
  }
}
