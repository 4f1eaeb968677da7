package org.lipkit.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.lipkit.Numerics;
import org.lipkit.bound.PowerIteration;
import org.lipkit.certify.Certifier;
import org.lipkit.certify.MarginConstants;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.Batch;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Layer;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.Pass;
import org.lipkit.layer.Scale;
import org.lipkit.tensor.Tensors;

class EnsembleTest {

  private static final NDManager MANAGER = Tensors.newManager();
  private static final Shape IMAGE = new Shape(2, 4, 4);

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static Classifier member(long seed, Layer... before) {
    List<Layer> rest =
        List.of(new Convolution(4, 3, 1, 1), new MinMax(), new Flatten(), new Dense(3));
    Layer[] layers = Stream.concat(Stream.of(before), rest.stream()).toArray(Layer[]::new);
    return Classifier.of(layers).seed(seed).initialize(MANAGER, DataType.FLOAT32, IMAGE);
  }

  private static NDArray images(int samples) {
    return Numerics.gaussian(MANAGER, 9, samples, 2, 4, 4).toType(DataType.FLOAT32, false);
  }

  private static List<SoundCertificate> certificates(Classifier classifier, int samples) {
    try (SoundCertifier certifier = new SoundCertifier(classifier)) {
      Batch batch = new Batch(images(samples).toFloatArray(), new int[samples], samples, 2, 4, 4);
      return certifier.certify(batch, 0);
    }
  }

  @Test
  void itsLogitsAreTheSumOfThoseOfTheMembersOverTheirTypicalConstants() {
    Classifier first = member(1);
    Classifier second = member(2, new Scale(3));
    NDArray x = images(5);
    NDArray expected =
        Stream.of(first, second)
            .map(m -> m.apply(x).div((float) typicalConstant(m)))
            .map(y -> y.sub(y.mean(new int[] {1}, true)))
            .reduce(NDArray::add)
            .orElseThrow();
    Classifier sum = Ensemble.of(List.of(first, second));
    assertTrue(sum.isFrozen());
    Numerics.assertClose(Tensors.toDoubles(expected), Tensors.toDoubles(sum.apply(x)), 1e-5);
  }

  private static double typicalConstant(Classifier member) {
    double body = member.body().bound(PowerIteration.PUBLISHED).value();
    NDArray rows = member.headForm(Pass.EVALUATION).weight();
    double squares = 0;
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        squares += rows.get(i).sub(rows.get(j)).square().sum().getFloat() / 9;
      }
    }
    return body * Math.sqrt(squares);
  }

  /** Cauchy-Schwarz is an equality where all terms are alike. */
  @Test
  void copiesOfOneClassifierHaveItsRadii() {
    Classifier one = member(1);
    List<SoundCertificate> alone = certificates(one, 20);
    List<SoundCertificate> three = certificates(Ensemble.of(List.of(one, one, one)), 20);
    for (int n = 0; n < alone.size(); n++) {
      double radius = alone.get(n).exactArithmeticRadius();
      assertEquals(radius, three.get(n).exactArithmeticRadius(), 1e-5 * radius + 1e-7);
      assertEquals(
          alone.get(n).certificate().prediction(), three.get(n).certificate().prediction());
    }
  }

  /** The margins of a sum cannot have larger constants than the sum of all members' constants. */
  @Test
  void itsConstantsAreHardlyAboveTheSumOfItsMembers() {
    List<Classifier> members = List.of(member(1), member(2), member(3));
    MarginConstants all = constants(Ensemble.of(members));
    double largest = 0;
    for (int j = 1; j < 3; j++) {
      double sum = 0;
      for (Classifier member : members) {
        sum += constants(member).of(j, 0) / typicalConstant(member);
      }
      assertTrue(all.of(j, 0) >= sum * (1 - 1e-6));
      largest = Math.max(largest, all.of(j, 0) / sum);
    }
    assertTrue(largest < 1.1, "the bound of the ensemble is " + largest + " times the sum");
  }

  private static MarginConstants constants(Classifier classifier) {
    return new Certifier(classifier, PowerIteration.PUBLISHED).constants();
  }

  @Test
  void withItsMirrorAClassifierSeesNoDifferenceBetweenAnImageAndItsMirrorImage() {
    Classifier plain = member(1);
    Classifier mirrored = member(1, Numerics.own(x -> x.flip(3)));
    Classifier both = Ensemble.of(List.of(plain, mirrored));
    NDArray x = images(5);
    double[] logits = Tensors.toDoubles(both.apply(x));
    Numerics.assertClose(logits, Tensors.toDoubles(both.apply(x.flip(3))), 1e-5);
  }

  @Test
  void membersMustFit() {
    Classifier other =
        Classifier.of(new Flatten(), new Dense(4)).initialize(MANAGER, DataType.FLOAT32, IMAGE);
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> Ensemble.of(List.of(member(1), other)));
    assertTrue(e.getMessage().contains("not 3 of (2, 4, 4) and 4 of (2, 4, 4)"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Ensemble.of(List.of()));
    Classifier constant = member(1, new Scale(0));
    e = assertThrows(IllegalArgumentException.class, () -> Ensemble.of(List.of(constant)));
    assertTrue(e.getMessage().contains("cannot be divided"), e.getMessage());
    Classifier exact = Classifier.of(new Flatten(), new Dense(3));
    exact.initialize(MANAGER, DataType.FLOAT64, IMAGE);
    e = assertThrows(IllegalArgumentException.class, () -> Ensemble.of(List.of(member(1), exact)));
    assertTrue(e.getMessage().contains("not of float32 and float64"), e.getMessage());
  }

  @Test
  void aFrozenMemberOfAnotherKindIsAsGoodAsALiveOne() {
    Classifier network = new Classifier(member(3).body(), member(3).head(), MarginRule.NETWORK);
    network.layOut(IMAGE);
    List<Classifier> live = List.of(member(1), network);
    List<Classifier> frozen = live.stream().map(Classifier::frozen).toList();
    NDArray x = images(4);
    assertEquals(Ensemble.of(live).apply(x), Ensemble.of(frozen).apply(x));
    assertEquals(MarginRule.PAIRWISE, Ensemble.of(live).rule());
  }
}
