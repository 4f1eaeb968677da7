package org.lipkit.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lipkit.Numerics;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.LinearResidual;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.NormalizedDense;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.WeightInit;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

/** Gradients of logits and bound together, as training takes them, in float64. */
class LossGradientTest {

  private static final double EPS = 0.75;
  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  /** Writes down the penalty weights that a loss of the family gives. */
  private static final class Recording implements MarginLoss {

    private final MarginLoss loss;
    private NDArray weights;

    Recording(MarginLoss loss) {
      this.loss = loss;
    }

    @Override
    public NDArray penaltyWeights(NDArray ratios, NDArray own) {
      weights = loss.penaltyWeights(ratios, own);
      return weights;
    }

    @Override
    public NDArray ofRaised(NDArray raised, NDArray own) {
      return loss.ofRaised(raised, own);
    }
  }

  /** Keeps to penalty weights that were written down. */
  private record Frozen(MarginLoss loss, NDArray weights) implements MarginLoss {

    @Override
    public NDArray penaltyWeights(NDArray ratios, NDArray own) {
      return weights;
    }

    @Override
    public NDArray ofRaised(NDArray raised, NDArray own) {
      return loss.ofRaised(raised, own);
    }
  }

  static Stream<Arguments> losses() {
    return Stream.of(
            new CrossEntropy(),
            new FixedMargin(),
            new Lmt(),
            new Emma(),
            new LogitAnnealing(0.75, 0.5, 2),
            new OffsetCrossEntropy(0.5, 0.25),
            new Trades(2),
            new TradesCrossEntropy(0, 2))
        .flatMap(loss -> Arrays.stream(MarginRule.values()).map(rule -> Arguments.of(loss, rule)));
  }

  private static Classifier classifier(MarginRule rule) {
    SplittableRandom random = new SplittableRandom(4);
    Sequential body =
        new Sequential(
            List.of(
                new Convolution(2, 3, 2, 1, WeightInit.LECUN),
                new MinMax(),
                new LinearResidual(1),
                new MinMax(),
                new Flatten()));
    NormalizedDense head = new NormalizedDense(3, WeightInit.LECUN);
    return new Classifier(body, head, rule)
        .initialize(MANAGER, DataType.FLOAT64, new Shape(1, 4, 4));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void equalFiniteDifferencesWithThePenaltyWeightsHeldConstant(Loss loss, MarginRule rule) {
    Classifier classifier = classifier(rule);
    Numerics.marginConstants(classifier, 1000);
    NDArray x = Numerics.gaussian(MANAGER, 5, 8, 1, 4, 4);
    NDArray labels = classifier.apply(x).argMax(1);
    labels.set(new NDIndex(0), (labels.getLong(0) + 1) % 3);

    Loss frozen = loss;
    if (loss instanceof MarginLoss member) {
      Recording recording = new Recording(member);
      recording.evaluate(classifier.apply(x), labels, Numerics.marginConstants(classifier, 0), EPS);
      frozen = new Frozen(member, recording.weights);
      assertWeightsVary(loss, recording.weights.toDoubleArray());
    }
    Loss constantWeights = frozen;
    NDList result = Gradients.of(classifier.trainable(), scalar(loss, classifier, x, labels));
    Supplier<NDArray> scalar = scalar(constantWeights, classifier, x, labels);
    assertEquals(scalar.get().getDouble(), result.get(0).getDouble(), 1e-12);
    for (int i = 1; i < result.size(); i++) {
      Numerics.assertClose(
          Numerics.differences(classifier.trainable().get(i - 1), scalar),
          result.get(i).toDoubleArray(),
          1e-7);
    }
  }

  /** The converged vectors stay where they are, as the gradient takes them. */
  private static Supplier<NDArray> scalar(
      Loss loss, Classifier classifier, NDArray x, NDArray labels) {
    return () ->
        loss.evaluate(
            Numerics.train(classifier, x), labels, Numerics.marginConstants(classifier, 0), EPS);
  }

  /** Otherwise holding them constant would not be put to the test. */
  private static void assertWeightsVary(Loss loss, double[] weights) {
    if (loss instanceof Lmt || loss instanceof Emma || loss instanceof LogitAnnealing) {
      assertTrue(Arrays.stream(weights).anyMatch(weight -> weight > 0.02 && weight < 0.98));
    }
  }
}
