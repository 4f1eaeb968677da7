package org.lipkit.certify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.lipkit.data.Images;

/** {@link Certificate} and {@link CertifiedAccuracy}. */
class CertifiedAccuracyTest {

  private static Certificate sample(int label, int prediction, double radius) {
    return new Certificate(0, label, prediction, radius, radius);
  }

  /** Radii on a coarse grid, so that many are equal, some zero, some infinite. */
  private static List<Certificate> draw(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Certificate> samples = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      double radius = random.nextInt(10) == 0 ? Double.POSITIVE_INFINITY : random.nextInt(8) / 10.0;
      samples.add(sample(0, random.nextInt(3) == 0 ? 1 : 0, radius));
    }
    return samples;
  }

  private static double counted(List<Certificate> samples, double eps) {
    return samples.stream().filter(sample -> sample.robust(eps)).count() / (double) samples.size();
  }

  @Property(tries = 200)
  void countsTheRobustSamples(@ForAll @IntRange(min = 1, max = 60) int count, @ForAll long seed) {
    List<Certificate> samples = draw(count, seed);
    CertifiedAccuracy accuracy = new CertifiedAccuracy(samples);
    double[] eps = {0, 0.05, 0.1, 0.3, 0.30000000000000004, 0.7, 0.8, Double.POSITIVE_INFINITY};
    double[] expected = Arrays.stream(eps).map(e -> counted(samples, e)).toArray();
    assertArrayEquals(expected, accuracy.curve(eps));
    long correct = samples.stream().filter(Certificate::correct).count();
    assertEquals(correct / (double) count, accuracy.clean());
  }

  @Property(tries = 200)
  void theRadiusReachedByAShareIsTheLargestWithThatAccuracy(
      @ForAll @IntRange(min = 1, max = 60) int count,
      @ForAll @IntRange(min = 1, max = 60) int reached,
      @ForAll long seed) {
    List<Certificate> samples = draw(count, seed);
    double share = Math.min(reached, count) / (double) count;
    double largest =
        samples.stream()
            .mapToDouble(Certificate::radius)
            .filter(radius -> counted(samples, radius) >= share)
            .max()
            .orElse(0);
    assertEquals(largest, new CertifiedAccuracy(samples).radiusReachedBy(share));
  }

  @Example
  void robustMeansCorrectAndCertifiedAtLeastThatFar() {
    assertTrue(sample(1, 1, 0.5).robust(0.5));
    assertFalse(sample(1, 1, 0.5).robust(Math.nextUp(0.5)));
    assertFalse(sample(1, 2, 0.5).robust(0));
    assertTrue(sample(1, 1, 0).robust(0));
  }

  @Example
  void withoutAPredictionNothingIsCorrectWhateverTheLabel() {
    for (int label : new int[] {0, Images.UNKNOWN}) {
      Certificate none = Certificate.none(0, label);
      assertFalse(none.correct());
      assertEquals(0, new CertifiedAccuracy(List.of(none)).clean());
    }
  }

  @Example
  void senselessArgumentsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new CertifiedAccuracy(List.of()));
    CertifiedAccuracy accuracy = new CertifiedAccuracy(draw(5, 1));
    assertThrows(IllegalArgumentException.class, () -> accuracy.at(-0.1));
    assertThrows(IllegalArgumentException.class, () -> accuracy.at(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> accuracy.radiusReachedBy(0));
    assertThrows(IllegalArgumentException.class, () -> accuracy.radiusReachedBy(1.01));
    assertThrows(IllegalArgumentException.class, () -> sample(0, 0, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> sample(0, 0, -1));
    assertThrows(IllegalArgumentException.class, () -> sample(0, Certificate.NONE, 0.1));
  }

  @Property(tries = 100)
  void theStandardErrorIsThatOfABinomialShare(
      @ForAll @IntRange(min = 1, max = 40) int certified, @ForAll @IntRange(max = 40) int others) {
    List<Certificate> samples = new ArrayList<>(Collections.nCopies(certified, sample(0, 0, 1)));
    samples.addAll(Collections.nCopies(others, sample(0, 0, 0.5)));
    double n = certified + others;
    double variance = certified / n * (others / n) / n;
    double error = new CertifiedAccuracy(samples).standardError(1);
    assertEquals(variance, error * error, 1e-15);
  }

  @Property(tries = 100)
  void mcNemarsTestCountsWhatOnlyOneCertifies(
      @ForAll @IntRange(min = 1, max = 60) int count, @ForAll long seed) {
    List<Certificate> first = draw(count, seed);
    List<Certificate> second = draw(count, seed + 1);
    for (double eps : new double[] {0, 0.3}) {
      McNemar test = McNemar.of(first, second, eps);
      double lead = count * (counted(first, eps) - counted(second, eps));
      assertEquals(lead, test.onlyFirst() - test.onlySecond(), 1e-9);
      assertEquals(0, test.z() + McNemar.of(second, first, eps).z());
      assertEquals(0, McNemar.of(first, first, eps).z());
    }
  }

  @Example
  void mcNemarsTestIsInStandardDeviations() {
    List<Certificate> ahead = Collections.nCopies(9, sample(0, 0, 1));
    List<Certificate> behind = Collections.nCopies(9, sample(0, 1, 1));
    assertEquals(3, McNemar.of(ahead, behind, 0.5).z());
    assertThrows(IllegalArgumentException.class, () -> McNemar.of(ahead, ahead.subList(0, 8), 0.5));
    assertThrows(IllegalArgumentException.class, () -> McNemar.of(ahead, behind, -0.1));
    assertThrows(IllegalArgumentException.class, () -> McNemar.of(ahead, behind, Double.NaN));
    List<Certificate> otherLabels = Collections.nCopies(9, sample(1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> McNemar.of(ahead, otherLabels, 0.5));
  }
}
