package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.lipkit.attack.Against;
import org.lipkit.attack.Attacked;
import org.lipkit.attack.Attacker;
import org.lipkit.attack.DeepFool;
import org.lipkit.attack.Domain;
import org.lipkit.attack.LipschitzLowerBound;
import org.lipkit.attack.Victim;
import org.lipkit.bound.SoundNorm;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.Certifier;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Layer;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.WeightInit;
import org.lipkit.tensor.Tensors;

class RadiusChainTest {

  private static final LipschitzLowerBound SEARCH = new LipschitzLowerBound(200, 0.02, 0.02);
  private static final Shape IMAGE = new Shape(3, 8, 8);
  private static final Images IMAGES = MadeUp.textures(8, 4, 1).test().evenlySpaced(8);
  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static Classifier classifier(MarginRule rule, int hidden) {
    SplittableRandom random = new SplittableRandom(5);
    List<Layer> body = new ArrayList<>(List.of(new Flatten()));
    if (hidden > 0) {
      body.add(new Dense(hidden, WeightInit.LECUN));
      body.add(new MinMax());
    }
    Dense head = new Dense(4, WeightInit.LECUN);
    return new Classifier(new Sequential(body), head, rule)
        .initialize(MANAGER, DataType.FLOAT32, IMAGE);
  }

  private static Victim victim(Classifier classifier) {
    return Victim.of(classifier, Domain.WHOLE_SPACE);
  }

  private static List<Certificate> certificates(Classifier classifier) {
    return new Certifier(classifier, SoundNorm.TIGHT).certify(IMAGES);
  }

  private static List<Attacked> attacked(Classifier classifier) {
    return new Attacker(victim(classifier), DeepFool.PUBLISHED, 1)
        .attack(IMAGES, Against.PREDICTION, 8, done -> {});
  }

  private static List<RadiusChain> chains(Classifier classifier, List<Certificate> certificates) {
    int[] told = new int[1];
    List<RadiusChain> chains =
        RadiusChain.of(
            IMAGES,
            certificates,
            attacked(classifier),
            victim(classifier),
            SEARCH,
            1,
            done -> told[0] = done);
    assertEquals(IMAGES.size(), told[0]);
    return chains;
  }

  /** The margins are linear: their constants are the same everywhere and DeepFool is exact. */
  @Test
  void onALinearNetWithPairwiseConstantsAllFourRadiiAreEqual() {
    Classifier linear = classifier(MarginRule.PAIRWISE, 0);
    List<RadiusChain> chains = chains(linear, certificates(linear));
    for (RadiusChain chain : chains) {
      double radius = chain.certified();
      assertEquals(radius, chain.global(), 0.02 * radius + 1e-6, chain::toString);
      assertEquals(radius, chain.local(), 0.02 * radius + 1e-6, chain::toString);
      assertEquals(radius, chain.attack(), 0.03 * radius + 1e-6, chain::toString);
    }
    RadiusChain.Looseness looseness = RadiusChain.looseness(chains);
    assertEquals(1, looseness.bound(), 0.02);
    assertEquals(1, looseness.locality(), 0.02);
    assertEquals(1, looseness.linearity(), 0.03);
    assertEquals(1, looseness.whole(), 0.03);
  }

  @Test
  void onALinearNetWithTheNetworksConstantOnlyTheBoundIsLoose() {
    Classifier linear = classifier(MarginRule.NETWORK, 0);
    RadiusChain.Looseness looseness = RadiusChain.looseness(chains(linear, certificates(linear)));
    assertTrue(looseness.bound() > 1.05, looseness::toString);
    assertEquals(1, looseness.locality(), 0.02);
    assertEquals(1, looseness.linearity(), 0.03);
  }

  @Test
  void onANonlinearNetEveryStepLosesAndNoneIsOutOfOrder() {
    Classifier deep = classifier(MarginRule.PAIRWISE, 32);
    List<RadiusChain> chains = chains(deep, certificates(deep));
    for (RadiusChain chain : chains) {
      if (chain.attack() >= SEARCH.separation()) {
        assertTrue(chain.local() <= chain.attack() * (1 + 1e-3), chain::toString);
      }
    }
    RadiusChain.Looseness looseness = RadiusChain.looseness(chains);
    assertTrue(looseness.bound() > 1.01, looseness::toString);
    assertTrue(looseness.locality() >= 1, looseness::toString);
    assertTrue(looseness.linearity() > 1, looseness::toString);
  }

  @Test
  void anInterruptedSearchKeepsWhatIsFinished() {
    Classifier linear = classifier(MarginRule.PAIRWISE, 0);
    List<RadiusChain> chains =
        RadiusChain.of(
            IMAGES,
            certificates(linear),
            attacked(linear),
            victim(linear),
            SEARCH,
            1,
            done -> Thread.currentThread().interrupt());
    assertTrue(Thread.interrupted());
    assertEquals(1, chains.size());
  }

  @Test
  void aVoidCertificateIsFoundAndItsSampleNamed() {
    Classifier deep = classifier(MarginRule.PAIRWISE, 32);
    List<Certificate> certificates = new ArrayList<>(certificates(deep));
    certificates.set(3, certificates.get(3).withRadius(100));
    Exception violation =
        assertThrows(IllegalStateException.class, () -> chains(deep, certificates));
    assertTrue(violation.getMessage().startsWith("Sample 3: "), violation.getMessage());
  }

  @Test
  void theOrderIsChecked() {
    double found = Double.POSITIVE_INFINITY;
    new RadiusChain(0, 1, 2, 3, 1);
    new RadiusChain(0, 0, 0, found, found);
    assertThrows(IllegalStateException.class, () -> new RadiusChain(0, 2, 1, 3, 4));
    assertThrows(IllegalStateException.class, () -> new RadiusChain(0, 1, 3, 2, 4));
    assertThrows(IllegalStateException.class, () -> new RadiusChain(0, 1, 2, 3, 0.9));
    assertThrows(IllegalStateException.class, () -> new RadiusChain(0, 1, Double.NaN, 3, 4));
  }

  @Test
  void mediansLeaveOutSamplesWithoutQuotients() {
    double none = Double.POSITIVE_INFINITY;
    List<RadiusChain> chains =
        List.of(
            new RadiusChain(0, 1, 2, 6, 12),
            new RadiusChain(1, 1, 4, 4, 4),
            new RadiusChain(2, 0, 1, 1, 1),
            new RadiusChain(3, 1, 1, 1, none));
    assertEquals(new RadiusChain.Looseness(3, 2, 1.5, 8), RadiusChain.looseness(chains));
    assertThrows(IllegalArgumentException.class, () -> RadiusChain.looseness(chains.subList(2, 4)));
  }

  @Test
  void resultsOfOtherSamplesAreRefused() {
    Classifier linear = classifier(MarginRule.PAIRWISE, 0);
    List<Certificate> certificates = certificates(linear);
    List<Attacked> attacked = new ArrayList<>(attacked(linear));
    Victim victim = victim(linear);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            RadiusChain.of(
                IMAGES, certificates.subList(1, 8), attacked, victim, SEARCH, 1, done -> {}));
    int own = attacked.get(0).attackedClass();
    attacked.set(0, new Attacked(0, (own + 1) % 4, null, Double.POSITIVE_INFINITY));
    Exception refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> RadiusChain.of(IMAGES, certificates, attacked, victim, SEARCH, 1, done -> {}));
    assertTrue(refusal.getMessage().contains("Against.PREDICTION"), refusal.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            RadiusChain.of(
                IMAGES, certificates, Collections.emptyList(), victim, SEARCH, 1, done -> {}));
  }
}
