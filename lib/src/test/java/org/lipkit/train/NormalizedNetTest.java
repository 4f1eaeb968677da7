package org.lipkit.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.Numerics;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.SoundNorm;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.layer.BatchNorm;
import org.lipkit.layer.Centering;
import org.lipkit.layer.ChannelAffine;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Identity;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.NormalizedConvolution;
import org.lipkit.layer.Relu;
import org.lipkit.layer.Residual;
import org.lipkit.layer.Scale;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.SumOfBranches;
import org.lipkit.layer.WeightInit;
import org.lipkit.loss.Lmt;
import org.lipkit.tensor.Tensors;

/** A network with running statistics and sums of branches: trained, saved, certified. */
class NormalizedNetTest {

  private static final NormMethod SOUND = new SoundNorm(1 << 16);

  @TempDir Path folder;

  private final Images images = MadeUp.strokes(5).train().evenlySpaced(64);

  private Classifier classifier(NDManager manager) {
    SplittableRandom random = new SplittableRandom(1);
    Sequential body =
        new Sequential(
            List.of(
                new NormalizedConvolution(4, 4, 4, 0, WeightInit.LECUN),
                new Relu(),
                new Residual(
                    new Sequential(
                        List.of(
                            new Convolution(4, 3, 1, 1, 2, WeightInit.LECUN),
                            new MinMax(),
                            new Scale(0)))),
                SumOfBranches.convex(new Identity(), new ChannelAffine(), 0.5, true),
                new Centering(),
                new Flatten(),
                new BatchNorm()));
    Dense head = new Dense(10, WeightInit.LECUN);
    Shape image = new Shape(images.channels(), images.height(), images.width());
    return new Classifier(body, head, MarginRule.PAIRWISE)
        .initialize(manager, DataType.FLOAT32, image);
  }

  private void train(Classifier classifier, Path checkpoint, TrainingListener listener) {
    Recipe recipe = Recipe.radius(new RadiusRamp.Linear(0.01, 0.1, 1 / 3.0)).epochs(3).batch(16);
    Trainer.of(
            classifier,
            new Lmt(),
            recipe.rate(1e-2).warmup(0.5 / 3).optimizer(new AdamW(1e-4)).clip(3))
        .seed(9)
        .checkpoint(checkpoint)
        .listener(listener)
        .train(images);
  }

  private float[][] train(Path checkpoint, TrainingListener listener) {
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = classifier(manager);
      train(classifier, checkpoint, listener);
      return values(classifier);
    }
  }

  private static float[][] values(Classifier classifier) {
    return classifier.state().values().stream().map(NDArray::toFloatArray).toArray(float[][]::new);
  }

  @Test
  void aKilledRunEndsInTheSameWeightsAndStatistics() {
    float[][] unbroken = train(folder.resolve("unbroken.npz"), TrainingListener.SILENT);
    Path checkpoint = folder.resolve("killed.npz");
    TrainingListener kill =
        new TrainingListener() {
          @Override
          public void stepEnded(long done, long total, double loss) {
            if (done == 6) {
              throw new IllegalStateException("killed");
            }
          }
        };
    assertThrows(IllegalStateException.class, () -> train(checkpoint, kill));
    assertArrayEquals(unbroken, train(checkpoint, TrainingListener.SILENT));
  }

  @Test
  void stepsLeaveNoArraysBehind() {
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = classifier(manager);
      long[] arrays = new long[13];
      TrainingListener count =
          new TrainingListener() {
            @Override
            public void stepEnded(long done, long total, double loss) {
              arrays[(int) done] = manager.getManagedArrays().size();
            }
          };
      train(classifier, null, count);
      assertEquals(arrays[3], arrays[12]);
    }
  }

  @Test
  void theFileOfWeightsHoldsStatisticsToo() {
    Path file = folder.resolve("weights.npz");
    try (NDManager manager = Tensors.newManager()) {
      Classifier trained = classifier(manager);
      train(trained, null, TrainingListener.SILENT);
      trained.save(file);
      Classifier loaded = classifier(manager);
      loaded.load(file);
      assertArrayEquals(values(trained), values(loaded));
      NDArray x = Tensors.gaussian(manager, new SplittableRandom(2), x(), DataType.FLOAT32);
      assertEquals(trained.apply(x), loaded.apply(x));
      assertEquals(trained.bound(SOUND), loaded.bound(SOUND));
      Map<String, NDArray> state = loaded.state();
      String joint = "01body_01NormalizedConvolution_";
      for (String name : List.of("weight", "bias", "gamma", "mean", "variance", "vector")) {
        assertTrue(state.containsKey(joint + name), name);
      }
      assertTrue(
          state
              .keySet()
              .containsAll(
                  List.of(
                      "01body_03Residual_02branch_01Convolution_weight",
                      "01body_03Residual_02branch_03Scale_factor",
                      "01body_04SumOfBranches_01shortcut_02ConvexWeight_alpha",
                      "01body_04SumOfBranches_02branch_01ChannelAffine_scale",
                      "01body_05Centering_mean",
                      "01body_07BatchNorm_variance")),
          () -> new TreeSet<>(state.keySet()).toString());
      assertTrue(Tensors.toDouble(state.get(joint + "mean").abs().max()) > 0);
    }
  }

  private Shape x() {
    return new Shape(5, images.channels(), images.height(), images.width());
  }

  @Test
  void itIsCertifiedWithRoundingUntilItsStatisticsMove() {
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = classifier(manager);
      train(classifier, null, TrainingListener.SILENT);
      SoundCertifier certifier = new SoundCertifier(classifier, SOUND);
      List<SoundCertificate> proofs = certifier.certify(images);
      for (SoundCertificate proof : proofs) {
        double lost = proof.exactArithmeticRadius() - proof.certificate().radius();
        assertTrue(lost >= 0 && lost < 1e-3, "lost " + lost);
      }
      assertTrue(proofs.stream().anyMatch(proof -> proof.certificate().radius() > 0));
      NDArray x = Tensors.gaussian(manager, new SplittableRandom(2), x(), DataType.FLOAT32);
      Numerics.train(classifier, x);
      assertEquals(proofs, certifier.certify(images), "what is certified is frozen");
    }
  }
}
