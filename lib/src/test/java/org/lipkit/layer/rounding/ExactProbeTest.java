package org.lipkit.layer.rounding;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.lipkit.Numerics;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.Batch;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Pass;
import org.lipkit.layer.WeightInit;

/** A layer of one's own that calls itself exact is taken at its word only where that holds. */
class ExactProbeTest {

  private static final Images POINTS = MadeUp.twoMoons(1).test().evenlySpaced(20);

  /** An activation that calls itself exact. */
  private static final class Own extends Layer {

    private final double constant;
    private final UnaryOperator<NDArray> map;

    Own(double constant, UnaryOperator<NDArray> map) {
      this.constant = constant;
      this.map = map;
    }

    @Override
    public Form form(Pass pass) {
      return exact(constant, map);
    }
  }

  private static void certify(double constant, UnaryOperator<NDArray> map) {
    certify(constant, map, certifier -> certifier.certify(POINTS));
  }

  private static void certify(
      double constant, UnaryOperator<NDArray> map, Consumer<SoundCertifier> samples) {
    Classifier network =
        Classifier.of(new Flatten(), new Dense(16), new Own(constant, map), new Dense(2))
            .initialize(2, 1, 1);
    try (SoundCertifier certifier = new SoundCertifier(network)) {
      samples.accept(certifier);
    }
  }

  private static void refused(String part, double constant, UnaryOperator<NDArray> map) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> certify(constant, map)).getMessage();
    assertTrue(message.startsWith("Own says that") && message.contains(part), message);
  }

  @Test
  void copiesAndComparisonsPass() {
    assertDoesNotThrow(() -> certify(1, x -> x.clip(-0.25, 0.5)));
    assertDoesNotThrow(() -> certify(1, x -> x.flip(1)));
    assertDoesNotThrow(() -> certify(2, x -> x.mul(2)));
    assertDoesNotThrow(() -> certify(7, Activation::relu));
  }

  /** Four times the dense layer's output overflows from an input of 1.12 on. */
  @Test
  void whatOverflowsIsNotCertified() {
    WeightInit large = Numerics.values(0.9 * 0x1p126, 0.9 * 0x1p126);
    WeightInit small = Numerics.values(0x1p-110, -0x1p-111, -0x1p-110, 0x1p-111);
    Classifier network =
        Classifier.of(
                new Flatten(), new Dense(2, large), new Own(4, x -> x.mul(4)), new Dense(2, small))
            .initialize(1, 1, 1);
    try (SoundCertifier certifier = new SoundCertifier(network)) {
      double radius = certify(certifier, 0.5f).certificate().radius();
      assertTrue(radius > 0 && radius < 0.3, "radius " + radius);
      assertTrue(certify(certifier, 1).refusal().contains("Own may overflow"));
    }
  }

  private static SoundCertificate certify(SoundCertifier certifier, float x) {
    return certifier.certify(new Batch(new float[] {x}, new int[1], 1, 1, 1, 1), 0).get(0);
  }

  @Test
  void mapsThatRoundAreRefused() {
    refused("rounded(...)", 1, NDArray::tanh);
    refused("rounded(...)", 1, x -> x.mul(0.3));
    refused("rounded(...)", 3, x -> x.mul(x));
    refused("rounded(...)", 1, x -> x.mul(2).mul(0.5));
    refused("rounded(...)", 1, x -> x.mul(Math.scalb(1, -60)).mul(Math.scalb(1, 60)));
  }

  @Test
  void constantsThatAreTooSmallAreRefused() {
    refused("constant is 1.0, but it stretches a step 2.000 times", 1, x -> x.mul(2));
    refused("exact(constant, map)", 0.5, NDArray::abs);
  }

  /** The first sample is black, or is no number at all. */
  @Test
  void aSpecialFirstSampleHidesNothing() {
    for (float first : new float[] {0, Float.NaN}) {
      Batch special = new Batch(new float[] {first, first, 0.5f, 0.5f}, new int[2], 2, 2, 1, 1);
      for (UnaryOperator<NDArray> map :
          List.<UnaryOperator<NDArray>>of(x -> x.mul(2), NDArray::tanh)) {
        assertThrows(
            IllegalArgumentException.class,
            () -> certify(1, map, certifier -> certifier.certify(special, 0)));
      }
    }
  }

  @Test
  void mapsThatMixSamplesAreRefused() {
    for (UnaryOperator<NDArray> map :
        List.<UnaryOperator<NDArray>>of(
            x -> x.flip(0), x -> x.getShape().get(0) == 1 ? x : x.mul(8))) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> certify(1, map)).getMessage();
      assertTrue(message.contains("in a batch than alone"), message);
    }
  }
}
