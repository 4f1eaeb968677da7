package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.draw.ImageGrid;
import org.lipkit.draw.Title;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Run;

class PicturesTest {

  @Test
  void onePictureStandsOverBothRadiiAndTheProvedOneIsRoundedDown() {
    Images images = MadeUp.textures(32, 2, 0).test();
    BufferedImage picture = Pictures.certificate(images, "cat", 0.49999, 0.40009);
    ImageGrid.Tile same =
        ImageGrid.Tile.of(
            images, 0, "radius 0.5000 estimated, 0.4000 proved", ImageGrid.Verdict.NONE);
    BufferedImage grid = ImageGrid.draw(new Title("cat", false), List.of(same), 1);
    assertTrue(picture.getWidth() > 200);
    for (int y = 0; y < grid.getHeight(); y++) {
      for (int x = 0; x < grid.getWidth(); x++) {
        assertEquals(grid.getRGB(x, y), picture.getRGB(x, y));
      }
    }
  }

  @Test
  void classesOfOfficialSetsAreNamedWithoutTheirFiles() {
    Experiment cifar = Recorded.experiment("a", 1).data("cifar-10");
    assertEquals("cat", Pictures.namesWithoutImages(Recorded.run(cifar, 1)).apply(3));
    assertEquals("3", Pictures.namesWithoutImages(Recorded.madeUp(cifar, 1)).apply(3));
    for (String other : List.of("tiny-imagenet", "cifar-100")) {
      Run ten = Recorded.run(cifar.data(other), 1);
      assertEquals("3", Pictures.namesWithoutImages(ten).apply(3), other);
    }
  }

  @Test
  void longCaptionsTakeALineForEachPart() {
    assertEquals("7, r = 0.83", Pictures.caption("7", "r = 0.83"));
    assertEquals("4 → 9, r = 0.83", Pictures.caption("4", "→ 9", "r = 0.83"));
    assertEquals("cat\n→ ship\nr = 0.1", Pictures.caption("cat", "→ ship", "r = 0.1"));
  }
}
