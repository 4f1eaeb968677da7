package org.lipkit.checker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lipkit.Numerics;
import org.lipkit.bound.SoundNorm;
import org.lipkit.certify.MarginConstants;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.Pass;
import org.lipkit.model.Models;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/** The checker against the engine, on networks that the library made and saved. */
class CheckerTest {

  private static final int CLASSES = 4;
  private static final int SAMPLES = 12;

  private final NDManager manager = Tensors.newManager();

  @TempDir private Path folder;

  @AfterEach
  void free() {
    manager.close();
  }

  /** A float32 network with biases, and a float64 one that computes with the same numbers. */
  private final class Pair {

    final Classifier single;
    final Classifier exact;
    final Checker checker;
    final Shape image;

    Pair(String model, int channels, int side) {
      this(model, channels, side, 0.1);
    }

    /** The spread of the head's biases makes the margins. */
    Pair(String model, int channels, int side, double spread) {
      image = new Shape(channels, side, side);
      Classifier trained = create(model, side, DataType.FLOAT32);
      SplittableRandom random = new SplittableRandom(5);
      for (NDArray weight : trained.trainable()) {
        NDArray noise = Tensors.gaussian(manager, random, weight.getShape(), DataType.FLOAT32);
        Tensors.copy(weight.add(noise.mul(0.1f)), weight);
      }
      NDArray bias = trained.headForm(Pass.EVALUATION).offset();
      NDArray biases = Numerics.gaussian(manager, 6, CLASSES).mul(spread);
      Tensors.copy(biases.toType(DataType.FLOAT32, true), bias);
      single = trained.frozen();
      exact = create(model, side, DataType.FLOAT64).frozen();
      single
          .state()
          .forEach(
              (name, array) ->
                  Tensors.copy(array.toType(DataType.FLOAT64, true), exact.state().get(name)));
      single.save(folder.resolve("weights.npz"));
      Map<String, FloatArray> weights = NpzReader.read(folder.resolve("weights.npz"));
      checker = new Checker(model, weights, channels, side);
    }

    private Classifier create(String model, int side, DataType type) {
      return Models.create(model, side, CLASSES, 3).initialize(manager, type, image);
    }

    NDArray images(long seed) {
      return Tensors.ofDoubles(
          manager,
          new SplittableRandom(seed).doubles(SAMPLES * image.size()).toArray(),
          new Shape(SAMPLES).addAll(image),
          DataType.FLOAT32);
    }

    double[] logits(Classifier classifier, NDArray x, int sample) {
      DataType type = classifier.headForm(Pass.EVALUATION).weight().getDataType();
      NDArray y = Tensors.withoutGradient(() -> classifier.apply(x.toType(type, true)));
      return Tensors.toDoubles(y.get(sample));
    }

    Evaluation evaluate(NDArray x, int sample) {
      return checker.evaluate(x.get(sample).toFloatArray());
    }

    /** K_ji from singular values. */
    double constant(int j, int i) {
      double k = exactNorms().values().stream().reduce(1.0, (a, b) -> a * b);
      NDArray rows = exact.headForm(Pass.EVALUATION).weight();
      if (exact.rule() == MarginRule.NETWORK) {
        double norm = Tensors.toDoubles(LinearOperators.singularValues(rows))[0];
        return Math.sqrt(2) * k * norm;
      }
      return k * Tensors.toDouble(rows.get(j).sub(rows.get(i)).norm());
    }

    Map<String, Double> exactNorms() {
      Map<String, Double> norms = new TreeMap<>();
      int position = 0;
      for (Layer layer : exact.body().layers()) {
        position++;
        if (layer.form(Pass.EVALUATION) instanceof Form.Linear) {
          String name = String.format("01body_%02d%s", position, layer.name());
          norms.put(name, Numerics.exactNorm(layer, manager, layer.inputShape().getShape()));
        }
      }
      return norms;
    }
  }

  private static int largest(double[] y) {
    int j = 0;
    for (int i = 0; i < y.length; i++) {
      j = y[i] > y[j] ? i : j;
    }
    return j;
  }

  @ParameterizedTest
  @CsvSource({
    "Wong net,1,8",
    "Wong net,2,11",
    "2C2F,1,8",
    "LiResNet L2 W4,3,8",
    "LiResNet L1 W6,1,13",
    "LiResNet-orthogonal L2 W4 D8,3,8"
  })
  void normsAreUpperBoundsAndTight(String model, int channels, int side) {
    Pair pair = new Pair(model, channels, side);
    Map<String, Double> norms = pair.checker.norms();
    pair.exactNorms()
        .forEach(
            (name, exact) -> {
              assertTrue(norms.get(name) >= exact * (1 - 1e-13), name);
              assertEquals(exact, norms.get(name), 1e-5 * exact, name);
            });
    for (int j = 0; j < CLASSES; j++) {
      for (int i = 0; i < j; i++) {
        double exact = pair.constant(j, i);
        assertTrue(pair.checker.constant(j, i) >= exact * (1 - 1e-13));
        assertEquals(exact, pair.checker.constant(j, i), 2e-4 * exact);
      }
    }
  }

  /** The library's norms are at most one part in five thousand above the true ones. */
  @ParameterizedTest
  @CsvSource({
    "LiResNet-orthogonal L2 W4 D8,3,8",
    "ResNet L2 W4 D8,3,8",
    "WRN-16-1,1,8",
    "WRN-10-1 avg,3,8",
    "LipNeXt L2 W10,3,6",
    "LipNeXt L1 W8,1,8",
    "AOL-MLP L3 W6,3,5"
  })
  void constantsOfSumsAreThoseOfTheLibraryAndNoLarger(String model, int channels, int side) {
    Pair pair = new Pair(model, channels, side);
    MarginConstants constants = MarginConstants.of(pair.single, SoundNorm.TIGHT);
    for (int j = 0; j < CLASSES; j++) {
      for (int i = 0; i < j; i++) {
        double above = constants.of(j, i);
        assertTrue(pair.checker.constant(j, i) <= above);
        assertEquals(above, pair.checker.constant(j, i), 3e-3 * above);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Wong net,1,8",
    "2C2F,1,8",
    "LiResNet L2 W4,3,8",
    "ResNet L2 W4 D8,3,8",
    "WRN-16-1,1,8",
    "WRN-10-1 avg,3,8",
    "LipNeXt L2 W10,3,6",
    "LipNeXt L1 W8,1,8",
    "AOL-MLP L3 W6,3,5"
  })
  void logitsLieWhereTheyAreSaidTo(String model, int channels, int side) {
    Pair pair = new Pair(model, channels, side);
    NDArray x = pair.images(7);
    NDArray step = Numerics.gaussian(manager, 8, SAMPLES, pair.image.size());
    double length = Tensors.toDouble(step.norm(new int[] {1}).max());
    NDArray moved =
        x.add(step.reshape(x.getShape()).toType(DataType.FLOAT32, true).div((float) length));
    for (int n = 0; n < SAMPLES; n++) {
      Evaluation evaluation = pair.evaluate(x, n);
      double[] exact = pair.logits(pair.exact, x, n);
      double[] computed = pair.logits(pair.single, x, n);
      double[] exactMoved = pair.logits(pair.exact, moved, n);
      double[] computedMoved = pair.logits(pair.single, moved, n);
      for (int j = 0; j < CLASSES; j++) {
        double rounding = evaluation.rounding(j, 0);
        assertTrue(exact[j] >= evaluation.low(j) && exact[j] <= evaluation.high(j));
        assertTrue(computed[j] >= evaluation.low(j) - rounding);
        assertTrue(computed[j] <= evaluation.high(j) + rounding);
        double uncertain = evaluation.high(j) - evaluation.low(j);
        double moves = Math.abs(computedMoved[j] - exactMoved[j]);
        assertEquals(exact[j], (evaluation.low(j) + evaluation.high(j)) / 2, 1e-6);
        assertTrue(moves <= evaluation.rounding(j, 1.001) + 2 * uncertain);
        double coarse = model.startsWith("WRN") ? 1e-3 * pair.checker.constant(0, 1) : 2e-2;
        assertTrue(rounding < coarse, () -> "too coarse: " + rounding);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"Wong net,1,8", "2C2F,1,8", "LiResNet L2 W4,3,8", "AOL-MLP L3 W6,3,5"})
  void honestRadiiAreProvedAndInflatedOnesAreNot(String model, int channels, int side) {
    Pair pair = new Pair(model, channels, side, 20);
    NDArray x = pair.images(9);
    int clear = 0;
    for (int n = 0; n < SAMPLES; n++) {
      double[] y = pair.logits(pair.exact, x, n);
      int j = largest(y);
      double radius = Double.POSITIVE_INFINITY;
      for (int i = 0; i < CLASSES; i++) {
        radius = i == j ? radius : Math.min(radius, (y[j] - y[i]) / pair.constant(j, i));
      }
      Evaluation evaluation = pair.evaluate(x, n);
      double claim = radius - 2 * roundingShare(evaluation, pair, j, radius);
      if (claim > 0.98 * radius) {
        clear++;
        assertTrue(evaluation.proves(j, claim));
        assertEquals(claim, evaluation.provedRadius(j, claim));
      }
      assertFalse(evaluation.proves(j, 1.05 * radius));
      assertTrue(evaluation.provedRadius(j, 1.05 * radius) <= radius);
      assertFalse(evaluation.refutes(j));
      assertFalse(evaluation.proves((j + 1) % CLASSES, 0));
    }
    assertTrue(clear > SAMPLES / 2, "only " + clear + " samples have a clear margin");
  }

  /** Rounding of the two logits as a part of the radius, from above. */
  private static double roundingShare(Evaluation evaluation, Pair pair, int j, double radius) {
    double largest = 0;
    for (int i = 0; i < CLASSES; i++) {
      if (i != j) {
        double sum = evaluation.rounding(j, radius) + evaluation.rounding(i, radius);
        largest = Math.max(largest, sum / pair.constant(j, i));
      }
    }
    return largest + 1e-4 * radius;
  }

  @Test
  void wrongClassesAreRefuted() {
    Pair pair = new Pair("2C2F", 1, 8);
    NDArray x = pair.images(3);
    double[] y = pair.logits(pair.exact, x, 0);
    assertTrue(pair.evaluate(x, 0).refutes((largest(y) + 1) % CLASSES));
  }

  @Test
  void hugeWeightsProveNothing() {
    Pair pair = new Pair("Wong net", 1, 8);
    NDArray x = pair.images(3);
    int j = largest(pair.logits(pair.exact, x, 0));
    NDArray weight = pair.single.state().get("01body_06Dense_weight");
    Tensors.copy(weight.mul(1e37f), weight);
    pair.single.save(folder.resolve("huge.npz"));
    Checker huge = new Checker("Wong net", NpzReader.read(folder.resolve("huge.npz")), 1, 8);
    assertFalse(huge.evaluate(x.get(0).toFloatArray()).proves(j, 0));
  }

  @Test
  void aChangedWeightChangesTheBounds() {
    Pair pair = new Pair("LiResNet L2 W4", 3, 8);
    NDArray weight = pair.single.state().get("01body_04LinearResidual_weight");
    float[] values = weight.toFloatArray();
    values[7] += 1;
    Tensors.copy(manager.create(values, weight.getShape()), weight);
    pair.single.save(folder.resolve("changed.npz"));
    Checker changed =
        new Checker("LiResNet L2 W4", NpzReader.read(folder.resolve("changed.npz")), 3, 8);
    assertTrue(changed.constant(0, 1) > 1.02 * pair.checker.constant(0, 1));
  }

  @Test
  void badInputIsRefusedInOneSentence() {
    Pair pair = new Pair("Wong net", 1, 8);
    Map<String, FloatArray> weights = NpzReader.read(folder.resolve("weights.npz"));
    assertRefused("does not know", () -> new Checker("4C3F", weights, 1, 8));
    assertRefused("the Fourier domain", () -> new Checker("BRONet L2 W4 D32", weights, 1, 8));
    assertRefused("no array 01body_02Convolution_weight", () -> new Checker("2C2F", weights, 1, 8));
    assertRefused("belong to another model", () -> new Checker("Wong net", weights, 2, 8));
    assertRefused("too small", () -> new Checker("Wong net", weights, 1, 1));
    assertRefused("pixels", () -> pair.checker.evaluate(new float[3]));
    weights.put("01body_02Convolution_left", weights.get("02head_bias"));
    assertRefused("before it was frozen", () -> new Checker("Wong net", weights, 1, 8));
    weights.remove("01body_02Convolution_left");
    weights.get("02head_weight").values()[0] = Float.NaN;
    assertRefused("NaN", () -> new Checker("Wong net", weights, 1, 8));
    for (int[] shape : List.of(new int[0], new int[] {1}, new int[] {0, 100})) {
      weights.put("02head_weight", new FloatArray(shape, new float[shape.length == 0 ? 1 : 0]));
      assertRefused("a head has a row for each", () -> new Checker("Wong net", weights, 1, 8));
    }
    weights.put("01body_06Dense_weight", new FloatArray(new int[] {100, 0}, new float[0]));
    assertRefused("belong to another model", () -> new Checker("Wong net", weights, 1, 8));
  }

  private static void assertRefused(String part, Runnable action) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
