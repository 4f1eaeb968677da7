package org.lipkit.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import org.lipkit.Numerics;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.Sequential;
import org.lipkit.model.Models;
import org.lipkit.tensor.Tensors;

class CertifierTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterContainer
  static void free() {
    MANAGER.close();
  }

  /** y = W x, on inputs (1, 1, inputs). */
  private static Classifier linear(MarginRule rule, int inputs, double... weight) {
    SplittableRandom random = new SplittableRandom(1);
    Dense head = new Dense(weight.length / inputs, Numerics.values(weight));
    return new Classifier(new Sequential(List.of(new Flatten())), head, rule)
        .initialize(MANAGER, DataType.FLOAT64, new Shape(1, 1, inputs));
  }

  private static Certifier certifier(Classifier classifier) {
    return new Certifier(classifier, new FullSpectrum());
  }

  /** Rows (1, 0), (0, 1), (-1, 0): distances sqrt(2), 2, sqrt(2). */
  private static Certifier threeRows() {
    return certifier(linear(MarginRule.PAIRWISE, 2, 1, 0, 0, 1, -1, 0));
  }

  @Example
  void radiiByHand() {
    Certificate first = threeRows().certificate(7, 0, new double[] {3, 1, -2});
    assertEquals(7, first.index());
    assertEquals(0, first.prediction());
    assertTrue(first.correct());
    assertEquals(2, first.margin());
    assertEquals(Math.sqrt(2), first.radius(), 1e-14);
    Certificate second = threeRows().certificate(8, 1, new double[] {1, -7, 1.5});
    assertEquals(2, second.prediction());
    assertEquals(0.5, second.margin());
    assertEquals(0.25, second.radius(), 1e-14);
  }

  @Example
  void aTieHasRadiusZeroAndGoesToTheFirstClass() {
    Certificate tie = threeRows().certificate(0, 1, new double[] {-1, 4, 4});
    assertEquals(1, tie.prediction());
    assertEquals(0, tie.margin());
    assertEquals(0, tie.radius());
    Classifier sameRows = linear(MarginRule.PAIRWISE, 1, 2, 2);
    assertEquals(0, certifier(sameRows).certificate(0, 0, new double[] {5, 5}).radius());
  }

  @Property(tries = 60)
  void logitsThatAreNotFiniteAreRefused(@ForAll boolean infinite) {
    double bad = infinite ? Double.NEGATIVE_INFINITY : Double.NaN;
    for (int place = 0; place < 3; place++) {
      double[] y = {1, 2, 3};
      y[place] = bad;
      Exception e =
          assertThrows(IllegalArgumentException.class, () -> threeRows().certificate(42, 0, y));
      assertTrue(e.getMessage().startsWith("Sample 42 has a logit of " + bad));
    }
  }

  /** A linear classifier's decision boundary is known: it lies exactly at the radius. */
  @Property(tries = 40)
  void onALinearClassifierThePairwiseRadiusIsTheDistanceToTheBoundary(@ForAll long seed) {
    double[] weight = Numerics.gaussian(MANAGER, seed, 4, 3).toDoubleArray();
    Classifier classifier = linear(MarginRule.PAIRWISE, 3, weight);
    NDArray x = Numerics.gaussian(MANAGER, seed + 1, 1, 1, 1, 3);
    Certificate certificate =
        certifier(classifier).certificate(0, 0, classifier.apply(x).toDoubleArray());
    int j = certificate.prediction();
    double radius = certificate.radius();
    boolean flippedBeyond = false;
    for (int i = 0; i < 4; i++) {
      if (i != j) {
        NDArray rows = ((Dense) classifier.head()).weight();
        NDArray towards = rows.get(i).sub(rows.get(j));
        NDArray step = towards.div(towards.norm()).reshape(x.getShape());
        assertEquals(j, prediction(classifier, x.add(step.mul(radius * (1 - 1e-6)))));
        flippedBeyond |= j != prediction(classifier, x.add(step.mul(radius * (1 + 1e-6))));
      }
    }
    assertTrue(flippedBeyond);
    Certificate network =
        certifier(linear(MarginRule.NETWORK, 3, weight))
            .certificate(0, 0, classifier.apply(x).toDoubleArray());
    assertTrue(network.radius() <= radius * (1 + 1e-12));
  }

  private static long prediction(Classifier classifier, NDArray x) {
    return classifier.apply(x).argMax(1).getLong(0);
  }

  @Example
  void aSplitIsCertifiedInOrderWhateverTheBatches() {
    Images images = MadeUp.textures(8, 3, 1).test().evenlySpaced(23);
    Classifier classifier =
        Models.create("2C2F", 8, 3, 1).initialize(MANAGER, DataType.FLOAT32, new Shape(3, 8, 8));
    Certifier certifier = certifier(classifier);
    List<Integer> progress = new ArrayList<>();
    List<Certificate> small = certifier.certify(images, 10, progress::add);
    assertEquals(List.of(10, 20, 23), progress);
    List<Certificate> large = certifier.certify(images);
    assertEquals(23, large.size());
    for (int n = 0; n < 23; n++) {
      assertEquals(n, small.get(n).index());
      assertEquals(images.label(n), small.get(n).label());
      assertEquals(large.get(n).prediction(), small.get(n).prediction());
      assertEquals(large.get(n).radius(), small.get(n).radius(), 1e-5);
      float[] pixels = new float[images.values()];
      images.read(n, null, pixels, 0);
      NDArray x = MANAGER.create(pixels, new Shape(1, 3, 8, 8));
      double[] y = Tensors.toDoubles(classifier.apply(x));
      Certificate alone = certifier.certificate(n, images.label(n), y);
      assertEquals(alone.radius(), small.get(n).radius(), 1e-5);
      assertEquals(alone.margin(), small.get(n).margin(), 1e-5);
    }
  }

  @Example
  void logitsOfAnotherNumberOfClassesAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> threeRows().certificate(0, 0, new double[] {1, 2}));
  }
}
