package org.lipkit.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.bound.SoundNorm;
import org.lipkit.data.Batch;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Layer;
import org.lipkit.layer.NormalizedDense;
import org.lipkit.layer.Scale;
import org.lipkit.layer.WeightInit;
import org.lipkit.layer.orthogonal.Sll;
import org.lipkit.layer.orthogonal.Soc;
import org.lipkit.tensor.ArgMax;
import org.lipkit.tensor.Tensors;

/** Cases on which published certifiers claim too much, small enough for the radius by hand. */
class HardCasesTest {

  private static final Shape PLANE = new Shape(2, 1, 1);
  private static final double[] IDENTITY = {1, 0, 0, 1};

  private final NDManager manager = Tensors.newManager();

  @AfterEach
  void free() {
    manager.close();
  }

  private Classifier frozen(Shape image, Layer... layers) {
    return Classifier.of(layers).seed(3).initialize(manager, DataType.FLOAT32, image).frozen();
  }

  private static Certificate certificate(Classifier classifier, Shape image, float... x) {
    Batch batch = SoundCertifierTest.batch(image, x);
    try (SoundCertifier certifier = new SoundCertifier(classifier)) {
      return certifier.certify(batch, 0).get(0).certificate();
    }
  }

  /** The radius is proved, so at most the true one, and it is nearly the true one. */
  private static void assertRadius(double exact, Certificate certificate) {
    assertTrue(certificate.radius() <= exact * (1 + 1e-6), () -> certificate + " above " + exact);
    assertTrue(certificate.radius() >= 0.99 * exact, () -> certificate + " below " + exact);
  }

  private static double constant(Layer layer) {
    return layer.bound(SoundNorm.TIGHT).value();
  }

  @Test
  void equalLogitsHaveRadiusZero() {
    Classifier classifier = frozen(PLANE, new Flatten(), new Dense(2, WeightInit.of(IDENTITY)));
    assertEquals(0, certificate(classifier, PLANE, 0.5f, 0.5f).radius());
  }

  /** The logits are w x and -w x, so that the class changes at x = 0. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-5, 1e-20})
  void tinyWeightsAreNotDrowned(double w) {
    Shape pixel = new Shape(1, 1, 1);
    Classifier classifier =
        frozen(
            pixel,
            new Convolution(1, 1, 1, 0, WeightInit.constant(w)),
            new Flatten(),
            new Dense(2, WeightInit.of(1, -1)));
    assertEquals(w, constant(classifier.body()), 1e-3 * w);
    assertRadius(0.5, certificate(classifier, pixel, 0.5f));
  }

  /**
   * Matrices V with a zero column, with a zero row, and with rows so short that the epsilon under
   * the division outweighs them. Where that division magnifies rounding, nothing may be certified.
   */
  @ParameterizedTest
  @CsvSource({
    "1 0 1 0,true",
    "0 0 0 0,true",
    "1e-20 0 0 1e-20,true",
    "1 1 0 0,false",
    "3 -4 1e-12 1e-12,false"
  })
  void sllIsOneLipschitzWhateverVIs(String entries, boolean certified) {
    double[] v = List.of(entries.split(" ")).stream().mapToDouble(Double::parseDouble).toArray();
    Classifier classifier =
        frozen(
            PLANE,
            new Flatten(),
            new Sll(new Dense(2, WeightInit.of(v))),
            new Dense(2, WeightInit.of(IDENTITY)));
    assertTrue(constant(classifier.body()) <= 1.001, () -> "" + constant(classifier.body()));
    double radius = assertUnbroken(classifier, PLANE, 0.9f, 0.2f);
    assertTrue(radius > 0 || !certified, "nothing is certified");
  }

  @Test
  void fortyOneSocBlocksStayNearOne() {
    Shape image = new Shape(2, 4, 4);
    List<Layer> layers = new ArrayList<>();
    for (int block = 0; block < 41; block++) {
      layers.add(new Soc(2, 3, 6, WeightInit.gaussian(0.1)));
    }
    layers.add(new Flatten());
    layers.add(new Dense(2));
    Classifier classifier = frozen(image, layers.toArray(Layer[]::new));
    double constant = constant(classifier.body());
    assertTrue(constant >= 1 && constant < 1.05, () -> "" + constant);
    float[] x = new float[(int) image.size()];
    SplittableRandom random = new SplittableRandom(2);
    for (int k = 0; k < x.length; k++) {
      x[k] = (float) random.nextDouble();
    }
    assertTrue(assertUnbroken(classifier, image, x) > 0, "nothing is certified");
  }

  /** The boundary is where the difference of the rows, as they are stored, is orthogonal to x. */
  @Test
  void nearlyParallelRowsOfANormalisedHead() {
    Classifier classifier =
        frozen(PLANE, new Flatten(), new NormalizedDense(2, WeightInit.of(3, 0, 3, 3e-4)));
    double[] w = Tensors.toDoubles(classifier.state().get("02head_weight"));
    double[] difference = {w[2] - w[0], w[3] - w[1]};
    double margin = Math.abs(difference[0] * 0.5 + difference[1] * 0.8);
    Certificate certificate = certificate(classifier, PLANE, 0.5f, 0.8f);
    assertRadius(margin / Math.hypot(difference[0], difference[1]), certificate);
  }

  @Test
  void theConstantIsFourByConstruction() {
    double[] twice = {2, 0, 0, 2};
    Classifier classifier =
        frozen(
            PLANE,
            new Flatten(),
            new Dense(2, WeightInit.of(twice)),
            new Dense(2, WeightInit.of(twice)),
            new Dense(2, WeightInit.of(IDENTITY)));
    assertEquals(4, constant(classifier.body()), 2e-3);
    assertTrue(constant(classifier.body()) >= 4);
    assertRadius(0.2 / Math.sqrt(2), certificate(classifier, PLANE, 0.6f, 0.4f));
  }

  /** Inputs of 0 to 60,000, as a range of 16 bits may be: radii are in the inputs' own unit. */
  @Test
  void normalisationByARangeOfSixtyThousand() {
    Classifier classifier =
        frozen(
            PLANE, new Scale(1 / 60_000.0), new Flatten(), new Dense(2, WeightInit.of(IDENTITY)));
    assertRadius(12_000 / Math.sqrt(2), certificate(classifier, PLANE, 36_000f, 24_000f));
  }

  /** Nothing within the certified radius has another class; returns the radius. */
  private double assertUnbroken(Classifier classifier, Shape image, float... x) {
    Certificate certificate = certificate(classifier, image, x);
    SplittableRandom random = new SplittableRandom(1);
    for (int n = 0; n < 200; n++) {
      float[] moved = new float[x.length];
      double[] step = random.doubles(x.length, -1, 1).toArray();
      double length = 0;
      for (double s : step) {
        length += s * s;
      }
      for (int k = 0; k < x.length; k++) {
        moved[k] = (float) (x[k] + 0.999 * certificate.radius() * step[k] / Math.sqrt(length));
      }
      NDArray y =
          Tensors.withoutGradient(
              () -> classifier.apply(manager.create(moved, new Shape(1).addAll(image))));
      assertEquals(certificate.prediction(), ArgMax.of(Tensors.toDoubles(y)));
    }
    return certificate.radius();
  }
}
