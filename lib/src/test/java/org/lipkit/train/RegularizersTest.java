package org.lipkit.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.Numerics;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.data.Batch;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.LinearLayer;
import org.lipkit.layer.LinearResidual;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.Pass;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.WeightInit;
import org.lipkit.loss.CrossEntropy;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

class RegularizersTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  /** A small net for images (1, 4, 4). */
  private static Classifier net(DataType type) {
    RandomGenerator random = new SplittableRandom(4);
    Sequential body =
        new Sequential(
            List.of(
                new Convolution(2, 3, 1, 1, WeightInit.LECUN),
                new MinMax(),
                new Flatten(),
                new Dense(6, WeightInit.LECUN),
                new MinMax()));
    Dense head = new Dense(3, WeightInit.LECUN);
    return new Classifier(body, head, MarginRule.PAIRWISE)
        .initialize(MANAGER, type, new Shape(1, 4, 4));
  }

  private static void assertGradient(
      Regularizer regularizer, Classifier classifier, Supplier<NDArray> penalty) {
    List<NDArray> weights = classifier.trainable();
    NDArray loss = MANAGER.create(0.0);
    List<NDArray> found =
        Gradients.of(weights, () -> regularizer.penalise(loss, classifier, Pass.training(0)));
    assertEquals(penalty.get().getDouble(), found.get(0).getDouble(), 1e-9);
    for (int i = 0; i < weights.size(); i++) {
      double[] expected = Numerics.differences(weights.get(i), penalty);
      Numerics.assertClose(expected, found.get(i + 1).toDoubleArray(), 1e-6);
    }
  }

  /** As training does it: nothing is recorded, nothing stays. */
  private static void update(Regularizer regularizer, Classifier classifier) {
    Tensors.scoped(
        () ->
            Tensors.withoutGradient(
                () -> {
                  regularizer.updated(classifier);
                  return null;
                }));
  }

  @Test
  void theSpectralPenaltyIsHalfTheSumOfSquaredNormsOnceConvergedAndSoIsItsGradient() {
    Classifier classifier = net(DataType.FLOAT64);
    Regularizer regularizer = new SpectralNorm(0.01);
    for (int step = 0; step < 3000; step++) {
      update(regularizer, classifier);
    }
    assertEquals(3, classifier.linearLayers().size());
    assertGradient(
        regularizer,
        classifier,
        () -> {
          double sum = 0;
          for (LinearLayer layer : classifier.linearLayers()) {
            sum += Math.pow(layer.bound(new FullSpectrum()).value(), 2);
          }
          return MANAGER.create(0.005 * sum);
        });
  }

  @Test
  void weightDecayPenalisesHalfTheSquaredLength() {
    Classifier classifier = net(DataType.FLOAT64);
    assertGradient(
        new WeightDecay(5e-4),
        classifier,
        () -> {
          double sum = 0;
          for (NDArray weight : classifier.trainable()) {
            sum += weight.square().sum().getDouble();
          }
          return MANAGER.create(2.5e-4 * sum);
        });
  }

  private static double distance(NDArray weight, double length) {
    NDArray rows = weight.reshape(weight.getShape().get(0), -1);
    NDArray gram = rows.matMul(rows.transpose());
    NDArray target = MANAGER.eye((int) rows.getShape().get(0)).toType(DataType.FLOAT64, false);
    return gram.sub(target.mul(length)).norm().getDouble();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.5, 3})
  void theParsevalStepConvergesToOrthonormalRowsAndNeverLeadsAway(double scale) {
    NDArray weight = Numerics.gaussian(MANAGER, 5, 3, 7).mul(scale / 3);
    Parseval parseval = new Parseval(0.05);
    double before = distance(weight, 1);
    for (int step = 0; step < 400; step++) {
      parseval.step(weight);
      double after = distance(weight, 1);
      assertTrue(after <= before * (1 + 1e-6) + 1e-7, () -> "it went away in a step");
      before = after;
    }
    assertEquals(0, before, 1e-5);
  }

  @Test
  void theParsevalStepMovesEverySingularValueByItsCubic() {
    NDArray weight = Numerics.gaussian(MANAGER, 6, 4, 3);
    double[] before = Tensors.toDoubles(LinearOperators.singularValues(weight));
    new Parseval(0.01).step(weight);
    double[] expected = Arrays.stream(before).map(s -> 1.01 * s - 0.01 * s * s * s).toArray();
    assertArrayEquals(expected, Tensors.toDoubles(LinearOperators.singularValues(weight)), 1e-6);
  }

  @Test
  void parsevalConvolutionsTendToNormOneAndTheHeadIsLeftAlone() {
    Classifier classifier = net(DataType.FLOAT64);
    double[] head = ((Dense) classifier.head()).weight().toDoubleArray();
    Regularizer parseval = new Parseval(0.02);
    for (int step = 0; step < 500; step++) {
      update(parseval, classifier);
    }
    assertArrayEquals(head, ((Dense) classifier.head()).weight().toDoubleArray());
    LinearLayer convolution = classifier.linearLayers().get(0);
    assertEquals(0, distance(convolution.weight(), 1 / 9.0), 1e-5);
    assertTrue(convolution.bound(new FullSpectrum()).value() <= 1 + 1e-5);
    assertEquals(0, distance(classifier.linearLayers().get(1).weight(), 1), 1e-5);
  }

  @Test
  void parsevalRefusesLayersThatComputeTheirMatrix() {
    RandomGenerator random = new SplittableRandom(4);
    Classifier classifier =
        new Classifier(
                new Sequential(List.of(new LinearResidual(1), new Flatten())),
                new Dense(2, WeightInit.LECUN),
                MarginRule.PAIRWISE)
            .initialize(MANAGER, DataType.FLOAT32, new Shape(1, 4, 4));
    Exception refusal =
        assertThrows(IllegalArgumentException.class, () -> update(new Parseval(1e-4), classifier));
    assertTrue(refusal.getMessage().contains("LinearResidual"), refusal.getMessage());
  }

  private static Batch batch() {
    float[] pixels = new float[5 * 16];
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble();
    }
    return new Batch(pixels, new int[] {0, 1, 2, 0, 1}, 5, 1, 4, 4);
  }

  private static double loss(Classifier classifier, Batch batch) {
    return Tensors.scoped(
        () -> {
          NDArray x = MANAGER.create(batch.pixels(), new Shape(5, 1, 4, 4));
          NDArray labels = MANAGER.create(batch.labels());
          NDArray constants = Numerics.marginConstants(classifier, 0);
          return Tensors.toDouble(
              new CrossEntropy().evaluate(classifier.apply(x), labels, constants, 0));
        });
  }

  @Test
  void adversarialExamplesStayInTheirBallAndRaiseTheLossAndDependOnTheSeed() {
    Classifier classifier = net(DataType.FLOAT32);
    Regularizer adversarial = new AdversarialTraining(0.7, 5);
    Batch clean = batch();
    Batch found = adversarial.examples(classifier, clean, 3);
    assertArrayEquals(clean.labels(), found.labels());
    List<Double> distances = new ArrayList<>();
    for (int n = 0; n < clean.size(); n++) {
      double square = 0;
      for (int i = 0; i < 16; i++) {
        float value = found.images()[n][i];
        assertTrue(value >= 0 && value <= 1);
        square += Math.pow((double) value - clean.images()[n][i], 2);
      }
      distances.add(Math.sqrt(square));
    }
    assertTrue(distances.stream().allMatch(d -> d <= 0.7 && d > 0.3), distances::toString);
    assertTrue(loss(classifier, found) > loss(classifier, clean) + 0.05);
    Batch again = adversarial.examples(classifier, clean, 3);
    assertArrayEquals(found.pixels(), again.pixels());
    Batch other = adversarial.examples(classifier, clean, 4);
    assertNotEquals(Arrays.hashCode(found.pixels()), Arrays.hashCode(other.pixels()));
  }

  @Test
  void adversarialTrainingLeavesADivergedClassifierToTheLoss() {
    Classifier classifier = net(DataType.FLOAT32);
    ((Dense) classifier.head()).bias().muli(0).addi(Float.NaN);
    Batch clean = batch();
    assertSame(clean, new AdversarialTraining(0.7, 5).examples(classifier, clean, 3));
  }

  @Test
  void impossibleNumbersAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Parseval(0));
    assertThrows(IllegalArgumentException.class, () -> new Parseval(2));
    assertThrows(IllegalArgumentException.class, () -> new SpectralNorm(-1));
    assertThrows(IllegalArgumentException.class, () -> new WeightDecay(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new AdversarialTraining(0, 5));
    assertThrows(IllegalArgumentException.class, () -> new AdversarialTraining(1, 0));
  }

  @Test
  void namesAreShort() {
    assertEquals("weight decay 5e-4", new WeightDecay(5e-4).toString());
    assertEquals("spectral norm 0.01", new SpectralNorm(0.01).toString());
    assertEquals("adversarial, radius 1, 10 steps", new AdversarialTraining(1, 10).toString());
    assertEquals("1.5e-4", Regularizer.number(1.5e-4));
  }
}
