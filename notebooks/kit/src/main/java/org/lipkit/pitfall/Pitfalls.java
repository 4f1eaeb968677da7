package org.lipkit.pitfall;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.PowerIteration;
import org.lipkit.certify.HeadRows;
import org.lipkit.certify.MarginConstants;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MaxPooling;
import org.lipkit.layer.Pass;
import org.lipkit.layer.Relu;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.WeightInit;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.Precision;
import org.lipkit.tensor.Tensors;

/**
 * The ways in which published certificates can be false, each shown on a network of two classes
 * that is small enough to compute the right answer by hand. Errors of constants are described in
 * arXiv 2505.06958, errors of float32 in arXiv 2506.01054 and 2603.13334.
 */
public final class Pitfalls {

  /** Pixels of the networks whose largest slope lies in one direction among many. */
  private static final int SIDE = 8;

  private static final int PIXELS = SIDE * SIDE;

  private static final Shape SQUARE = new Shape(1, SIDE, SIDE);

  private final NDManager manager;

  /**
   * Prepares the networks.
   *
   * @param manager owns all networks
   */
  public Pitfalls(NDManager manager) {
    this.manager = manager;
  }

  /**
   * All pitfalls.
   *
   * @return in the order of the methods below
   */
  public List<Pitfall> all() {
    return List.of(
        stoppedEarly(),
        unluckyStart(),
        underflow(),
        hugeBias(),
        hugeWeights(),
        nearTie(),
        overlappingPooling(),
        unknownLayer(),
        reducedPrecision());
  }

  /**
   * Power iteration stopped after one step. The layer doubles one direction u among 64 and keeps
   * the others, and one step from a random start has hardly turned towards u.
   *
   * @return the pitfall
   */
  public Pitfall stoppedEarly() {
    double[] u = new double[PIXELS];
    Arrays.fill(u, 1.0 / SIDE);
    Classifier classifier = stretching(u, 2, 1);
    return alongDirection(
        "power iteration stopped early",
        classifier,
        u,
        claim(classifier, new PowerIteration(1, 0)));
  }

  /**
   * Power iteration that starts orthogonal to the direction that the layer stretches tenfold, and
   * stops when the estimate no longer grows: at once.
   *
   * @return the pitfall
   */
  public Pitfall unluckyStart() {
    double[] start =
        Tensors.toDoubles(
            Tensors.gaussian(
                manager,
                new SplittableRandom(PowerIteration.START),
                new Shape(PIXELS),
                DataType.FLOAT64));
    double length = Math.hypot(start[0], start[1]);
    double[] u = new double[PIXELS];
    u[0] = start[1] / length;
    u[1] = -start[0] / length;
    Classifier classifier = stretching(u, 10, 1);
    return alongDirection(
        "power iteration with an unlucky start",
        classifier,
        u,
        claim(classifier, PowerIteration.QUICK));
  }

  /**
   * Power iteration in float32, as it is usually written, on weights of 2^-50: {@code A^T A v} is
   * so small that what keeps v from vanishing drowns it, and 500 steps leave v where it was. The
   * head makes up for the small weights. LipKit's own iteration is scaled and does not underflow.
   *
   * @return the pitfall
   */
  public Pitfall underflow() {
    double[] u = new double[PIXELS];
    Arrays.fill(u, 1.0 / SIDE);
    double scale = 0x1p-50;
    Classifier classifier = stretching(u, 2, scale);
    NDArray matrix = ((Dense) classifier.body().layers().get(1)).weight();
    double norm =
        Tensors.scoped(() -> Tensors.withoutGradient(() -> unscaledIteration(matrix, 500)));
    return alongDirection("power iteration in float32 underflows", classifier, u, norm * 2 / scale);
  }

  /** The length of A v after steps from v to (A^T A + 1e-15 I) v, normalised. */
  private double unscaledIteration(NDArray matrix, int steps) {
    SplittableRandom random = new SplittableRandom(PowerIteration.START);
    NDArray v = Tensors.gaussian(manager, random, new Shape(1, PIXELS), DataType.FLOAT32);
    for (int i = 0; i < steps; i++) {
      NDArray next = v.matMul(matrix.transpose()).matMul(matrix).add(v.mul(1e-15f));
      v = next.div(next.norm());
    }
    return Tensors.toDouble(v.matMul(matrix.transpose()).norm());
  }

  /**
   * A hidden bias of 2^19 that the head's bias takes away again. In exact arithmetic it does
   * nothing; in float32 it rounds both inputs to multiples of 1/16.
   *
   * @return the pitfall
   */
  public Pitfall hugeBias() {
    double huge = 0x1p19;
    Dense hidden = dense(2, 1, 0, 0, 1);
    Dense head = dense(2, 1, 0, 0, 1);
    Classifier classifier = plane(List.of(new Flatten(), hidden), head);
    set(hidden.bias(), huge, huge);
    set(head.bias(), -huge, -huge);
    float[] image = {0.45f, 0.5f};
    return inPlane(
        "a huge bias swallows the margin",
        classifier,
        image,
        claim(classifier, PowerIteration.PUBLISHED),
        0.04);
  }

  /**
   * Weights near the largest float32 number. The network is gentle in exact arithmetic, but a sum
   * overflows to infinity next to the sample.
   *
   * @return the pitfall
   */
  public Pitfall hugeWeights() {
    double huge = 0x1.8p127;
    Dense hidden = dense(2, huge, huge, 0, 0);
    Dense head = dense(2, -1 / huge, 0, 0, 0);
    Classifier classifier = plane(List.of(new Flatten(), hidden, new Relu()), head);
    set(head.bias(), 5, 1);
    float[] image = {0.6f, 0.6f};
    return inPlane(
        "huge weights overflow",
        classifier,
        image,
        claim(classifier, PowerIteration.PUBLISHED),
        0.2);
  }

  /**
   * Two classes whose logits are nearly equal everywhere near the sample. The margin is smaller
   * than a unit in the last place of the sums behind it, so that rounding decides the prediction
   * there, in any order of the additions.
   *
   * @return the pitfall
   */
  public Pitfall nearTie() {
    SplittableRandom random = new SplittableRandom(11);
    double[] rows = new double[2 * PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      rows[i] = random.nextGaussian();
      rows[PIXELS + i] = rows[i] + 1e-4 * random.nextGaussian();
    }
    Classifier classifier = initialized(List.of(new Flatten()), dense(PIXELS, rows), SQUARE);
    float[] image = image(random);
    double[] y = logits(classifier, image);
    set(((Dense) classifier.head()).bias(), 3e-7 - y[0], -y[1]);
    return Pitfall.of(
        "a near tie",
        classifier,
        image,
        claim(classifier, PowerIteration.PUBLISHED),
        float32(classifier),
        near(image, 1e-5, random),
        manager);
  }

  /**
   * Max pooling with overlapping windows counted as 1-Lipschitz, as GloRo's code does. One pixel
   * lies in nine windows of 3 x 3 and moves nine outputs, three times as far.
   *
   * @return the pitfall
   */
  public Pitfall overlappingPooling() {
    double[] rows = new double[18];
    Arrays.fill(rows, 0, 9, 1 / 3.0);
    Arrays.fill(rows, 9, 18, -1 / 3.0);
    Dense head = dense(9, rows);
    Classifier classifier =
        initialized(List.of(new MaxPooling(3, 1, 0), new Flatten()), head, new Shape(1, 5, 5));
    set(head.bias(), 0, 2.8);
    float[] image = new float[25];
    image[12] = 0.5f;
    float[] darker = image.clone();
    darker[12] = 0.45f;
    return Pitfall.of(
        "overlapping max pooling counted as 1",
        classifier,
        image,
        HeadRows.of(classifier).distances()[0][1],
        float32(classifier),
        List.of(darker),
        manager);
  }

  /**
   * A layer that the certifier does not know, counted as 1-Lipschitz as published certifiers do, or
   * with a warning. It multiplies by 4.
   *
   * @return the pitfall
   */
  public Pitfall unknownLayer() {
    Dense head = dense(2, 1, 0, 0, 1);
    Classifier classifier = plane(List.of(new Contrast(), new Flatten()), head);
    float[] image = {0.5f, 0.45f};
    return inPlane(
        "an unknown layer counted as 1",
        classifier,
        image,
        HeadRows.of(classifier).distances()[0][1],
        0.1);
  }

  /**
   * A network certified for float32 and run in reduced precision: bfloat16 here, whose 8 bits any
   * processor can show; TF32 keeps 11.
   *
   * @return the pitfall; its refusal is what asking for TF32 is answered with
   */
  public Pitfall reducedPrecision() {
    SplittableRandom random = new SplittableRandom(5);
    double[] rows = random.doubles(2 * PIXELS, -1, 1).toArray();
    Dense head = dense(PIXELS, rows);
    Classifier classifier = initialized(List.of(new Flatten()), head, SQUARE);
    float[] image = image(random);
    leadBy(0.001, classifier, image);
    Pitfall claimed =
        Pitfall.of(
            "run in reduced precision",
            classifier,
            image,
            claim(classifier, PowerIteration.PUBLISHED),
            x -> classifier.apply(BFloat16.of(x)),
            near(image, 1e-5, random),
            manager);
    try {
      Precision.requireFull(Map.of("NVIDIA_TF32_OVERRIDE", "1"));
      return claimed;
    } catch (IllegalStateException refusal) {
      return claimed.refused(refusal.getMessage());
    }
  }

  private static float[] image(SplittableRandom random) {
    float[] image = new float[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      image[i] = (float) random.nextDouble();
    }
    return image;
  }

  /** The image itself and others that differ in every pixel. */
  private static List<float[]> near(float[] image, double deviation, SplittableRandom random) {
    List<float[]> near = new ArrayList<>(List.of(image));
    for (int trial = 0; trial < 500; trial++) {
      float[] moved = image.clone();
      for (int i = 0; i < moved.length; i++) {
        moved[i] += (float) (deviation * random.nextGaussian());
      }
      near.add(moved);
    }
    return near;
  }

  /** Sets the head's bias so that class 0 wins at the image by the given margin. */
  private void leadBy(double margin, Classifier classifier, float[] image) {
    double[] y = logits(classifier, image);
    set(((Dense) classifier.head()).bias(), 0, y[0] - y[1] - margin);
  }

  private double[] logits(Classifier classifier, float[] image) {
    return Pitfall.logits(float32(classifier), SQUARE, image, manager);
  }

  private Pitfall alongDirection(String name, Classifier classifier, double[] u, double claimed) {
    float[] image = new float[PIXELS];
    Arrays.fill(image, 0.5f);
    double margin = 0.2;
    leadBy(margin, classifier, image);
    double radius = margin / claimed;
    List<float[]> steps = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      float[] moved = image.clone();
      for (int d = 0; d < PIXELS; d++) {
        moved[d] -= (float) (u[d] * radius * i / 100);
      }
      steps.add(moved);
    }
    return Pitfall.of(name, classifier, image, claimed, float32(classifier), steps, manager);
  }

  /** {@code x -> scale (I + (factor - 1) u u^T) x}, then a head that compares u^T x with -u^T x. */
  private Classifier stretching(double[] u, double factor, double scale) {
    double[] matrix = new double[PIXELS * PIXELS];
    double[] rows = new double[2 * PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      for (int j = 0; j < PIXELS; j++) {
        matrix[i * PIXELS + j] = scale * ((i == j ? 1 : 0) + (factor - 1) * u[i] * u[j]);
      }
      rows[i] = u[i] / scale;
      rows[PIXELS + i] = -rows[i];
    }
    return initialized(List.of(new Flatten(), dense(PIXELS, matrix)), dense(PIXELS, rows), SQUARE);
  }

  private double claim(Classifier classifier, NormMethod method) {
    return MarginConstants.of(classifier, method).of(0, 1);
  }

  private static Pitfall.Program float32(Classifier classifier) {
    return x -> classifier.apply(x);
  }

  private Pitfall inPlane(
      String name, Classifier classifier, float[] image, double claimed, double reach) {
    return Pitfall.of(
        name, classifier, image, claimed, float32(classifier), grid(image, reach), manager);
  }

  /** Points of the plane in a square around one. */
  private static List<float[]> grid(float[] centre, double reach) {
    List<float[]> points = new ArrayList<>();
    for (int i = -50; i <= 50; i++) {
      for (int j = -50; j <= 50; j++) {
        points.add(
            new float[] {
              (float) (centre[0] + reach * i / 50), (float) (centre[1] + reach * j / 50)
            });
      }
    }
    return points;
  }

  private Classifier plane(List<Layer> body, Dense head) {
    return initialized(body, head, new Shape(2, 1, 1));
  }

  private Classifier initialized(List<Layer> body, Dense head, Shape image) {
    return new Classifier(new Sequential(body), head, MarginRule.PAIRWISE)
        .initialize(manager, DataType.FLOAT32, image);
  }

  /** A dense layer with the given rows. */
  private static Dense dense(int inputs, double... rows) {
    return new Dense(rows.length / inputs, WeightInit.of(rows));
  }

  private static void set(NDArray bias, double... values) {
    Tensors.copy(
        Tensors.ofDoubles(bias.getManager(), values, bias.getShape(), DataType.FLOAT32), bias);
  }

  /** {@code 4 (x - 1/2)}, written by somebody who does not know its Lipschitz constant. */
  private static final class Contrast extends Layer {

    @Override
    public Form form(Pass pass) {
      return new Form.Bounded(
          exact(Double.POSITIVE_INFINITY, x -> x.sub(0.5f).mul(Tensors.scalar(x, 4))),
          (inner, method) -> {
            throw new UnsupportedOperationException(
                "Contrast has no Lipschitz bound, so no network with it can be certified; give it"
                    + " one.");
          });
    }
  }
}
