package org.lipkit.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MadeUpTest {

  private static float[] image(Images images, int index) {
    float[] pixels = new float[images.values()];
    images.read(index, null, pixels, 0);
    return pixels;
  }

  private static Dataset make(String id, long seed) {
    return switch (id) {
      case "two-moons" -> MadeUp.twoMoons(seed);
      case "strokes" -> MadeUp.strokes(seed);
      default -> MadeUp.textures(32, 20, seed);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"two-moons", "strokes", "textures"})
  void isAFunctionOfSeedAndIndex(String id) {
    Images train = make(id, 1).train();
    Images again = make(id, 1).train();
    Images other = make(id, 2).train();
    for (int i = 0; i < 20; i++) {
      assertArrayEquals(image(train, i), image(again, 19 - (19 - i)));
      assertEquals(train.label(i), again.label(i));
      assertFalse(Arrays.equals(image(train, i), image(other, i)));
      assertFalse(Arrays.equals(image(train, i), image(make(id, 1).test(), i)));
      assertFalse(Arrays.equals(image(train, i), image(train, i + 1)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"two-moons", "strokes", "textures"})
  void staysInTheUnitRangeAndVaries(String id) {
    Dataset dataset = make(id, 1);
    for (int i = 0; i < 60; i++) {
      for (float value : image(dataset.train(), i)) {
        assertTrue(value >= 0 && value <= 1);
      }
    }
    int plane = dataset.train().height() * dataset.train().width();
    for (int c = 0; c < dataset.train().channels(); c++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < 60; i++) {
        float[] pixels = image(dataset.train(), i);
        for (int k = c * plane; k < (c + 1) * plane; k++) {
          sum += pixels[k] / (60.0 * plane);
          squares += pixels[k] * pixels[k] / (60.0 * plane);
        }
      }
      assertTrue(Math.sqrt(squares - sum * sum) > 0.05);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"two-moons", "strokes", "textures"})
  void classesAreBalancedAndMarkedAsMadeUp(String id) {
    Dataset dataset = make(id, 1);
    assertTrue(dataset.madeUp());
    assertTrue(dataset.title().endsWith("(made up)"));
    assertTrue(dataset.checksums().isEmpty());
    int[] count = new int[dataset.classes()];
    for (int i = 0; i < dataset.train().size(); i++) {
      count[dataset.train().label(i)]++;
    }
    int expected = dataset.train().size() / dataset.classes();
    assertTrue(Arrays.stream(count).allMatch(c -> c == expected));
  }

  @Test
  void moonsLieOnTheirHalfCircles() {
    Images moons = MadeUp.twoMoons(3).train();
    int upper = 0;
    for (int i = 0; i < moons.size(); i++) {
      float[] point = image(moons, i);
      double x = point[0] * 3.5 - 1.25;
      double y = point[1] * 3.5 - 1.5;
      double distance = moons.label(i) == 0 ? Math.hypot(x, y) : Math.hypot(x - 1, y - 0.5);
      assertEquals(1, distance, 0.6);
      upper += moons.label(i) == 0 && y > 0.3 ? 1 : 0;
    }
    assertTrue(upper > moons.size() / 4);
  }

  /** The mean picture of a class explains its examples better than those of the other classes. */
  @ParameterizedTest
  @ValueSource(strings = {"strokes", "textures"})
  void classesCanBeLearned(String id) {
    Dataset dataset = id.equals("strokes") ? MadeUp.strokes(1) : MadeUp.textures(32, 10, 1);
    Images train = dataset.train().evenlySpaced(1000);
    double[][] means = new double[10][train.values()];
    for (int i = 0; i < train.size(); i++) {
      float[] pixels = image(train, i);
      for (int k = 0; k < pixels.length; k++) {
        means[train.label(i)][k] += pixels[k] / 100;
      }
    }
    Images test = dataset.test().evenlySpaced(200);
    int right = 0;
    for (int i = 0; i < test.size(); i++) {
      float[] pixels = image(test, i);
      int nearest = 0;
      double best = Double.MAX_VALUE;
      for (int c = 0; c < 10; c++) {
        double distance = 0;
        for (int k = 0; k < pixels.length; k++) {
          distance += (pixels[k] - means[c][k]) * (pixels[k] - means[c][k]);
        }
        if (distance < best) {
          best = distance;
          nearest = c;
        }
      }
      right += nearest == test.label(i) ? 1 : 0;
    }
    assertTrue(right > 60, "only " + right + " of 200");
    assertTrue(right < 200, "trivial");
  }

  @Test
  void aThousandTexturesHaveAThousandNames() {
    assertEquals(1000, new HashSet<>(Textures.classNames(1000)).size());
    assertEquals(224, MadeUp.textures(224, 1000, 0).train().height());
    assertThrows(IllegalArgumentException.class, () -> MadeUp.textures(32, 1001, 0));
    assertThrows(IllegalArgumentException.class, () -> MadeUp.textures(32, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> MadeUp.textures(4, 10, 0));
  }
}
