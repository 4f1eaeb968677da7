package org.lipkit.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lipkit.attack.Against;
import org.lipkit.attack.Attack;
import org.lipkit.attack.Attacked;
import org.lipkit.attack.Attacker;
import org.lipkit.attack.DeepFool;
import org.lipkit.attack.Domain;
import org.lipkit.attack.Fab;
import org.lipkit.attack.Pgd;
import org.lipkit.attack.Victim;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.PowerIteration;
import org.lipkit.bound.SoundNorm;
import org.lipkit.data.Batch;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.Relu;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.WeightInit;
import org.lipkit.model.GloroNet;
import org.lipkit.tensor.Precision;
import org.lipkit.tensor.Tensors;

class SoundCertifierTest {

  static final Shape PLANE = new Shape(2, 1, 1);

  private final NDManager manager = Tensors.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private Classifier planeNet(long seed, float bias) {
    return planeNet(seed, bias, manager);
  }

  /** A dense network on images of two pixels, with biases of a size. */
  static Classifier planeNet(long seed, double bias, NDManager manager) {
    SplittableRandom random = new SplittableRandom(seed);
    Classifier classifier =
        new Classifier(
                new Sequential(
                    List.of(
                        new Flatten(),
                        new Dense(8, WeightInit.ORTHOGONAL),
                        new MinMax(),
                        new Dense(8, WeightInit.ORTHOGONAL),
                        new Relu())),
                new Dense(3, WeightInit.ORTHOGONAL),
                MarginRule.PAIRWISE)
            .seed(seed)
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

  static void set(NDArray array, double[] values) {
    Tensors.withoutGradient(
        () -> {
          Tensors.ofDoubles(array.getManager(), values, array.getShape(), DataType.FLOAT32)
              .copyTo(array);
          return null;
        });
  }

  private Classifier withHeadBias(double first, double second, double third) {
    Classifier classifier = planeNet(1, 0.1f);
    set(((Dense) classifier.head()).bias(), new double[] {first, second, third});
    return classifier;
  }

  @Test
  void theAttacksOfTheKitStayBeyondCertifiedRadii() {
    Images images = MadeUp.twoMoons(1).test().evenlySpaced(20);
    for (int seed = 0; seed < 10; seed++) {
      Classifier classifier = planeNet(seed, seed % 2 == 0 ? 1e4f : 0.5f);
      SoundCertifier certifier = new SoundCertifier(classifier, SoundNorm.TIGHT);
      List<SoundCertificate> proofs = certifier.certify(images);
      Victim victim = Victim.of(classifier, Domain.WHOLE_SPACE);
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
  void batchesOfNoImageAreRefused() {
    try (SoundCertifier certifier = new SoundCertifier(planeNet(1, 0.1f))) {
      for (int size : new int[] {0, -1}) {
        String message =
            assertThrows(
                    IllegalArgumentException.class,
                    () -> certifier.certify(MadeUp.twoMoons(1).test(), size, done -> {}))
                .getMessage();
        assertTrue(message.contains("at least 1"), message);
      }
    }
  }

  @Test
  void aBiasThatSwallowsTheMarginIsNotCertified() {
    Classifier classifier = withHeadBias(1e9, 1e9, -1e9);
    Batch batch = batch(PLANE, new float[] {0.9f, 0.2f});
    SoundCertificate found =
        new SoundCertifier(classifier, SoundNorm.TIGHT).certify(batch, 0).get(0);
    assertEquals(0, found.certificate().radius());
    assertTrue(found.refusal().contains("rounding"), found.refusal());
  }

  @Test
  void possibleOverflowAndNotANumberAreRefusedWithAReason() {
    Classifier classifier = withHeadBias(3e38, 0, 3e38);
    float[][] images = {{0.9f, 0.2f}, {Float.NaN, 0}, {0, Float.NEGATIVE_INFINITY}};
    List<SoundCertificate> found =
        new SoundCertifier(classifier, SoundNorm.TIGHT).certify(batch(PLANE, images), 0);
    assertEquals(0, found.get(0).certificate().radius());
    assertEquals(0, found.get(0).certificate().prediction());
    assertEquals("a sum in Dense may overflow float32", found.get(0).refusal());
    for (SoundCertificate refused : found.subList(1, 3)) {
      assertEquals(0, refused.certificate().radius());
      assertEquals("a pixel is NaN or infinite", refused.refusal());
      assertEquals(Certificate.NONE, refused.certificate().prediction());
      assertEquals(0, refused.certificate().label());
      assertFalse(refused.certificate().correct());
    }
  }

  @Test
  void imagesThatAreNotFiniteHaveNoPrediction() {
    Certifier certifier = new Certifier(planeNet(1, 0.1f), SoundNorm.TIGHT);
    float[][] images = {{0.9f, 0.2f}, {Float.NaN, 0}, {0, Float.POSITIVE_INFINITY}};
    List<Certificate> found = certifier.certify(batch(PLANE, images), 0);
    assertNotEquals(Certificate.NONE, found.get(0).prediction());
    assertEquals(List.of(Certificate.none(1, 0), Certificate.none(2, 0)), found.subList(1, 3));
    assertEquals(0, new CertifiedAccuracy(found.subList(1, 3)).clean());
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
    Exception refusal = assertThrows(kind, () -> new SoundCertifier(classifier, method));
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
  void whatIsCertifiedIsFrozen() {
    Classifier classifier = planeNet(1, 0.1f);
    SoundCertifier certifier = new SoundCertifier(classifier);
    Batch batch = batch(PLANE, new float[] {0.9f, 0.2f});
    SoundCertificate before = certifier.certify(batch, 0).get(0);
    String sum = certifier.classifier().sha256();
    set(((Dense) classifier.head()).bias(), new double[] {0, 0, 1e3});
    assertEquals(before, certifier.certify(batch, 0).get(0));
    assertEquals(sum, certifier.classifier().sha256());
    assertNotEquals(sum, classifier.frozen().sha256());
  }

  @Test
  void aClosedCertifierSaysSo() {
    Images images = Images.of(new float[][] {{0.2f, 0.4f}}, 0);
    SoundCertifier certifier = new SoundCertifier(planeNet(1, 0.1f));
    certifier.close();
    Exception refusal = assertThrows(IllegalStateException.class, () -> certifier.certify(images));
    assertTrue(refusal.getMessage().contains("was closed"), refusal.getMessage());
  }

  @Test
  void roundingCostsLessThanAHundredthOfATypicalRadius() {
    Images images = MadeUp.strokes(1).test().evenlySpaced(50);
    Classifier classifier =
        GloroNet.C2F2.create(10, 1).initialize(manager, DataType.FLOAT32, new Shape(1, 28, 28));
    SoundNorm quick = new SoundNorm(1 << 18);
    List<SoundCertificate> found = new SoundCertifier(classifier, quick).certify(images);
    for (SoundCertificate proof : found) {
      double lost = proof.exactArithmeticRadius() - proof.certificate().radius();
      assertTrue(lost >= 0 && lost < 0.005, "lost " + lost);
    }
  }

  static Batch batch(Shape image, float[]... images) {
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
}
