package org.lipkit.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.attack.Against;
import org.lipkit.attack.Attack;
import org.lipkit.attack.Attacked;
import org.lipkit.attack.Attacker;
import org.lipkit.attack.DeepFool;
import org.lipkit.attack.Domain;
import org.lipkit.attack.Fab;
import org.lipkit.attack.Pgd;
import org.lipkit.attack.Victim;
import org.lipkit.bound.CholeskyBound;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.PowerIteration;
import org.lipkit.bound.SoundNorm;
import org.lipkit.data.Batch;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Initializers;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.Relu;
import org.lipkit.layer.Sequential;
import org.lipkit.model.GloroNet;
import org.lipkit.tensor.Precision;
import org.lipkit.tensor.Tensors;

class SoundCertifierTest {

  private static final SplittableRandom RANDOM = new SplittableRandom(7);
  private static final Shape PLANE = new Shape(2, 1, 1);

  private final NDManager manager = Tensors.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 6, 20})
  void noFloat32InputWithinACertifiedRadiusIsPredictedOtherwise(double spread) {
    int certified = 0;
    int brokenInExactArithmetic = 0;
    for (int seed = 0; seed < 150; seed++) {
      try (NDManager own = Tensors.newManager()) {
        ExactNet net = new ExactNet(seed + 7000 + (long) (1000 * spread), spread, own);
        SoundCertifier certifier = new SoundCertifier(net.classifier, ExactNet.UPPER, own);
        for (float[] x : nearTheBoundary(net, own)) {
          SoundCertificate proof = certifier.certify(batch(net.image, x), 0).get(0);
          Certificate found = proof.certificate();
          if (found.radius() > 0) {
            certified++;
            assertFalse(isBroken(net, x, found, found.radius(), own));
          }
          double ideal = Math.min(proof.exactArithmeticRadius(), 1e6);
          brokenInExactArithmetic += isBroken(net, x, found, ideal, own) ? 1 : 0;
        }
      }
    }
    assertTrue(certified > 100, "only " + certified + " certified");
    assertTrue(brokenInExactArithmetic > 0, "the attack is too weak to break anything");
  }

  /** A sample, a neighbour of the boundary on the way to another one, and the middle of both. */
  private static List<float[]> nearTheBoundary(ExactNet net, NDManager manager) {
    float[] start = net.input(1);
    float[] from = start.clone();
    float[] to = net.input(1);
    int own = predict(net.classifier, net.image, manager, from)[0];
    for (int i = 0; i < 40; i++) {
      float[] middle = between(from, to);
      boolean same = predict(net.classifier, net.image, manager, middle)[0] == own;
      System.arraycopy(middle, 0, same ? from : to, 0, from.length);
    }
    return List.of(start, from, between(start, from));
  }

  private static boolean isBroken(
      ExactNet net, float[] x, Certificate certificate, double radius, NDManager manager) {
    float[][] moved = new float[64][];
    for (int k = 0; k < moved.length; k++) {
      moved[k] = within(x, gaussian(x.length, net.random()), radius);
    }
    return Arrays.stream(predict(net.classifier, net.image, manager, moved))
        .anyMatch(prediction -> prediction != certificate.prediction());
  }

  @Test
  void allFloat32NeighboursInAPlaneKeepThePrediction() {
    int certified = 0;
    for (int seed = 0; seed < 60; seed++) {
      Classifier classifier = planeNet(seed, seed % 3 == 0 ? 1e5f : 0.1f);
      SoundCertifier certifier = new SoundCertifier(classifier, SoundNorm.TIGHT, manager);
      float[] a = {RANDOM.nextFloat(), RANDOM.nextFloat()};
      float[] b = {RANDOM.nextFloat(), RANDOM.nextFloat()};
      int own = predict(classifier, PLANE, manager, a)[0];
      for (int i = 0; i < 60; i++) {
        float[] middle = between(a, b);
        boolean same = predict(classifier, PLANE, manager, middle)[0] == own;
        System.arraycopy(middle, 0, same ? a : b, 0, 2);
      }
      for (int step = 0; step < 40; step++) {
        float[] x = {a[0] + 1e-7f * step * step, a[1]};
        Certificate found = certifier.certify(batch(PLANE, x), 0).get(0).certificate();
        if (found.radius() > 0) {
          certified++;
          for (int prediction :
              predict(classifier, PLANE, manager, neighbours(x, found.radius()))) {
            assertEquals(found.prediction(), prediction);
          }
        }
      }
    }
    assertTrue(certified > 100, "only " + certified + " certified");
  }

  private static float[][] neighbours(float[] x, double radius) {
    int reach = 12;
    float[][] all = new float[(2 * reach + 1) * (2 * reach + 1)][];
    int next = 0;
    for (int i = -reach; i <= reach; i++) {
      for (int j = -reach; j <= reach; j++) {
        float[] near = {x[0] + i * Math.ulp(x[0]), x[1] + j * Math.ulp(x[1])};
        all[next++] = distance(x, near) <= radius ? near : x;
      }
    }
    return all;
  }

  private Classifier planeNet(long seed, float bias) {
    SplittableRandom random = new SplittableRandom(seed);
    Classifier classifier =
        new Classifier(
                new Sequential(
                    List.of(
                        new Flatten(),
                        new Dense(8, Initializers.orthogonal(random), random),
                        new MinMax(),
                        new Dense(8, Initializers.orthogonal(random), random),
                        new Relu())),
                new Dense(3, Initializers.orthogonal(random), random),
                MarginRule.PAIRWISE)
            .initialize(manager, DataType.FLOAT32, PLANE);
    classifier
        .state()
        .forEach(
            (name, array) -> {
              if (name.endsWith("bias")) {
                set(array, random.doubles(array.size()).map(v -> bias * (v - 0.5)).toArray());
              }
            });
    return classifier;
  }

  private static void set(NDArray array, double[] values) {
    Tensors.withoutGradient(
        () -> {
          Tensors.ofDoubles(array.getManager(), values, array.getShape(), DataType.FLOAT32)
              .copyTo(array);
          return null;
        });
  }

  private Classifier withHeadBias(double first, double second, double third) {
    Classifier classifier = planeNet(1, 0.1f);
    set(classifier.head().bias(), new double[] {first, second, third});
    return classifier;
  }

  @Test
  void theAttacksOfTheKitStayBeyondCertifiedRadii() {
    Images images = MadeUp.twoMoons(1).test().take(20);
    for (int seed = 0; seed < 10; seed++) {
      Classifier classifier = planeNet(seed, seed % 2 == 0 ? 1e4f : 0.5f);
      SoundCertifier certifier = new SoundCertifier(classifier, SoundNorm.TIGHT, manager);
      List<SoundCertificate> proofs = certifier.certify(images);
      Victim victim =
          new Victim(x -> classifier.apply(x, false), PLANE, Domain.WHOLE_SPACE, manager);
      for (Attack attack : List.of(DeepFool.PUBLISHED, new Pgd(0.05, 20, 2), new Fab(20, 2))) {
        List<Attacked> found =
            new Attacker(victim, attack, 5)
                .attack(images, Against.PREDICTION, images.size(), done -> {});
        for (int n = 0; n < found.size(); n++) {
          Certificate certificate = proofs.get(n).certificate();
          if (certificate.radius() > 0) {
            assertEquals(certificate.prediction(), found.get(n).attackedClass());
            assertTrue(found.get(n).distance() > certificate.radius());
          }
        }
      }
    }
  }

  @Test
  void aBiasThatSwallowsTheMarginIsNotCertified() {
    Classifier classifier = withHeadBias(1e9, 1e9, -1e9);
    Batch batch = batch(PLANE, new float[] {0.9f, 0.2f});
    SoundCertificate found =
        new SoundCertifier(classifier, SoundNorm.TIGHT, manager).certify(batch, 0).get(0);
    assertEquals(0, found.certificate().radius());
    assertTrue(found.refusal().contains("rounding"), found.refusal());
  }

  @Test
  void possibleOverflowAndNotANumberAreRefusedWithAReason() {
    Classifier classifier = withHeadBias(3e38, 0, 3e38);
    Batch batch = batch(PLANE, new float[] {0.9f, 0.2f}, new float[] {Float.NaN, 0});
    List<SoundCertificate> found =
        new SoundCertifier(classifier, SoundNorm.TIGHT, manager).certify(batch, 0);
    assertEquals(0, found.get(0).certificate().radius());
    assertEquals("a sum in Dense may overflow float32", found.get(0).refusal());
    assertEquals(0, found.get(1).certificate().radius());
    assertTrue(found.get(1).refusal().contains("not a number"), found.get(1).refusal());
  }

  @Test
  void estimatesAndWeightsThatAreNotFiniteAreRefused() {
    Classifier classifier = planeNet(1, 0.1f);
    refused(IllegalArgumentException.class, "power iteration", classifier, PowerIteration.QUICK);
    Classifier damaged = withHeadBias(Double.NaN, 0, 0);
    refused(IllegalArgumentException.class, "NaN", damaged, SoundNorm.TIGHT);
  }

  private void refused(
      Class<? extends Exception> kind, String reason, Classifier classifier, NormMethod method) {
    Exception refusal = assertThrows(kind, () -> new SoundCertifier(classifier, method, manager));
    assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
  }

  @Test
  void reducedPrecisionIsRefused() {
    Precision.requireFull(Map.of("ONEDNN_DEFAULT_FPMATH_MODE", "STRICT"));
    for (Map<String, String> asked :
        List.of(
            Map.of("ONEDNN_DEFAULT_FPMATH_MODE", "BF16"),
            Map.of("DNNL_DEFAULT_FPMATH_MODE", "TF32"),
            Map.of("NVIDIA_TF32_OVERRIDE", "1"))) {
      Exception refusal =
          assertThrows(IllegalStateException.class, () -> Precision.requireFull(asked));
      assertTrue(refusal.getMessage().contains(asked.keySet().iterator().next()));
    }
    Classifier doubles =
        GloroNet.C2F2.create(10, 1).initialize(manager, DataType.FLOAT64, new Shape(1, 8, 8));
    refused(IllegalArgumentException.class, "FLOAT32", doubles, ExactNet.UPPER);
  }

  @Test
  void changedWeightsAreNoticed() {
    Classifier classifier = planeNet(1, 0.1f);
    SoundCertifier certifier = new SoundCertifier(classifier, SoundNorm.TIGHT, manager);
    Batch batch = batch(PLANE, new float[] {0.9f, 0.2f});
    assertNull(certifier.certify(batch, 0).get(0).refusal());
    set(classifier.head().bias(), new double[] {0, 0, 1e-3});
    Exception refusal =
        assertThrows(IllegalStateException.class, () -> certifier.certify(batch, 0));
    assertTrue(refusal.getMessage().contains("Dense"), refusal.getMessage());
  }

  @Test
  void roundingCostsLessThanAHundredthOfATypicalRadius() {
    Images images = MadeUp.strokes(1).test().take(50);
    Classifier classifier =
        GloroNet.C2F2.create(10, 1).initialize(manager, DataType.FLOAT32, new Shape(1, 28, 28));
    SoundNorm quick = new SoundNorm(new CholeskyBound(), 1 << 18);
    List<SoundCertificate> found = new SoundCertifier(classifier, quick, manager).certify(images);
    for (SoundCertificate proof : found) {
      double lost = proof.exactArithmeticRadius() - proof.certificate().radius();
      assertTrue(lost >= 0 && lost < 0.005, "lost " + lost);
    }
  }

  private static Batch batch(Shape image, float[]... images) {
    float[] pixels = new float[images.length * (int) image.size()];
    for (int n = 0; n < images.length; n++) {
      System.arraycopy(images[n], 0, pixels, n * (int) image.size(), images[n].length);
    }
    return new Batch(
        pixels,
        new int[images.length],
        images.length,
        (int) image.get(0),
        (int) image.get(1),
        (int) image.get(2));
  }

  /** The class of the strictly largest logit, or -1 on a tie. */
  private static int[] predict(
      Classifier classifier, Shape image, NDManager manager, float[]... images) {
    double[] logits =
        Tensors.scoped(
            () ->
                Tensors.withoutGradient(
                    () -> {
                      Batch batch = batch(image, images);
                      return Tensors.toDoubles(
                          classifier.apply(Split.array(batch, manager), false));
                    }));
    int classes = logits.length / images.length;
    int[] predictions = new int[images.length];
    for (int n = 0; n < images.length; n++) {
      double[] y = Arrays.copyOfRange(logits, n * classes, (n + 1) * classes);
      double largest = Arrays.stream(y).max().orElseThrow();
      predictions[n] = -1;
      if (Arrays.stream(y).filter(v -> v == largest).count() == 1) {
        predictions[n] = (int) Arrays.stream(y).takeWhile(v -> v != largest).count();
      }
    }
    return predictions;
  }

  private static float[] between(float[] a, float[] b) {
    float[] middle = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      middle[i] = a[i] / 2 + b[i] / 2;
    }
    return middle;
  }

  private static float[] gaussian(int length, SplittableRandom random) {
    float[] direction = new float[length];
    for (int i = 0; i < length; i++) {
      direction[i] = (float) random.nextGaussian();
    }
    return direction;
  }

  /** The float32 input in a direction that lies just within the radius. */
  private static float[] within(float[] x, float[] direction, double radius) {
    double length = distance(direction, new float[x.length]);
    double scale = length == 0 ? 0 : radius / length;
    float[] moved;
    do {
      moved = x.clone();
      for (int i = 0; i < x.length; i++) {
        moved[i] = (float) (x[i] + scale * direction[i]);
      }
      scale *= 1 - 1e-6;
    } while (scale > 0 && distance(x, moved) > radius * (1 - 1e-12) && distance(x, moved) > 0);
    return moved;
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }
}
