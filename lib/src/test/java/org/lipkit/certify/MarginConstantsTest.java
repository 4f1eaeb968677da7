package org.lipkit.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.math.BigDecimal;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.lipkit.bound.Bound;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.bound.NormMethod;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.NormalizedDense;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.WeightInit;
import org.lipkit.tensor.Tensors;

class MarginConstantsTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterContainer
  static void free() {
    MANAGER.close();
  }

  private static Classifier classifier(MarginRule rule, int classes, int width, long seed) {
    Dense body = new Dense(width, WeightInit.LECUN);
    Dense head = new NormalizedDense(classes, WeightInit.LECUN);
    return new Classifier(new Sequential(List.of(body)), head, rule)
        .seed(seed)
        .initialize(MANAGER, DataType.FLOAT32, new Shape(5));
  }

  private static BigDecimal squaredDistance(NDArray rows, int j, int i) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int d = 0; d < rows.getShape().get(1); d++) {
      BigDecimal difference =
          new BigDecimal(rows.getFloat(j, d)).subtract(new BigDecimal(rows.getFloat(i, d)));
      sum = sum.add(difference.multiply(difference));
    }
    return sum;
  }

  @Property(tries = 40)
  void pairsAreNeverBelowTheExactNumberOfTheWeightsInUse(
      @ForAll @IntRange(min = 2, max = 5) int classes,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll long seed) {
    Classifier classifier = classifier(MarginRule.PAIRWISE, classes, width, seed);
    double factor = Math.scalb(1 + new SplittableRandom(seed).nextDouble(), (int) (seed % 9));
    NormMethod given = map -> Bound.upper(factor, "given");
    MarginConstants constants = MarginConstants.of(classifier, given);
    assertEquals(Bound.Kind.UPPER, constants.scale().kind());
    NDArray rows = ((Dense) classifier.head()).weight();
    for (int j = 0; j < classes; j++) {
      for (int i = 0; i < classes; i++) {
        if (i != j) {
          BigDecimal scale = new BigDecimal(factor);
          BigDecimal exact = scale.multiply(scale).multiply(squaredDistance(rows, j, i));
          BigDecimal constant = new BigDecimal(constants.of(j, i));
          assertTrue(constant.multiply(constant).compareTo(exact) >= 0);
          assertEquals(Math.sqrt(exact.doubleValue()), constants.of(j, i), 1e-13 * factor);
        }
      }
    }
  }

  @Example
  void theNetworksConstantIsRootTwoForEveryPair() {
    NormMethod given = map -> Bound.upper(1.7, "given");
    Classifier classifier = classifier(MarginRule.NETWORK, 3, 4, 1);
    MarginConstants constants = MarginConstants.of(classifier, given);
    BigDecimal scale = new BigDecimal(1.7).pow(4).multiply(BigDecimal.valueOf(2));
    for (int j = 0; j < 3; j++) {
      for (int i = 0; i < j; i++) {
        BigDecimal constant = new BigDecimal(constants.of(j, i));
        assertTrue(constant.multiply(constant).compareTo(scale) >= 0);
        assertEquals(Math.sqrt(2) * 1.7 * 1.7, constants.of(i, j), 1e-14);
      }
    }
  }

  @Property(tries = 20)
  void pairsAreNeverAboveTheNetworksConstant(@ForAll long seed) {
    Classifier pairwise = classifier(MarginRule.PAIRWISE, 4, 6, seed);
    Classifier network = new Classifier(pairwise.body(), pairwise.head(), MarginRule.NETWORK);
    MarginConstants pairs = MarginConstants.of(pairwise, new FullSpectrum());
    MarginConstants whole = MarginConstants.of(network, new FullSpectrum());
    for (int j = 0; j < 4; j++) {
      for (int i = 0; i < j; i++) {
        assertTrue(pairs.of(j, i) <= whole.of(j, i) * (1 + 1e-12));
      }
    }
  }
}
