package org.lipkit.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lipkit.Numerics;
import org.lipkit.attack.Attacked;
import org.lipkit.attack.Attacker;
import org.lipkit.attack.DeepFool;
import org.lipkit.bound.Bound;
import org.lipkit.bound.SoundNorm;
import org.lipkit.data.ImageShape;
import org.lipkit.data.Images;
import org.lipkit.layer.Classifier;
import org.lipkit.model.Models;
import org.lipkit.tensor.Tensors;

/** Certificates of the networks that are orthogonal by construction, as float32 runs them. */
class OrthogonalModelsTest {

  private static final int SIDE = 8;
  private static final Shape IMAGE = new Shape(3, SIDE, SIDE);

  private final NDManager manager = Tensors.newManager();

  @AfterEach
  void free() {
    manager.close();
  }

  private static Images images(int count) {
    SplittableRandom random = new SplittableRandom(3);
    byte[] pixels = new byte[count * (int) IMAGE.size()];
    random.nextBytes(pixels);
    return Images.of(pixels, new int[count], new ImageShape(3, SIDE, SIDE));
  }

  /** Neither on the way to the nearest boundary that is found nor next to it. */
  @ParameterizedTest
  @CsvSource({"BRONet L2 W8 D16, 20", "LipNeXt L3 W16, 8", "AOL-MLP L3 W192, 8"})
  void noAttackReachesTheCertifiedRadius(String model, double farthest) {
    Classifier frozen =
        Models.create(model, SIDE, 4, 1).initialize(manager, DataType.FLOAT32, IMAGE).frozen();
    Images images = images(24);
    try (SoundCertifier certifier = new SoundCertifier(frozen)) {
      List<SoundCertificate> certificates = certifier.certify(images);
      List<Attacked> attacks = new Attacker(frozen, DeepFool.PUBLISHED).attack(images);
      int reached = 0;
      int certified = 0;
      for (int n = 0; n < images.size(); n++) {
        double radius = certificates.get(n).certificate().radius();
        double distance = attacks.get(n).distance();
        certified += radius > 0 ? 1 : 0;
        assertTrue(distance >= radius, () -> distance + " within " + radius);
        assertKept(
            frozen, images.image(n), radius, certificates.get(n).certificate().prediction(), n);
        reached += distance < farthest * radius ? 1 : 0;
      }
      assertTrue(certified > 18, "only " + certified + " are certified");
      assertTrue(reached > 12, "the attack is too weak: " + reached);
    }
  }

  private void assertKept(Classifier net, float[] image, double radius, int prediction, long seed) {
    Tensors.scoped(
        () -> {
          NDArray x = manager.create(image, new Shape(1).addAll(IMAGE));
          NDArray steps = Numerics.gaussian(manager, seed, 64, IMAGE.size());
          NDArray lengths = steps.norm(new int[] {1}, true);
          NDArray moves = steps.div(lengths).mul(radius * (1 - 1e-5));
          NDArray near =
              x.add(moves.toType(DataType.FLOAT32, true).reshape(new Shape(64).addAll(IMAGE)));
          for (long found : net.apply(near).argMax(1).toLongArray()) {
            assertEquals(prediction, found);
          }
          return null;
        });
  }

  /** Before the head all is orthogonal but for rounding, and the proof says so to four digits. */
  @ParameterizedTest
  @CsvSource({"LipNeXt L3 W16, 1.00001", "AOL-MLP L3 W192, 1.001"})
  void theBodysBoundIsAlmostOne(String model, double most) {
    Classifier frozen =
        Models.create(model, SIDE, 4, 1).initialize(manager, DataType.FLOAT32, IMAGE).frozen();
    Bound bound = frozen.body().bound(SoundNorm.TIGHT);
    assertEquals(Bound.Kind.UPPER, bound.kind());
    assertTrue(bound.value() >= 1 - 1e-6 && bound.value() < most, bound::toString);
    double ratio =
        Numerics.largestRatio(
            x ->
                frozen
                    .body()
                    .apply(x.toType(DataType.FLOAT32, true))
                    .toType(DataType.FLOAT64, true),
            manager,
            5,
            3,
            SIDE,
            SIDE);
    assertTrue(ratio <= bound.value() + 1e-4 && ratio > 0.1, () -> "ratio " + ratio);
  }
}
