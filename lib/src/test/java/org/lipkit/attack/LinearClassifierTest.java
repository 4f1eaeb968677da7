package org.lipkit.attack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lipkit.data.ImageShape;
import org.lipkit.tensor.ArgMax;
import org.lipkit.tensor.Tensors;

/** A linear classifier's boundaries are hyperplanes, so every attack's best result is known. */
class LinearClassifierTest {

  private static final int SAMPLES = 6;
  private static final double ROUNDING = 1e-5;

  private static NDManager manager;

  @BeforeAll
  static void open() {
    manager = Tensors.newManager();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  /**
   * Attacks, numbers of classes and how far above the exact distance a result may be. With several
   * rivals Carlini-Wagner follows the strongest, whose boundary need not be the nearest.
   */
  static Stream<Arguments> minimumNorm() {
    CarliniWagner carliniWagner = new CarliniWagner(300, 6, 0.01, 1e-2);
    return Stream.of(
        Arguments.of(DeepFool.PUBLISHED, 2, 1.0201),
        Arguments.of(DeepFool.PUBLISHED, 5, 1.0201),
        Arguments.of(carliniWagner, 2, 1.01),
        Arguments.of(carliniWagner, 5, 1.5),
        Arguments.of(new Fab(30, 4), 2, 1.001),
        Arguments.of(new Fab(30, 4), 5, 1.001));
  }

  @ParameterizedTest
  @MethodSource("minimumNorm")
  void minimumNormAttacksFindTheExactDistance(Attack attack, int classes, double most) {
    for (Domain domain : Domain.values()) {
      LinearVictim linear = new LinearVictim(manager, domain, classes, SAMPLES);
      List<Attacked> found = attack(linear, attack);
      for (int n = 0; n < SAMPLES; n++) {
        double ratio = found.get(n).distance() / linear.distances[n];
        assertTrue(ratio > 1 - ROUNDING, attack.name() + " went below: " + ratio);
        assertTrue(ratio < most, attack.name() + " on sample " + n + ": " + ratio);
      }
    }
  }

  /** The boundary runs through the image, and the class of its own comes first. */
  @Test
  void anExactTieIsLeft() {
    Victim tied =
        new Victim(
            x ->
                x.reshape(-1, 4)
                    .matMul(manager.create(new float[] {1, 0, 0, 1, 1, 0, 0, 1}).reshape(4, 2)),
            new ImageShape(1, 2, 2),
            Domain.UNIT_BOX);
    float[][] image = {{0.5f, 0.5f, 1, 1}};
    double distance =
        new Attacker(tied, DeepFool.PUBLISHED, 1).attack(image, new int[] {0}).get(0).distance();
    assertTrue(distance > 0 && distance < 1e-4, () -> "distance " + distance);
  }

  @Test
  void theInnerMaximisationGoesOnBehindTheBoundaryToTheFarEndOfTheBall() {
    LinearVictim linear = new LinearVictim(manager, Domain.WHOLE_SPACE, 2, SAMPLES);
    double eps = 2 * Arrays.stream(linear.distances).max().orElseThrow();
    float[][] found = new Pgd(eps, 20, 1).maximize(linear.victim, linear.images, linear.labels, 3);
    double[][] before = linear.victim.logits(linear.images);
    double[][] after = linear.victim.logits(found);
    for (int n = 0; n < SAMPLES; n++) {
      int own = linear.labels[n];
      double lead = before[n][own] - before[n][1 - own];
      double slope = lead / linear.distances[n];
      double way = (lead - (after[n][own] - after[n][1 - own])) / slope;
      assertTrue(way > 0.9 * eps && way < (1 + ROUNDING) * eps, "share " + way / eps);
    }
  }

  /** With one rival the cross entropy grows straight towards its boundary. */
  static Stream<Arguments> fixedRadius() {
    return Stream.of(
        Arguments.of((DoubleFunction<Attack>) Fgsm::new, 2, 1.001),
        Arguments.of((DoubleFunction<Attack>) eps -> new Pgd(eps, 40, 1), 2, 1.05),
        Arguments.of((DoubleFunction<Attack>) eps -> new Apgd(eps, 40, 0), 2, 1.001),
        Arguments.of((DoubleFunction<Attack>) eps -> new Apgd(eps, 40, 4), 2, 1.001),
        Arguments.of((DoubleFunction<Attack>) eps -> new Apgd(eps, 40, 4), 5, 1.001),
        Arguments.of((DoubleFunction<Attack>) eps -> new Pgd(eps, 20, 3), 5, 1.5),
        Arguments.of((DoubleFunction<Attack>) eps -> new Square(eps, 500, 0.8), 5, 2.5));
  }

  @ParameterizedTest
  @MethodSource("fixedRadius")
  void attacksOfARadiusSucceedJustAboveTheDistanceAndNeverBelow(
      DoubleFunction<Attack> attack, int classes, double above) {
    for (Domain domain : Domain.values()) {
      LinearVictim linear = new LinearVictim(manager, domain, classes, SAMPLES);
      for (int n = 0; n < SAMPLES; n++) {
        double exact = linear.distances[n];
        Attacked broken = attackOne(linear, attack.apply(above * exact), n);
        assertTrue(broken.within(above * exact), () -> attack.apply(1) + " failed");
        assertTrue(broken.distance() > exact * (1 - ROUNDING));
        Attacked standing = attackOne(linear, attack.apply(0.999 * exact), n);
        assertEquals(Double.POSITIVE_INFINITY, standing.distance());
        assertNull(standing.image());
      }
    }
  }

  private static Attacked attackOne(LinearVictim linear, Attack attack, int n) {
    return new Attacker(linear.victim, attack, 1)
        .attack(new float[][] {linear.images[n]}, new int[] {linear.labels[n]})
        .get(0);
  }

  private static List<Attacked> attack(LinearVictim linear, Attack attack) {
    return new Attacker(linear.victim, attack, 1).attack(linear.images, linear.labels);
  }

  @Test
  void whatIsHandedOutIsAdversarialAndAsFarAwayAsItSays() {
    LinearVictim linear = new LinearVictim(manager, Domain.UNIT_BOX, 5, SAMPLES);
    List<Attacked> found = attack(linear, AutoAttack.of(0.3, 20, 4, 100));
    float[][] images = found.stream().map(Attacked::image).toArray(float[][]::new);
    double[][] logits = linear.victim.logits(images);
    for (int n = 0; n < SAMPLES; n++) {
      assertTrue(ArgMax.of(logits[n]) != linear.labels[n]);
      assertEquals(Vectors.distance(images[n], linear.images[n]), found.get(n).distance());
    }
  }

  @Test
  void samplesOfAnotherClassHaveDistanceZero() {
    LinearVictim linear = new LinearVictim(manager, Domain.UNIT_BOX, 5, SAMPLES);
    int[] wrong = Arrays.stream(linear.labels).map(label -> (label + 1) % 5).toArray();
    List<Attacked> found =
        new Attacker(linear.victim, new Fgsm(0.1), 1).attack(linear.images, wrong);
    for (int n = 0; n < SAMPLES; n++) {
      assertEquals(0, found.get(n).distance());
      assertArrayEquals(linear.images[n], found.get(n).image());
    }
  }

  @Test
  void leavesNeitherArraysNorWeightGradientsBehind() {
    try (NDManager own = Tensors.newManager()) {
      LinearVictim linear = new LinearVictim(own, Domain.UNIT_BOX, 5, SAMPLES);
      attack(linear, new Pgd(0.01, 2, 1));
      int before = own.getManagedArrays().size();
      attack(linear, AutoAttack.of(0.01, 10, 2, 20));
      attack(linear, DeepFool.PUBLISHED);
      assertEquals(before, own.getManagedArrays().size());
      assertEquals(0, linear.weight.getGradient().abs().sum().getFloat());
    }
  }
}
