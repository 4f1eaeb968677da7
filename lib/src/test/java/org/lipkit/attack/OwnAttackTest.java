package org.lipkit.attack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.lipkit.tensor.Tensors;

/** An attack that is a lambda, on a linear classifier whose boundaries are known. */
class OwnAttackTest {

  private static final int SAMPLES = 6;

  private static NDManager manager;
  private static LinearVictim linear;

  @BeforeAll
  static void open() {
    manager = Tensors.newManager();
    linear = new LinearVictim(manager, Domain.UNIT_BOX, 2, SAMPLES);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static List<Attacked> attack(Attack.Proposal proposal) {
    return new Attacker(linear.victim, Attack.of("mine", proposal), 1)
        .attack(linear.images, linear.labels);
  }

  /** One step of a length down the margin: with two classes, the best there is. */
  private static float[] step(Victim victim, Target target, double length) {
    double[] up = victim.gradient(target.image(), target.rivals(1)[0], target.own());
    return target.along(length, up);
  }

  @Test
  void neverBeatsTheDistanceToTheBoundary() {
    for (int n = 0; n < SAMPLES; n++) {
      double exact = linear.distances[n];
      List<Attacked> above = attack((victim, target, r) -> step(victim, target, 1.001 * exact));
      assertEquals(1.001 * exact, above.get(n).distance(), 1e-4 * exact);
      List<Attacked> below = attack((victim, target, r) -> step(victim, target, 0.999 * exact));
      assertEquals(Double.POSITIVE_INFINITY, below.get(n).distance());
    }
    List<Attacked> noise =
        attack(
            (victim, target, random) ->
                Vectors.image(
                    Vectors.along(target.image(), 3, Vectors.onSphere(36, random)),
                    Domain.WHOLE_SPACE));
    for (int n = 0; n < SAMPLES; n++) {
      assertTrue(noise.get(n).distance() > linear.distances[n] * (1 - 1e-5));
    }
  }

  @Test
  void mayScribbleOnWhatItIsGiven() {
    float[] before = linear.images[0].clone();
    attack(
        (victim, target, random) -> {
          float[] image = target.image();
          java.util.Arrays.fill(image, random.nextFloat());
          target.logits()[0] = Double.NaN;
          return image;
        });
    assertArrayEquals(before, linear.images[0]);
  }

  @Test
  void valuesOutsideTheDomainAreMovedIntoIt() {
    for (Attacked found : attack((victim, target, random) -> step(victim, target, 100))) {
      for (float value : found.image()) {
        assertTrue(value >= 0 && value <= 1);
      }
    }
  }

  @Test
  void whatIsNoImageIsRefused() {
    refused("proposes for sample 0 has 3 values", new float[3]);
    float[] hole = new float[36];
    hole[7] = Float.NaN;
    refused("value of NaN", hole);
  }

  private static void refused(String part, float[] proposed) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> attack((v, t, r) -> proposed))
            .getMessage();
    assertTrue(message.contains(part), message);
  }
}
