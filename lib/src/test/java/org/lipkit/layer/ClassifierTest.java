package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lipkit.Numerics;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.certify.Certifier;
import org.lipkit.certify.MarginConstants;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.Batch;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

class ClassifierTest {

  private static final int CLASSES = 4;
  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static Classifier classifier(MarginRule rule) {
    Convolution convolution = new Convolution(4, 4, 2, 1, WeightInit.LECUN);
    Sequential body = new Sequential(List.of(convolution, new MinMax(), new Flatten()));
    Dense head = new Dense(CLASSES, WeightInit.LECUN);
    return new Classifier(body, head, rule)
        .initialize(MANAGER, DataType.FLOAT64, new Shape(1, 6, 6));
  }

  @ParameterizedTest
  @EnumSource
  void convergedMarginConstantsAreThoseOfTheRule(MarginRule rule) {
    Classifier classifier = classifier(rule);
    double sub = classifier.body().bound(new FullSpectrum()).value();
    double net = classifier.bound(new FullSpectrum()).value();
    NDArray rows = ((Dense) classifier.head()).weight();
    NDArray constants = Numerics.marginConstants(classifier, 1000);
    assertEquals(new Shape(CLASSES, CLASSES), constants.getShape());
    for (int j = 0; j < CLASSES; j++) {
      for (int i = 0; i < CLASSES; i++) {
        double distance = rows.get(j).sub(rows.get(i)).norm().getDouble();
        double pair = rule == MarginRule.PAIRWISE ? sub * distance : Math.sqrt(2) * net;
        assertEquals(i == j ? 0 : pair, constants.getDouble(j, i), 1e-6 * net);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void marginConstantsHaveTheirGradient(MarginRule rule) {
    Classifier classifier = classifier(rule);
    Numerics.marginConstants(classifier, 1000);
    NDArray towards = Numerics.gaussian(MANAGER, 1, CLASSES, CLASSES);
    List<NDArray> weights = classifier.trainable();
    Supplier<NDArray> scalar = () -> Numerics.marginConstants(classifier, 10).mul(towards).sum();
    NDList gradients = Gradients.of(weights, scalar).subNDList(1);
    for (int i = 0; i < weights.size(); i++) {
      Numerics.assertClose(
          Numerics.differences(weights.get(i), scalar), gradients.get(i).toDoubleArray(), 1e-5);
    }
  }

  @Test
  void equalRowsHaveConstantZeroAndFiniteGradients() {
    Classifier classifier = classifier(MarginRule.PAIRWISE);
    NDArray weight = classifier.head().getParameters().get("weight").getArray();
    weight.muli(0);
    NDList result =
        Gradients.of(List.of(weight), () -> Numerics.marginConstants(classifier, 5).sum());
    assertEquals(0, result.get(0).getDouble(), 1e-4);
    Numerics.assertFinite(result.get(1));
  }

  @Test
  void imagesOfAnotherSizeAreRefusedEvenWhereTheirLogitsWouldFit() {
    Classifier classifier = classifier(MarginRule.PAIRWISE);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> classifier.apply(Numerics.gaussian(MANAGER, 1, 2, 1, 7, 7)));
    assertTrue(e.getMessage().contains("(1, 6, 6), not (1, 7, 7)"));
  }

  @Test
  void theVectorsBelongToTheStateButAreNotTrained() {
    Classifier classifier = classifier(MarginRule.NETWORK);
    assertEquals(
        Set.of(
            "01body_01Convolution_weight",
            "01body_01Convolution_bias",
            "01body_01Convolution_vector",
            "02head_weight",
            "02head_bias",
            "02head_vector"),
        classifier.state().keySet());
    assertEquals(4, classifier.trainable().size());
    long parameters = 4 * 16 + 4 + CLASSES * 36 + CLASSES;
    assertEquals(parameters, classifier.parameterCount());
    assertEquals(parameters, classifier.frozen().parameterCount());
  }

  @ParameterizedTest
  @EnumSource
  void aCenteredHeadKeepsMarginsAndRaisesNoConstant(MarginRule rule) {
    Classifier classifier = classifier(rule);
    NDArray bias = classifier.head().getParameters().get("bias").getArray();
    Tensors.copy(Numerics.gaussian(MANAGER, 8, CLASSES), bias);
    Classifier centered = classifier.withCenteredHead();
    assertTrue(centered.isFrozen());
    assertEquals(classifier.parameterCount(), centered.parameterCount());
    NDArray x = Numerics.gaussian(MANAGER, 1, 7, 1, 6, 6);
    NDArray y = classifier.apply(x);
    NDArray expected = y.sub(y.mean(new int[] {1}, true));
    Numerics.assertClose(Tensors.toDoubles(expected), Tensors.toDoubles(centered.apply(x)), 1e-12);
    double[] before = constants(classifier);
    double[] after = constants(centered);
    for (int k = 0; k < before.length; k++) {
      assertTrue(after[k] <= before[k] * (1 + 1e-12));
      if (rule == MarginRule.PAIRWISE) {
        assertEquals(before[k], after[k], 1e-12 * before[k]);
      }
    }
  }

  private static double[] constants(Classifier classifier) {
    MarginConstants constants = new Certifier(classifier, new FullSpectrum()).constants();
    return IntStream.range(0, CLASSES * CLASSES)
        .mapToDouble(k -> constants.of(k / CLASSES, k % CLASSES))
        .toArray();
  }

  /** What all rows have in common makes logits large and margins not. */
  @Test
  void aCenteredHeadSavesTheRadiiOfNearlyParallelRows() {
    Classifier apart =
        Classifier.of(new Flatten(), new Dense(CLASSES, WeightInit.LECUN))
            .initialize(MANAGER, DataType.FLOAT32, new Shape(1, 6, 6));
    NDArray weight = apart.head().getParameters().get("weight").getArray();
    double[] radii = radii(apart);
    Tensors.copy(weight.add(Tensors.scalar(weight, 16)), weight);
    double[] parallel = radii(apart);
    double[] centered = radii(apart.withCenteredHead());
    double lost = 0;
    for (int n = 0; n < radii.length; n++) {
      assertEquals(radii[n], centered[n], 1e-3 * radii[n] + 1e-5);
      lost = Math.max(lost, centered[n] - parallel[n]);
    }
    assertTrue(lost > 1e-4, "parallel rows cost only " + lost);
  }

  private static double[] radii(Classifier classifier) {
    int samples = 20;
    NDArray x = Numerics.gaussian(MANAGER, 3, samples, 36).toType(DataType.FLOAT32, false);
    try (SoundCertifier certifier = new SoundCertifier(classifier)) {
      Batch batch = new Batch(x.toFloatArray(), new int[samples], samples, 1, 6, 6);
      return certifier.certify(batch, 0).stream()
          .mapToDouble(certificate -> certificate.certificate().radius())
          .toArray();
    }
  }
}
