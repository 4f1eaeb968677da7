package org.lipkit.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.data.ImageShape;
import org.lipkit.tensor.Tensors;

/** What makes no sense is refused with a sentence; what is merely flat is attacked in vain. */
class BadInputTest {

  private static final ImageShape IMAGE = new ImageShape(1, 2, 2);

  private static NDManager manager;

  @BeforeAll
  static void open() {
    manager = Tensors.newManager();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  static Stream<Attack> attacks() {
    return Stream.of(
        new Fgsm(0.5),
        new Pgd(0.5, 5, 2),
        DeepFool.PUBLISHED,
        new CarliniWagner(10, 3, 0.01, 1e-2),
        new Fab(5, 9),
        AutoAttack.of(0.5, 10, 9, 30));
  }

  private static Victim victim(UnaryOperator<NDArray> logits, Domain domain) {
    return new Victim(logits, IMAGE, domain);
  }

  private static Victim constant(float... logits) {
    return victim(
        x ->
            manager
                .create(logits, new Shape(1, logits.length))
                .tile(new long[] {x.getShape().get(0), 1}),
        Domain.UNIT_BOX);
  }

  private static List<Attacked> attack(Victim victim, Attack attack, float[][] x, int... classes) {
    return new Attacker(victim, attack, 1).attack(x, classes);
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void aConstantClassifierIsNeverFooled(Attack attack) {
    float[][] x = {{0, 1, 0.5f, 0.25f}, {1, 1, 1, 1}};
    for (Victim flat : List.of(constant(2, 1), constant(2, 2, 2), constant(2, 1, 1, 1, 1))) {
      for (Attacked result : attack(flat, attack, x, 0, 0)) {
        assertEquals(Double.POSITIVE_INFINITY, result.distance());
      }
      assertEquals(0, attack(flat, attack, x, 1, 0).get(0).distance());
    }
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void imagesOnTheBoxStayInIt(Attack attack) {
    Victim sum =
        victim(
            x -> {
              NDArray s = x.sum(new int[] {1, 2, 3}).reshape(-1, 1);
              return s.concat(s.neg().add(7f), 1);
            },
            Domain.UNIT_BOX);
    float[][] x = {{1, 1, 1, 0.75f}, {1, 1, 1, 1}};
    for (Attacked result : attack(sum, attack, x, 0, 0)) {
      for (float value : result.image() == null ? new float[0] : result.image()) {
        assertTrue(value >= 0 && value <= 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void impossibleRadiiAreRefused(double eps) {
    refused("above 0", () -> new Fgsm(eps));
    refused("above 0", () -> new Pgd(eps, 1, 1));
    refused("above 0", () -> new Apgd(eps, 1, 0));
    refused("above 0", () -> new Square(eps, 1, 0.8));
    refused("above 0", () -> AutoAttack.standard(eps));
    refused("above 0", () -> new CarliniWagner(1, 1, eps, 1));
    refused("above 0", () -> new CarliniWagner(1, 1, 1, eps));
    refused("above 0", () -> new LipschitzLowerBound(1, 0.1, eps));
  }

  @Test
  void emptyBudgetsAreRefused() {
    refused("steps", () -> new Pgd(1, 0, 1));
    refused("restarts", () -> new Pgd(1, 1, 0));
    refused("steps", () -> new Apgd(1, 0, 0));
    refused("rivals", () -> new Apgd(1, 1, -1));
    refused("targets", () -> new Fab(1, 0));
    refused("targets", () -> AutoAttack.of(1, 1, 0, 1));
    refused("queries", () -> new Square(1, 0, 0.5));
    refused("share", () -> new Square(1, 1, 0));
    refused("iterations", () -> new DeepFool(0, 0.02, 9));
    refused("overshoot", () -> new DeepFool(1, -0.1, 9));
    refused("searches", () -> new CarliniWagner(1, 0, 0.01, 1));
    refused("member", () -> new AutoAttack(List.of()));
  }

  @Test
  void imagesAndLabelsThatDoNotFitAreRefused() {
    Victim flat = constant(1, 0);
    Attack fgsm = new Fgsm(0.1);
    float[] fine = {0, 0, 0, 0};
    refused("value of NaN", () -> attack(flat, fgsm, new float[][] {{0, 0, Float.NaN, 0}}, 0));
    refused("outside [0, 1]", () -> attack(flat, fgsm, new float[][] {{0, 0, 1.5f, 0}}, 0));
    refused("3 values", () -> attack(flat, fgsm, new float[][] {{0, 0, 0}}, 0));
    refused("label 2", () -> attack(flat, fgsm, new float[][] {fine}, 2));
    refused("label -1", () -> attack(flat, fgsm, new float[][] {fine}, -1));
    refused("labels", () -> attack(flat, fgsm, new float[][] {fine}, 0, 1));
    refused("at least one image", () -> attack(flat, fgsm, new float[0][]));
    Victim diverged = constant(Float.NaN, 1);
    refused("diverged", () -> attack(diverged, fgsm, new float[][] {fine}, 0));
    refused("classes", () -> attack(constant(1), fgsm, new float[][] {fine}, 0));
  }

  @Test
  void theWholeSpaceTakesImagesOutsideTheBox() {
    Victim sum =
        victim(
            x -> {
              NDArray s = x.sum(new int[] {1, 2, 3}).reshape(-1, 1);
              return s.concat(s.neg(), 1);
            },
            Domain.WHOLE_SPACE);
    Attacked found = attack(sum, new Fab(20, 1), new float[][] {{3, 0, -2, 1}}, 0).get(0);
    assertEquals(1, found.distance(), 1e-3);
  }

  private static void refused(String word, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(word), message);
  }
}
