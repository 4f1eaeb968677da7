package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.lipkit.attack.LipschitzLowerBound;
import org.lipkit.attack.Victim;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.PowerIteration;
import org.lipkit.bound.SoundNorm;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.Relu;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.WeightInit;
import org.lipkit.tensor.Tensors;

class LipschitzBracketTest {

  private static LipschitzBracket bracket(Sequential body, SplittableRandom random) {
    Shape image = new Shape(1, 3, 3);
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier =
          new Classifier(body, new Dense(4, WeightInit.LECUN), MarginRule.PAIRWISE)
              .initialize(manager, DataType.FLOAT32, image);
      Victim victim = Victim.of(classifier);
      float[][] starts = {{0.5f, 0.4f, 0.5f, 0.6f, 0.5f, 0.5f, 0.4f, 0.5f, 0.6f}, new float[9]};
      return new LipschitzBracket(
          new LipschitzLowerBound(300, 0.01, 0.1).network(victim, starts, 1, done -> {}),
          classifier.bound(SoundNorm.TIGHT));
    }
  }

  @Test
  void aLinearNetIsBoundedTightly() {
    LipschitzBracket linear =
        bracket(new Sequential(List.of(new Flatten())), new SplittableRandom(1));
    assertEquals(Bound.Kind.UPPER, linear.upper().kind());
    assertEquals(1, linear.tightness(), 0.01);
  }

  @Test
  void aDeepNetIsNot() {
    SplittableRandom random = new SplittableRandom(1);
    Dense hidden = new Dense(16, WeightInit.LECUN);
    LipschitzBracket deep =
        bracket(new Sequential(List.of(new Flatten(), hidden, new Relu())), random);
    assertTrue(deep.tightness() < 0.95 && deep.tightness() > 0.1, deep::toString);
  }

  @Test
  void theSearchOverTheBoxNearlyFindsTheConstantsOfALinearNet() {
    Images starts = MadeUp.textures(8, 4, 1).test().evenlySpaced(3);
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier =
          Classifier.of(new Flatten(), new Dense(4))
              .initialize(manager, DataType.FLOAT32, new Shape(3, 8, 8));
      assertEquals(1, LipschitzBracket.of(classifier, starts, SoundNorm.TIGHT).tightness(), 0.01);
      for (LipschitzBracket margin :
          LipschitzBracket.margins(classifier, starts, SoundNorm.TIGHT)) {
        assertEquals(1, margin.tightness(), 0.1);
      }
    }
  }

  @Test
  void onlyProvedConstantsOfMarginsAreUpperBounds() {
    Images starts = MadeUp.textures(8, 4, 1).test().evenlySpaced(2);
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier =
          Classifier.of(new Flatten(), new Dense(16), new MinMax(), new Dense(4))
              .initialize(manager, DataType.FLOAT32, new Shape(3, 8, 8));
      assertEquals(Set.of(Bound.Kind.UPPER), kinds(classifier, starts, SoundNorm.TIGHT));
      assertEquals(Set.of(Bound.Kind.ESTIMATE), kinds(classifier, starts, PowerIteration.QUICK));
    }
  }

  private static Set<Bound.Kind> kinds(Classifier classifier, Images starts, NormMethod method) {
    List<LipschitzBracket> margins = LipschitzBracket.margins(classifier, starts, method);
    assertEquals(2 * 3, margins.size());
    return margins.stream().map(margin -> margin.upper().kind()).collect(Collectors.toSet());
  }

  @Test
  void anUpperBoundBelowTheLowerOneIsRefused() {
    Exception refusal =
        assertThrows(
            IllegalStateException.class,
            () -> new LipschitzBracket(1.01, Bound.upper(1, "a claim")));
    assertTrue(refusal.getMessage().contains("a claim"), refusal.getMessage());
    Bound estimate = new Bound(1, Bound.Kind.ESTIMATE, "a guess");
    assertEquals(1.01, new LipschitzBracket(1.01, estimate).tightness());
    assertEquals(1, new LipschitzBracket(0, Bound.upper(0, "zero")).tightness());
  }
}
