package org.lipkit.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DistortionTest {

  private static final ImageShape SHAPE = new ImageShape(3, 10, 8);
  private static final ImageShape GREY = new ImageShape(1, 1, 5);

  private static float[] picture(ImageShape shape, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] picture = new float[shape.values()];
    for (int i = 0; i < picture.length; i++) {
      picture[i] = random.nextFloat();
    }
    return picture;
  }

  @ParameterizedTest
  @EnumSource
  void staysInTheRangeAndLeavesItsArgumentAlone(Distortion distortion) {
    for (ImageShape shape : new ImageShape[] {SHAPE, GREY, new ImageShape(2, 1, 1)}) {
      float[] picture = picture(shape, 1);
      float[] before = picture.clone();
      for (double strength : new double[] {-1, -0.3, 0, 0.3, 1}) {
        float[] found = distortion.of(picture, shape, strength);
        assertEquals(picture.length, found.length);
        for (float value : found) {
          assertTrue(value >= 0 && value <= 1, distortion + " gives " + value);
        }
        assertArrayEquals(before, picture);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"AUTO_CONTRAST", "EQUALIZE"})
  void withoutStrengthItChangesNothing(Distortion distortion) {
    float[] picture = picture(SHAPE, 2);
    assertArrayEquals(picture, distortion.of(picture, SHAPE, 0), 1e-6f);
    boolean changes = !Arrays.equals(picture, distortion.of(picture, SHAPE, 0.8));
    assertEquals(distortion != Distortion.IDENTITY, changes);
  }

  @Test
  void valuesFollowTheirFormulas() {
    float[] p = {0, 0.2f, 0.5f, 0.6f, 1};
    assertArrayEquals(
        new float[] {0, 0.29f, 0.725f, 0.87f, 1}, Distortion.BRIGHTNESS.of(p, GREY, 0.5), 1e-6f);
    assertArrayEquals(
        new float[] {0, 0.02f, 0.05f, 0.06f, 0.1f}, Distortion.BRIGHTNESS.of(p, GREY, -1), 1e-6f);
    float mean = 0.46f;
    assertArrayEquals(
        new float[] {
          mean - 0.1f * mean, mean - 0.1f * (mean - 0.2f), mean + 0.1f * 0.04f, 0.474f, 0.514f
        },
        Distortion.CONTRAST.of(p, GREY, -1),
        1e-6f);
    assertArrayEquals(
        new float[] {0, 0.2f, 0.5f, 0.4f, 0}, Distortion.SOLARIZE.of(p, GREY, 0.45), 1e-6f);
    assertArrayEquals(
        new float[] {0, 48 / 255f, 128 / 255f, 144 / 255f, 240 / 255f},
        Distortion.POSTERIZE.of(p, GREY, 1),
        1e-6f);
    float[] dull = {0.2f, 0.3f, 0.4f, 0.3f, 0.6f};
    assertArrayEquals(
        new float[] {0, 0.25f, 0.5f, 0.25f, 1}, Distortion.AUTO_CONTRAST.of(dull, GREY, 1), 1e-6f);
  }

  /** Grey has no colour to take away; the strongest loss leaves a tenth of it. */
  @Test
  void colourIsTheDistanceFromGrey() {
    ImageShape pixel = new ImageShape(3, 1, 1);
    float[] grey = {0.4f, 0.4f, 0.4f};
    assertArrayEquals(grey, Distortion.COLOR.of(grey, pixel, 1), 1e-6f);
    float[] red = {1, 0, 0};
    assertArrayEquals(
        new float[] {0.299f + 0.1f * 0.701f, 0.299f * 0.9f, 0.299f * 0.9f},
        Distortion.COLOR.of(red, pixel, -1),
        1e-6f);
  }

  /** A ramp of all levels between a tenth and two tenths ends up over the whole range. */
  @Test
  void equalizingSpreadsTheLevelsEvenly() {
    ImageShape shape = new ImageShape(1, 40, 64);
    float[] ramp = new float[shape.values()];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (50 + i % 26) / 255f;
    }
    float[] equal = Distortion.EQUALIZE.of(ramp, shape, 1);
    float[] sorted = equal.clone();
    Arrays.sort(sorted);
    assertTrue(sorted[0] < 0.05 && sorted[sorted.length - 1] > 0.95);
    assertEquals(0.5, sorted[sorted.length / 2], 0.05);
    for (int i = 0; i < 25; i++) {
      assertTrue(equal[i] <= equal[i + 1], "the order stays");
    }
  }

  @Test
  void translationsMoveAndFillWithBlack() {
    ImageShape shape = new ImageShape(2, 20, 20);
    float[] picture = picture(shape, 3);
    float[] left = Distortion.TRANSLATE_X.of(picture, shape, 1);
    float[] up = Distortion.TRANSLATE_Y.of(picture, shape, 1);
    for (int i = 0; i < picture.length; i++) {
      boolean inRow = i % 20 + 9 < 20;
      boolean inColumn = i / 20 % 20 + 9 < 20;
      assertEquals(inRow ? picture[i + 9] : 0, left[i], 1e-6f);
      assertEquals(inColumn ? picture[i + 9 * 20] : 0, up[i], 1e-6f);
    }
  }

  /** Of a plane of values, which interpolation keeps: away from the edges, there and back. */
  @ParameterizedTest
  @EnumSource(names = {"ROTATE", "SHEAR_X", "SHEAR_Y"})
  void turnsAndShearsArePlanesForPlanes(Distortion distortion) {
    ImageShape shape = new ImageShape(1, 21, 21);
    float[] plane = new float[shape.values()];
    for (int i = 0; i < plane.length; i++) {
      plane[i] = 0.5f + 0.01f * (i % 21 - 10) + 0.02f * (i / 21 - 10);
    }
    float[] there = distortion.of(plane, shape, 0.5);
    assertFalse(Arrays.equals(plane, there));
    float[] back = distortion.of(there, shape, -0.5);
    for (int row = 6; row < 15; row++) {
      for (int column = 6; column < 15; column++) {
        assertEquals(plane[row * 21 + column], back[row * 21 + column], 1e-5f);
      }
    }
    assertEquals(0.5f, there[10 * 21 + 10], 1e-6f);
    double expected =
        switch (distortion) {
          case ROTATE -> 0.01 * Math.cos(Math.PI / 12) + 0.02 * Math.sin(Math.PI / 12);
          case SHEAR_X -> 0.01;
          default -> 0.01 + 0.02 * 0.15;
        };
    assertEquals(expected, there[10 * 21 + 11] - there[10 * 21 + 10], 1e-6);
  }

  @Test
  void sharpeningIsTheOppositeOfBlurring() {
    ImageShape shape = new ImageShape(1, 5, 5);
    float[] dot = new float[25];
    Arrays.fill(dot, 0.5f);
    dot[12] = 0.7f;
    float[] blurred = Distortion.SHARPNESS.of(dot, shape, -0.5);
    float[] sharper = Distortion.SHARPNESS.of(dot, shape, 0.5);
    assertTrue(blurred[12] < 0.7 && sharper[12] > 0.7);
    assertTrue(blurred[11] > 0.5 && sharper[11] < 0.5);
    assertEquals(0.7f - blurred[12], sharper[12] - 0.7f, 1e-6f);
    assertEquals(0.5f, blurred[0]);
  }

  @Test
  void aBatchIsDistortedPictureByPictureAndTheSameWayAgain() {
    float[] pixels = new float[4 * SHAPE.values()];
    for (int n = 0; n < 4; n++) {
      System.arraycopy(picture(SHAPE, 7), 0, pixels, n * SHAPE.values(), SHAPE.values());
    }
    Batch batch = new Batch(pixels, new int[] {3, 1, 2, 0}, 4, 3, 10, 8);
    Batch once = Distortion.distort(batch, 2, 0.5, 11);
    assertArrayEquals(once.pixels(), Distortion.distort(batch, 2, 0.5, 11).pixels());
    assertFalse(Arrays.equals(once.pixels(), Distortion.distort(batch, 2, 0.5, 12).pixels()));
    assertArrayEquals(batch.labels(), once.labels());
    long different = Arrays.stream(once.images()).map(Arrays::hashCode).distinct().count();
    assertTrue(different > 1, "all four equal pictures got the same distortions");
  }
}
