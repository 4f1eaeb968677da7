package org.lipkit.attack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lipkit.bound.PowerIteration;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.certify.Certifier;
import org.lipkit.data.Dataset;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.NormalizedDense;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.WeightInit;
import org.lipkit.loss.Emma;
import org.lipkit.tensor.ArgMax;
import org.lipkit.tensor.Tensors;
import org.lipkit.train.RadiusRamp;
import org.lipkit.train.Recipe;
import org.lipkit.train.Trainer;

/** No attack reaches a certified radius of a net trained for certification. */
class CertifiedNetTest {

  private static final double EPS = 0.08;

  /** What float32 logits and the estimated constant may be off by. */
  private static final double ROUNDING = 1e-4;

  private static NDManager manager;
  private static Images images;
  private static Classifier classifier;
  private static Certifier certifier;
  private static Victim victim;
  private static List<Certificate> certificates;

  @BeforeAll
  static void train() {
    manager = Tensors.newManager();
    Dataset moons = MadeUp.twoMoons(1);
    images = moons.test().evenlySpaced(60);
    SplittableRandom random = new SplittableRandom(1);
    Sequential body =
        new Sequential(
            List.of(
                new Flatten(),
                new Dense(64, WeightInit.ORTHOGONAL),
                new MinMax(),
                new Dense(64, WeightInit.ORTHOGONAL),
                new MinMax()));
    Dense head = new NormalizedDense(2, WeightInit.ORTHOGONAL);
    classifier =
        new Classifier(body, head, MarginRule.PAIRWISE)
            .initialize(manager, DataType.FLOAT32, new Shape(2, 1, 1));
    Recipe recipe =
        Recipe.radius(new RadiusRamp.Constant(0.03))
            .epochs(40)
            .batch(100)
            .rate(0.02)
            .warmup(1 / 40.0);
    Trainer.of(classifier, new Emma(), recipe.clip(3).powerIterations(2)).train(moons.train());
    certifier = new Certifier(classifier, PowerIteration.PUBLISHED);
    certificates = certifier.certify(images, 60, done -> {});
    victim = Victim.of(classifier);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  static Stream<Attack> attacks() {
    return Stream.of(
        new Fgsm(EPS),
        new Pgd(EPS, 20, 2),
        DeepFool.PUBLISHED,
        new CarliniWagner(50, 4, 0.01, 1e-2),
        new Apgd(EPS, 20, 0),
        new Apgd(EPS, 20, 9),
        new Fab(20, 9),
        new Square(EPS, 100, 0.8),
        small(),
        Attack.of("own", CertifiedNetTest::fastest));
  }

  /** Twenty steps of growing length along the gradient, of which the first that fools is taken. */
  private static float[] fastest(Victim victim, Target target, RandomGenerator random) {
    double[] up = victim.gradient(target.image(), target.rivals(1)[0], target.own());
    for (double length = EPS / 10; length < 2 * EPS; length += EPS / 10) {
      float[] image = target.along(length, up);
      if (ArgMax.of(victim.logits(image)) != target.own()) {
        return image;
      }
    }
    return target.image();
  }

  private static AutoAttack small() {
    return AutoAttack.of(EPS, 20, 9, 100);
  }

  private static List<Attacked> attack(Attack attack, Against against, int batchSize) {
    return new Attacker(victim, attack, 5).attack(images, against, batchSize, done -> {});
  }

  @Test
  void theNetIsWorthAttacking() {
    CertifiedAccuracy accuracy = new CertifiedAccuracy(certificates);
    assertTrue(accuracy.clean() > 0.9, "clean " + accuracy.clean());
    assertTrue(accuracy.at(0.02) > 0.5, "certified " + accuracy.at(0.02));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void noAttackGoesBelowTheCertifiedRadius(Attack attack) {
    int[] told = new int[1];
    List<Attacked> found =
        new Attacker(victim, attack, 5)
            .attack(images, Against.PREDICTION, 25, done -> told[0] = done);
    assertEquals(images.size(), told[0]);
    int broken = 0;
    for (int n = 0; n < found.size(); n++) {
      assertEquals(n, found.get(n).index());
      assertEquals(certificates.get(n).prediction(), found.get(n).attackedClass());
      double radius = certificates.get(n).radius();
      assertTrue(found.get(n).distance() >= radius * (1 - ROUNDING), () -> "below " + radius);
      broken += found.get(n).within(Double.MAX_VALUE) ? 1 : 0;
      for (float value : inImage(found.get(n))) {
        assertTrue(value >= 0 && value <= 1);
      }
    }
    assertTrue(broken > 5, attack.name() + " found only " + broken);
  }

  private static float[] inImage(Attacked attacked) {
    return attacked.image() == null ? new float[0] : attacked.image();
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void resultsDoNotDependOnTheBatches(Attack attack) {
    List<Attacked> together = attack(attack, Against.LABEL, 60);
    List<Attacked> apart = attack(attack, Against.LABEL, 17);
    assertArrayEquals(distances(together), distances(apart), 1e-4);
    assertArrayEquals(distances(together), distances(attack(attack, Against.LABEL, 60)));
  }

  private static double[] distances(List<Attacked> attacked) {
    return attacked.stream().mapToDouble(Attacked::distance).toArray();
  }

  @Test
  void autoAttackIsTheMinimumOfItsMembersAndMoreMembersNeverHelpTheDefender() {
    List<Attack> members = new ArrayList<>();
    double[] minimum = new double[images.size()];
    Arrays.fill(minimum, Double.POSITIVE_INFINITY);
    double accuracy = 1;
    for (Attack member : small().members()) {
      members.add(member);
      double[] alone = distances(attack(member, Against.LABEL, 60));
      Arrays.setAll(minimum, n -> Math.min(minimum[n], alone[n]));
      List<Attacked> all = attack(new AutoAttack(members), Against.LABEL, 60);
      assertArrayEquals(minimum, distances(all));
      double robust =
          all.stream().filter(sample -> !sample.within(EPS)).count() / (double) all.size();
      assertTrue(robust <= accuracy);
      accuracy = robust;
    }
    assertTrue(accuracy < 0.9, "robust accuracy " + accuracy);
    assertTrue(accuracy >= new CertifiedAccuracy(certificates).at(EPS));
  }

  @Test
  void theLipschitzLowerBoundStaysBelowTheBound() {
    Images starts = images.evenlySpaced(12);
    LipschitzLowerBound search = new LipschitzLowerBound(100, 0.01, 0.05);
    double lower =
        IntStream.range(0, starts.size())
            .mapToDouble(
                n ->
                    search
                        .marginsAround(
                            victim, 0, starts.image(n), null, Double.POSITIVE_INFINITY, n)[1])
            .max()
            .orElseThrow();
    double upper = certifier.constants().of(0, 1);
    assertTrue(lower <= upper * (1 + ROUNDING), lower + " above " + upper);
    assertTrue(lower >= 0.5 * upper, lower + " far below " + upper);
  }

  @Test
  void theShortFormAttacksPredictionsAndNeedsNoLabels() {
    float[][][][] pictures = new float[10][2][1][1];
    for (int n = 0; n < 10; n++) {
      pictures[n][0][0][0] = images.image(n)[0];
      pictures[n][1][0][0] = images.image(n)[1];
    }
    Images unknown = Images.unlabelled(pictures);
    Attacker attacker = new Attacker(classifier, DeepFool.PUBLISHED);
    List<Attacked> found = attacker.attack(unknown);
    List<Certificate> certified = certifier.certify(unknown);
    for (int n = 0; n < 10; n++) {
      assertEquals(found.get(n).attackedClass(), certified.get(n).prediction());
      assertTrue(found.get(n).distance() >= certified.get(n).radius() * (1 - ROUNDING));
      assertEquals(certificates.get(n).radius(), certified.get(n).radius(), 1e-6);
    }
    assertEquals(0, new CertifiedAccuracy(certified).clean());
    String refusal =
        assertThrows(
                IllegalArgumentException.class,
                () -> attacker.attack(unknown, Against.LABEL, 10, done -> {}))
            .getMessage();
    assertTrue(refusal.contains("Against.PREDICTION"), refusal);
  }

  @Test
  void anInterruptedAttackReturnsWhatIsFinished() {
    List<Attacked> found =
        new Attacker(victim, new Fgsm(EPS), 5)
            .attack(
                images,
                Against.LABEL,
                20,
                done -> {
                  if (done == 40) {
                    Thread.currentThread().interrupt();
                  }
                });
    assertTrue(Thread.interrupted());
    assertEquals(40, found.size());
  }
}
