package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.Numerics;
import org.lipkit.bound.Bound;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

class HouseholderTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @TempDir private Path folder;

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static NDArray angles(Layer layer) {
    return layer.getParameters().get("theta").getArray();
  }

  private static Householder random(long seed, long... shape) {
    Householder layer = Numerics.initialized(new Householder(), MANAGER, shape);
    Tensors.copy(Numerics.gaussian(MANAGER, seed, shape[0] / 2).mul(3), angles(layer));
    return layer;
  }

  @Test
  void firstAnglesGiveMinMax() {
    Householder layer = Numerics.initialized(new Householder(), MANAGER, 6, 3, 2);
    NDArray x = Numerics.gaussian(MANAGER, 1, 5, 6, 3, 2);
    Numerics.assertClose(
        new MinMax().apply(x).toDoubleArray(), layer.apply(x).toDoubleArray(), 1e-7);
  }

  /** Either side of the line, with the angle theta itself instead of its half. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void pairsAreReflectedOntoOneSide(long seed) {
    Householder layer = random(seed, 4);
    double[] theta = angles(layer).toDoubleArray();
    NDArray x = Numerics.gaussian(MANAGER, seed + 10, 20, 4);
    NDArray y = Numerics.train(layer, x);
    for (int n = 0; n < 20; n++) {
      for (int c = 0; c < 2; c++) {
        double a = x.getDouble(n, c);
        double b = x.getDouble(n, c + 2);
        boolean stays = a * Math.sin(theta[c] / 2) > b * Math.cos(theta[c] / 2);
        double cos = Math.cos(theta[c]);
        double sin = Math.sin(theta[c]);
        assertEquals(stays ? a : a * cos + b * sin, y.getDouble(n, c), 1e-14);
        assertEquals(stays ? b : a * sin - b * cos, y.getDouble(n, c + 2), 1e-14);
      }
    }
  }

  @Test
  void distancesNeverGrowAndLengthsStay() {
    Householder layer = random(4, 6, 3, 2);
    Bound bound = layer.bound(new FullSpectrum());
    assertEquals(Bound.Kind.UPPER, bound.kind());
    assertEquals(1, bound.value(), 1e-14);
    NDArray k = MANAGER.create(3.0);
    assertEquals(3, Numerics.estimate(layer, k, 5).getDouble());
    double ratio = Numerics.largestRatio(x -> layer.apply(x), MANAGER, 1, 6, 3, 2);
    assertTrue(ratio <= 1 + 1e-9);
    NDArray x = Numerics.gaussian(MANAGER, 5, 2, 6, 3, 2);
    assertEquals(x.norm().getDouble(), layer.apply(x).norm().getDouble(), 1e-13);
  }

  /** Rounded normals are longer or shorter than 1, and the bound says by how much. */
  @Test
  void theBoundHoldsForTheRoundedNormals() {
    double largest = 0;
    for (int seed = 0; seed < 20; seed++) {
      Householder layer = new Householder();
      layer.initialize(MANAGER, DataType.FLOAT32, new Shape(1, 2));
      float theta = (float) new SplittableRandom(seed).nextDouble(-4, 4);
      Tensors.copy(MANAGER.create(new float[] {theta}), angles(layer));
      double bound = layer.bound(new FullSpectrum()).value();
      double first = Tensors.toDouble(angles(layer).mul(0.5f).sin());
      double second = Tensors.toDouble(angles(layer).mul(0.5f).cos());
      double reflected = Math.abs(1 - 2 * (first * first + second * second));
      assertTrue(bound >= Math.max(1, reflected));
      assertEquals(Math.max(1, reflected), bound, 1e-15);
      largest = Math.max(largest, bound);
    }
    assertTrue(largest > 1 && largest < 1 + 1e-6, "largest " + largest);
  }

  @Test
  void gradientsAreTheDifferencesAndAsLongAsTheirCotangent() {
    Householder layer = random(6, 4, 3);
    NDArray x = Numerics.gaussian(MANAGER, 7, 2, 4, 3);
    x.setRequiresGradient(true);
    NDArray theta = angles(layer);
    NDArray towards = Numerics.gaussian(MANAGER, 8, 2, 4, 3);
    Supplier<NDArray> scalar = () -> Numerics.train(layer, x).mul(towards).sum();
    NDList found = Gradients.of(List.of(x, theta), scalar);
    assertEquals(towards.norm().getDouble(), found.get(1).norm().getDouble(), 1e-12);
    double[] inX = found.get(1).toDoubleArray();
    double[] inTheta = found.get(2).toDoubleArray();
    Numerics.assertClose(Numerics.differences(x, scalar), inX, 1e-8);
    Numerics.assertClose(Numerics.differences(theta, scalar), inTheta, 1e-8);
  }

  private static Classifier classifier(long seed) {
    Classifier classifier =
        new Classifier(
                new Sequential(List.of(new Householder(), new Flatten())),
                new Dense(2, WeightInit.LECUN),
                MarginRule.PAIRWISE)
            .seed(seed)
            .initialize(MANAGER, DataType.FLOAT32, new Shape(4, 2, 2));
    Tensors.copy(
        Tensors.gaussian(MANAGER, new SplittableRandom(seed), new Shape(2), DataType.FLOAT32),
        classifier.state().get("01body_01Householder_theta"));
    return classifier;
  }

  @Test
  void anglesAreTrainedSavedAndLoaded() {
    Classifier saved = classifier(1);
    Classifier loaded = classifier(2);
    assertEquals(3, saved.trainable().size());
    saved.save(folder.resolve("net.npz"));
    loaded.load(folder.resolve("net.npz"));
    NDArray x =
        Tensors.gaussian(MANAGER, new SplittableRandom(3), new Shape(3, 4, 2, 2), DataType.FLOAT32);
    assertEquals(saved.state(), loaded.state());
    assertEquals(saved.apply(x), loaded.apply(x));
  }

  @Test
  void anglesThatAreNoNumbersAreRefused() {
    Classifier classifier = classifier(1);
    NDArray theta = classifier.state().get("01body_01Householder_theta");
    Tensors.copy(MANAGER.full(new Shape(2), Float.NaN), theta);
    NDArray x = MANAGER.ones(new Shape(1, 4, 2, 2), DataType.FLOAT32);
    Exception refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> Numerics.enclosure(classifier.body(), new FullSpectrum(), x));
    assertTrue(refusal.getMessage().contains("NaN"), refusal.getMessage());
  }

  @Test
  void anOddNumberOfChannelsIsRefused() {
    Exception refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> Numerics.initialized(new Householder(), MANAGER, 3, 2, 2));
    assertEquals(
        "Householder needs a number of channels that is a multiple of 2, not 3.",
        refusal.getMessage());
  }
}
