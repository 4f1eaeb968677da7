package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerturbedImagesTest {

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
      assertTrue(b[i] >= 0 && b[i] <= 1);
    }
    return Math.sqrt(sum);
  }

  @Test
  void changesHaveTheLengthAndStayInRange() {
    SplittableRandom random = new SplittableRandom(3);
    float[] image = new float[3 * 64];
    for (int i = 0; i < image.length; i++) {
      image[i] = i % 7 == 0 ? i % 2 : (float) random.nextDouble();
    }
    for (double radius : new double[] {0, 0.14, 0.8}) {
      assertEquals(radius, distance(image, PerturbedImages.everywhere(image, radius, 5)), 1e-6);
      float[] pixel = PerturbedImages.inOnePixel(image, 3, radius);
      assertEquals(radius, distance(image, pixel), 1e-6);
      int changed = 0;
      for (int i = 0; i < image.length; i++) {
        changed += pixel[i] == image[i] ? 0 : 1;
      }
      assertEquals(radius == 0 ? 0 : 3, changed);
    }
  }

  @Test
  void aPixelMovesNoFurtherThanToTheEndOfTheRange() {
    SplittableRandom random = new SplittableRandom(4);
    for (int channels : new int[] {1, 3}) {
      float[] image = new float[5 * channels];
      for (int i = 0; i < image.length; i++) {
        image[i] = (float) random.nextDouble();
      }
      double most = PerturbedImages.mostInOnePixel(image, channels);
      for (double radius : new double[] {0.5 * most, most, 1.01 * most, 2 * most}) {
        double found = distance(image, PerturbedImages.inOnePixel(image, channels, radius));
        assertTrue(radius > most ? found < radius - 1e-3 : Math.abs(found - radius) < 1e-6);
      }
    }
  }

  @Test
  void imagesThatAreNotHereAreBlank(@TempDir Path nothing) {
    Recorded.withoutData(
        nothing,
        () -> {
          var run = Recorded.run(Recorded.experiment("a", 1), new float[3000]);
          assertTrue(PerturbedImages.draw("T", run, 4, 0.14).getWidth() > 0);
        });
  }
}
