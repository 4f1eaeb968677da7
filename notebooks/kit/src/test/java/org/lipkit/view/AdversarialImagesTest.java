package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.attack.DeepFool;
import org.lipkit.data.Images;
import org.lipkit.draw.Title;
import org.lipkit.experiment.Run;
import org.lipkit.view.AdversarialImages.Pair;

class AdversarialImagesTest {

  private static final Title TITLE = new Title("T", false);

  private final Images shape = Images.of(new float[][][][] {{{{0, 0}}}}, 0);

  private static Pair pair(float from, float to) {
    return new Pair(new float[] {from, 0.5f}, "a", new float[] {to, 0.5f}, "→ b");
  }

  @Test
  void differencesAreEnlargedByARoundNumberThatKeepsThemInRange() {
    assertEquals(1, pair(0, 0.9f).times());
    assertEquals(2, pair(0.2f, 0.4f).times());
    assertEquals(5, pair(0.3f, 0.21f).times());
    assertEquals(200, pair(0.5f, 0.502f).times());
    assertEquals(1, pair(0.3f, 0.3f).times());
    assertArrayEquals(new float[] {0.25f, 0.5f}, pair(0.5f, 0.375f).difference());
  }

  /** The first column has black and white, the second nothing that was found. */
  @Test
  void whatWasNotFoundIsBlank() {
    Pair none = new Pair(new float[] {0.5f, 0.5f}, "b", null, "nothing found");
    BufferedImage picture = AdversarialImages.draw(TITLE, shape, List.of(pair(0, 1), none));
    BufferedImage right =
        picture.getSubimage(picture.getWidth() / 2, 0, picture.getWidth() / 2, picture.getHeight());
    assertTrue(contains(picture, Color.BLACK));
    assertTrue(contains(right, new Color(230, 230, 230)));
  }

  private static boolean contains(BufferedImage image, Color colour) {
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        if (image.getRGB(x, y) == colour.getRGB()) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void nothingIsAttackedWhereTheImagesAreMissing(@TempDir Path nothing) {
    Recorded.withoutData(
        nothing,
        () -> {
          Run run = Recorded.run(Recorded.experiment("a", 1), new float[3000]);
          assertTrue(AdversarialImages.draw("T", run, DeepFool.PUBLISHED, 3).getWidth() > 0);
        });
  }
}
