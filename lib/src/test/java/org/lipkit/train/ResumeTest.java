package org.lipkit.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.Relu;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.WeightInit;
import org.lipkit.layer.orthogonal.Rotation;
import org.lipkit.loss.Lmt;
import org.lipkit.tensor.Tensors;

/** With every optimizer and regularizer a run that is broken off ends as an unbroken one. */
class ResumeTest {

  @TempDir Path folder;

  static List<Recipe> ways() {
    Recipe recipe = recipe(20);
    return List.of(
        recipe.optimizer(new Sgd(0.9, true, 1e-4)),
        recipe.optimizer(new Lookahead(3, 0.5, new NAdam(1e-4))).averaging(0.9),
        recipe.optimizer(new OrthogonalAdam(3, new Lookahead(3, 0.5, new NAdam(0)), 0.5)),
        recipe.optimizer(new OrthogonalMuon(0.95, new AdamW(0), 0.5)),
        recipe.optimizer(new Lookahead(3, 0.5, new Muon(0.95, 1e-4, new AdamW(0), 0.1))),
        recipe.optimizer(new SynchronizedLookahead(3, 0.5, new NAdam(0))),
        recipe.regularizer(new WeightDecay(5e-4)),
        recipe.regularizer(new Parseval(1e-3)),
        recipe.regularizer(new SpectralNorm(0.01)),
        recipe.regularizer(new AdversarialTraining(0.5, 2)),
        recipe.regularizer(new RandAugment(2, 0.3)).decay(new LearningRateDecay.OneCycle()));
  }

  private static Recipe recipe(int batch) {
    return Recipe.radius(new RadiusRamp.Constant(0.1))
        .epochs(2)
        .batch(batch)
        .rate(1e-2)
        .warmup(0)
        .optimizer(new AdamW(1e-4));
  }

  private record Outcome(
      float[] end, List<float[]> seen, List<Double> losses, List<Integer> arrays) {}

  private Outcome train(Recipe recipe, Path checkpoint, long interruptedAt) {
    List<float[]> seen = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    List<Integer> arrays = new ArrayList<>();
    try (NDManager manager = Tensors.newManager()) {
      Images images = MadeUp.strokes(5).train().evenlySpaced(100);
      Classifier classifier = net(manager, images);
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void stepEnded(long done, long total, double loss) {
              if (done == interruptedAt) {
                Thread.currentThread().interrupt();
              }
            }

            @Override
            public void epochEnded(EpochSummary summary) {
              seen.add(state(classifier));
              losses.add(summary.loss());
              arrays.add(manager.getManagedArrays().size());
            }
          };
      Trainer.of(classifier, new Lmt(), recipe)
          .seed(9)
          .checkpoint(checkpoint)
          .listener(listener)
          .train(images);
      return new Outcome(state(classifier), seen, losses, arrays);
    }
  }

  private static Classifier net(NDManager manager, Images images) {
    RandomGenerator random = new SplittableRandom(3);
    Sequential body =
        new Sequential(
            List.of(
                new Convolution(4, 4, 4, 0, WeightInit.LECUN),
                new Rotation(),
                new Relu(),
                new Flatten()));
    Shape image = new Shape(images.channels(), images.height(), images.width());
    return new Classifier(body, new Dense(10, WeightInit.LECUN), MarginRule.NETWORK)
        .initialize(manager, DataType.FLOAT32, image);
  }

  private static float[] state(Classifier classifier) {
    float[] all = new float[0];
    for (NDArray array : classifier.state().values()) {
      float[] next = array.toFloatArray();
      int length = all.length;
      all = Arrays.copyOf(all, length + next.length);
      System.arraycopy(next, 0, all, length, next.length);
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aRunInterruptedInTheMiddleOfAnEpochEndsInTheSameNumbers(Recipe recipe) {
    Outcome unbroken = train(recipe, null, 0);
    assertEquals(unbroken.arrays().get(0), unbroken.arrays().get(1), "memory is flat");
    Path checkpoint = folder.resolve("checkpoint.npz");
    assertThrows(CancellationException.class, () -> train(recipe, checkpoint, 7));
    assertTrue(Thread.interrupted());
    Outcome resumed = train(recipe, checkpoint, 0);
    assertArrayEquals(unbroken.end(), resumed.end());
    assertEquals(unbroken.losses().get(1), resumed.losses().get(0));
    assertArrayEquals(unbroken.end(), train(recipe, checkpoint, 0).end(), "resumed at its end");
  }

  @Test
  void aCheckpointFromTheMiddleOfALongerEpochIsRefused() {
    Path checkpoint = folder.resolve("checkpoint.npz");
    assertThrows(CancellationException.class, () -> train(ways().get(0), checkpoint, 4));
    assertTrue(Thread.interrupted());
    Recipe larger = recipe(50).optimizer(new Sgd(0.9, true, 1e-4));
    Exception refusal =
        assertThrows(IllegalArgumentException.class, () -> train(larger, checkpoint, 0));
    assertTrue(refusal.getMessage().contains("stands at step 4"), refusal.getMessage());
  }

  @Test
  void averagingChangesWhatIsSeenAndNotHowTrainingGoes() {
    Recipe recipe = ways().get(2);
    Outcome raw = train(recipe, null, 0);
    Outcome averaged = train(recipe.averaging(0.9), null, 0);
    assertEquals(raw.losses(), averaged.losses());
    assertArrayEquals(raw.seen().get(1), raw.end());
    assertArrayEquals(averaged.seen().get(1), averaged.end());
    assertFalse(Arrays.equals(raw.end(), averaged.end()));
  }
}
