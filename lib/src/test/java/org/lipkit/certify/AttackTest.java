package org.lipkit.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lipkit.Numerics;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Layer;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.NormalizedDense;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.WeightInit;
import org.lipkit.loss.Emma;
import org.lipkit.model.Models;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

/** Whoever searches within the certified radius finds no other prediction. */
class AttackTest {

  private static final int STEPS = 20;
  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  /** Moves every sample of x by its radius times factor to where class i gains most on class j. */
  private static NDArray attack(
      Classifier classifier, NDArray x, NDArray towards, double[] radii, double factor) {
    NDArray reach = MANAGER.create(radii).mul(factor).reshape(-1, 1);
    NDArray move = Numerics.gaussian(MANAGER, 9, x.getShape().getShape()).mul(1e-6);
    for (int step = 0; step < STEPS; step++) {
      NDArray attacked = x.add(move).duplicate();
      attacked.setRequiresGradient(true);
      NDArray gradient =
          Gradients.of(
                  List.of(attacked), () -> Numerics.train(classifier, attacked).mul(towards).sum())
              .get(1);
      NDArray uphill = flat(gradient).div(lengths(gradient).add(1e-300));
      NDArray next = flat(move).add(uphill.mul(reach).mul(0.5));
      NDArray excess = lengths(next).div(reach).maximum(1);
      move = next.div(excess).reshape(x.getShape());
    }
    return x.add(move);
  }

  private static NDArray flat(NDArray rows) {
    return rows.reshape(rows.getShape().get(0), -1);
  }

  private static NDArray lengths(NDArray rows) {
    return flat(rows).norm(new int[] {1}, true);
  }

  /** How many samples change their prediction when attacked at factor times their radius. */
  private static int flips(Classifier classifier, NDArray x, double factor) {
    NDArray y = classifier.apply(x);
    int count = (int) y.getShape().get(0);
    int classes = (int) y.getShape().get(1);
    Certifier certifier = new Certifier(classifier, new FullSpectrum());
    double[] radii = new double[count];
    for (int n = 0; n < count; n++) {
      radii[n] = certifier.certificate(n, 0, y.get(n).toDoubleArray()).radius();
      assertTrue(radii[n] > 0);
    }
    NDArray before = y.argMax(1);
    NDArray flipped = MANAGER.zeros(new Shape(count), DataType.BOOLEAN);
    for (int i = 0; i < classes; i++) {
      NDArray rival = MANAGER.full(new Shape(count), i, DataType.INT64).oneHot(classes);
      NDArray towards = rival.sub(before.oneHot(classes)).toType(DataType.FLOAT64, false);
      NDArray after = classifier.apply(attack(classifier, x, towards, radii, factor)).argMax(1);
      flipped = flipped.logicalOr(after.neq(before));
    }
    return (int) flipped.toType(DataType.INT64, false).sum().getLong();
  }

  private static void assertCertificatesHold(Classifier classifier, NDArray x) {
    assertEquals(0, Tensors.scoped(() -> flips(classifier, x, 1 - 1e-9)));
    assertTrue(Tensors.scoped(() -> flips(classifier, x, 100)) > 0, "the attack is too weak");
  }

  record Case(String name, int channels, int side) {}

  static Stream<Case> cases() {
    return Stream.of(
        new Case("Wong net", 1, 8),
        new Case("2C2F", 1, 8),
        new Case("LiResNet L2 W8", 3, 16),
        new Case("LipNeXt L2 W16", 3, 8),
        new Case("AOL-MLP L3 W48", 3, 4));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void freshNetworksKeepTheirPredictions(Case net) {
    Shape image = new Shape(net.channels, net.side, net.side);
    Classifier classifier =
        Models.create(net.name, net.side, 4, 1).initialize(MANAGER, DataType.FLOAT64, image);
    NDArray x =
        Numerics.gaussian(MANAGER, 2, 12, net.channels, net.side, net.side).mul(0.3).add(0.5);
    assertCertificatesHold(classifier, x);
  }

  @Test
  void aTrainedNetworkKeepsItsPredictions() {
    Images moons = MadeUp.twoMoons(1).train().evenlySpaced(200);
    float[] points = new float[2 * moons.size()];
    int[] classes = new int[moons.size()];
    for (int n = 0; n < moons.size(); n++) {
      moons.read(n, null, points, 2 * n);
      classes[n] = moons.label(n);
    }
    NDArray x =
        MANAGER.create(points, new Shape(moons.size(), 2, 1, 1)).toType(DataType.FLOAT64, false);
    NDArray labels = MANAGER.create(classes);
    Classifier classifier = trainedOnMoons(x, labels);
    NDArray right = classifier.apply(x).argMax(1).toType(DataType.INT32, false).eq(labels);
    assertTrue(right.toType(DataType.FLOAT64, false).mean().getDouble() > 0.8);
    assertCertificatesHold(classifier, x.get(":50"));
  }

  private static Classifier trainedOnMoons(NDArray x, NDArray labels) {
    SplittableRandom random = new SplittableRandom(3);
    List<Layer> body =
        List.of(
            new Flatten(),
            new Dense(16, WeightInit.LECUN),
            new MinMax(),
            new Dense(16, WeightInit.LECUN),
            new MinMax());
    Dense head = new NormalizedDense(2, WeightInit.LECUN);
    Classifier classifier =
        new Classifier(new Sequential(body), head, MarginRule.PAIRWISE)
            .initialize(MANAGER, DataType.FLOAT64, new Shape(2, 1, 1));
    List<NDArray> weights = classifier.trainable();
    for (int step = 0; step < 300; step++) {
      Tensors.scoped(
          () -> {
            NDList found =
                Gradients.of(
                    weights,
                    () ->
                        new Emma()
                            .evaluate(
                                Numerics.train(classifier, x),
                                labels,
                                Numerics.marginConstants(classifier, 2),
                                0.02));
            for (int i = 0; i < weights.size(); i++) {
              NDArray weight = weights.get(i);
              Tensors.copy(weight.sub(found.get(i + 1).mul(0.5)), weight);
            }
            return null;
          });
    }
    return classifier;
  }
}
