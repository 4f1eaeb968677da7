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
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.bound.PowerIteration;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.certify.Certifier;
import org.lipkit.data.Augmented;
import org.lipkit.data.DataException;
import org.lipkit.data.Dataset;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.data.Noisy;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Dropout;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Layer;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.NormalizedDense;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.WeightInit;
import org.lipkit.loss.Emma;
import org.lipkit.loss.Loss;
import org.lipkit.model.Models;
import org.lipkit.tensor.Tensors;

class TrainerTest {

  @TempDir Path folder;

  private static Recipe recipe(int epochs) {
    return Recipe.radius(0.1)
        .epochs(epochs)
        .batch(16)
        .rate(1e-2)
        .warmup(0.5 / epochs)
        .optimizer(new AdamW(1e-4))
        .clip(3);
  }

  /** With dropout before its head, so that a resumed run must repeat the draws. */
  private static Classifier classifier(NDManager manager, Images images) {
    Shape image = new Shape(images.channels(), images.height(), images.width());
    Classifier published = Models.create("LiResNet L2 W4", images.height(), 10, 3);
    List<Layer> layers = new ArrayList<>(published.body().layers());
    layers.add(new Dropout(0.3));
    return new Classifier(new Sequential(layers), published.head(), published.rule())
        .seed(3)
        .initialize(manager, DataType.FLOAT32, image);
  }

  /** Images that augmentation changes, so that a resumed run must repeat it. */
  private static Images images() {
    return new Augmented(MadeUp.strokes(5).train().evenlySpaced(100), 2, true);
  }

  /** Trains two epochs, stopping as the listener says, and returns all state if it gets there. */
  private static float[] train(Path checkpoint, TrainingListener listener) {
    return train(recipe(2), checkpoint, listener);
  }

  private static float[] train(Recipe recipe, Path checkpoint, TrainingListener listener) {
    return train(recipe, images(), checkpoint, listener);
  }

  private static float[] train(
      Recipe recipe, Images images, Path checkpoint, TrainingListener listener) {
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = classifier(manager, images);
      Trainer.of(classifier, new Emma(), recipe)
          .seed(9)
          .checkpoint(checkpoint)
          .listener(listener)
          .train(images);
      return state(classifier);
    }
  }

  private static float[] state(Classifier classifier) {
    float[] all = new float[0];
    for (NDArray array : classifier.state().values()) {
      float[] next = array.toFloatArray();
      float[] joined = Arrays.copyOf(all, all.length + next.length);
      System.arraycopy(next, 0, joined, all.length, next.length);
      all = joined;
    }
    return all;
  }

  private static TrainingListener atStep(long step, Runnable action) {
    return new TrainingListener() {
      @Override
      public void stepEnded(long done, long total, double loss) {
        if (done == step) {
          action.run();
        }
      }
    };
  }

  @Test
  void aPictureThatCannotBeReadLosesNothing() {
    float[] unbroken = train(folder.resolve("unbroken.npz"), TrainingListener.SILENT);
    Path checkpoint = folder.resolve("broken.npz");
    Images whole = images();
    AtomicInteger left = new AtomicInteger(150);
    Images broken =
        Images.of(
            whole.shape(),
            IntStream.range(0, whole.size()).map(whole::label).toArray(),
            (index, random, into, offset) -> {
              if (left.getAndDecrement() == 0) {
                throw new DataException("picture " + index + " is damaged; mend it");
              }
              whole.read(index, random, into, offset);
            });
    assertThrows(
        DataException.class, () -> train(recipe(2), broken, checkpoint, TrainingListener.SILENT));
    long[] first = {0};
    assertArrayEquals(
        unbroken,
        train(
            checkpoint,
            new TrainingListener() {
              @Override
              public void stepEnded(long done, long total, double loss) {
                first[0] = first[0] == 0 ? done : first[0];
              }
            }));
    assertTrue(first[0] > 7, "the second epoch goes on, from step " + first[0]);
  }

  @Test
  void imagesAndLabelsMustFitTheClassifier() {
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = classifier(manager, images());
      Trainer trainer = Trainer.of(classifier, new Emma(), recipe(1).batch(2));
      for (int label : new int[] {10, -1, Images.UNKNOWN}) {
        Images wrong = Images.of(new float[2][1][28][28], 3, label);
        refused(
            trainer,
            wrong,
            "image 1 has the label " + label + ", but the classifier has classes 0 to 9");
      }
      refused(trainer, Images.of(new float[2][3][28][28], 0, 1), "images are (3, 28, 28), but");
    }
  }

  private static void refused(Trainer trainer, Images images, String part) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> trainer.train(images)).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void aRunInterruptedInTheMiddleOfAnEpochEndsInTheSameWeights() {
    float[] unbroken = train(folder.resolve("unbroken.npz"), TrainingListener.SILENT);
    Path checkpoint = folder.resolve("broken.npz");
    assertThrows(
        CancellationException.class,
        () -> train(checkpoint, atStep(9, () -> Thread.currentThread().interrupt())));
    assertTrue(Thread.interrupted());
    long[] first = {0};
    TrainingListener hearsFirst =
        new TrainingListener() {
          @Override
          public void stepEnded(long done, long total, double loss) {
            first[0] = first[0] == 0 ? done : first[0];
          }
        };
    assertArrayEquals(unbroken, train(checkpoint, hearsFirst));
    assertEquals(10, first[0], "no step is done twice");
  }

  @Test
  void anInterruptWhileABatchIsAwaitedSaysThatWhatWasDoneIsKept() {
    Path checkpoint = folder.resolve("interrupted.npz");
    Thread.currentThread().interrupt();
    Exception end =
        assertThrows(CancellationException.class, () -> train(checkpoint, TrainingListener.SILENT));
    assertTrue(Thread.interrupted());
    assertTrue(end.getMessage().contains("what was done is kept"), end.getMessage());
    assertTrue(Files.exists(checkpoint));
  }

  @Test
  void aRunKilledInTheMiddleOfAnEpochEndsInTheSameWeights() {
    float[] unbroken = train(folder.resolve("unbroken.npz"), TrainingListener.SILENT);
    Path checkpoint = folder.resolve("killed.npz");
    Runnable kill =
        () -> {
          throw new IllegalStateException("killed");
        };
    assertThrows(IllegalStateException.class, () -> train(checkpoint, atStep(10, kill)));
    assertArrayEquals(unbroken, train(checkpoint, TrainingListener.SILENT));
  }

  @Test
  void aDamagedCheckpointIsRefusedWithASentence() throws IOException {
    Path checkpoint = folder.resolve("checkpoint.npz");
    train(checkpoint, TrainingListener.SILENT);
    byte[] whole = Files.readAllBytes(checkpoint);
    Files.write(checkpoint, Arrays.copyOf(whole, whole.length / 2));
    Exception refusal =
        assertThrows(
            IllegalArgumentException.class, () -> train(checkpoint, TrainingListener.SILENT));
    assertTrue(refusal.getMessage().contains("checkpoint.npz"), refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void twoThousandStepsHoldMemoryFlat(boolean mixed) {
    try (NDManager manager = Tensors.newManager()) {
      Images images = MadeUp.strokes(5).train().evenlySpaced(320);
      Classifier classifier = classifier(manager, images);
      // Allocators give memory back in their own time: what counts is the least of some moments.
      Map<Integer, Integer> arrays = new TreeMap<>();
      long[] least = {Long.MAX_VALUE, Long.MAX_VALUE};
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void epochEnded(EpochSummary summary) {
              int epoch = summary.epoch();
              arrays.put(epoch, manager.getManagedArrays().size());
              if (epoch > 10) {
                int half = epoch / 55;
                least[half] = Math.min(least[half], residentKilobytes());
              }
            }
          };
      Recipe recipe = recipe(100).mixedPrecision(mixed);
      Trainer.of(classifier, new Emma(), recipe).listener(listener).train(images);
      assertEquals(arrays.get(10), arrays.get(100));
      assertTrue(
          least[1] - least[0] < 64 * 1024,
          () -> "grew from " + least[0] + " to " + least[1] + " kB in 900 steps");
    }
  }

  /** The process's resident memory without Java's heap, or 0 where the system does not tell. */
  private static long residentKilobytes() {
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted() / 1024;
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) - heap)
          .sum();
    } catch (IOException e) {
      return 0;
    }
  }

  @Test
  void mixedPrecisionIsDeterministicAndResumesAndEndsNearFloat32() {
    Recipe mixed = recipe(2).mixedPrecision(true);
    float[] unbroken = train(mixed, folder.resolve("unbroken.npz"), TrainingListener.SILENT);
    Path checkpoint = folder.resolve("broken.npz");
    assertThrows(
        CancellationException.class,
        () -> train(mixed, checkpoint, atStep(9, () -> Thread.currentThread().interrupt())));
    assertTrue(Thread.interrupted());
    assertArrayEquals(unbroken, train(mixed, checkpoint, TrainingListener.SILENT));
    float[] float32 = train(null, TrainingListener.SILENT);
    double difference = 0;
    double length = 0;
    for (int i = 0; i < unbroken.length; i++) {
      difference += Math.pow(unbroken[i] - float32[i], 2);
      length += Math.pow(float32[i], 2);
    }
    assertTrue(difference > 0, "bfloat16 must have been used");
    assertTrue(difference < 0.04 * length, "differ by " + Math.sqrt(difference / length));
  }

  @Test
  void interruptsAtAnEpochsEndLoseNothing() {
    Path checkpoint = folder.resolve("ended.npz");
    int[] told = {0};
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epochEnded(EpochSummary summary) {
            if (++told[0] <= 3) {
              Thread.currentThread().interrupt();
              throw new CancellationException();
            }
          }
        };
    assertThrows(CancellationException.class, () -> train(checkpoint, listener));
    assertTrue(Thread.interrupted());
    assertEquals(4, told[0]);
    int[] behind = {0};
    TrainingListener hears =
        new TrainingListener() {
          @Override
          public void started(int epochs) {
            behind[0] = epochs;
          }
        };
    assertArrayEquals(train(null, TrainingListener.SILENT), train(checkpoint, hears));
    assertEquals(1, behind[0]);
  }

  @Test
  void noiseLeavesThePixelsThatOthersNeed() {
    for (Regularizer needs : List.of(new RandAugment(2, 0.3), new AdversarialTraining(1, 2))) {
      Recipe both = recipe(1).noise(0.25).regularizer(needs);
      Exception refusal =
          assertThrows(IllegalArgumentException.class, () -> trained(both, images()));
      assertTrue(refusal.getMessage().contains("with one of them only"), refusal.getMessage());
    }
  }

  @Test
  void noiseInTheRecipeIsNoiseOnTheImages() {
    float[] byImages = trained(recipe(1), new Noisy(images(), 0.25));
    assertArrayEquals(byImages, trained(recipe(1).noise(0.25), images()));
    assertFalse(Arrays.equals(byImages, trained(recipe(1), images())));
  }

  private static float[] trained(Recipe recipe, Images images) {
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = classifier(manager, images);
      Trainer.of(classifier, new Emma(), recipe).train(images);
      return ((Dense) classifier.head()).weight().toFloatArray();
    }
  }

  /** Recording for gradients is off in the thread that loads the engine, and on in all others. */
  @Test
  void anotherThreadTrainsAlike() {
    Recipe recipe =
        recipe(2)
            .optimizer(new SynchronizedLookahead(2, 0.5, new AdamW(1e-4)))
            .averaging(0.9)
            .regularizer(new SpectralNorm(1e-3));
    assertArrayEquals(
        trained(recipe, images()),
        CompletableFuture.supplyAsync(() -> trained(recipe, images())).join());
  }

  @Test
  void theOptimizerHearsOfAnEpochsEndBeforeItIsEvaluated() {
    List<String> heard = new ArrayList<>();
    Optimizer optimizer =
        weights ->
            new Optimizer.Updater() {
              @Override
              public void step(List<NDArray> gradients, double rate, long time) {
                heard.add("step " + time);
              }

              @Override
              public void epochEnded() {
                heard.add("end");
              }

              @Override
              public Map<String, NDArray> state() {
                return Map.of();
              }
            };
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epochEnded(EpochSummary summary) {
            heard.add("epoch " + summary.epoch());
          }
        };
    train(recipe(2).batch(50).optimizer(optimizer), null, listener);
    assertEquals(
        List.of("step 1", "step 2", "end", "epoch 1", "step 3", "step 4", "end", "epoch 2"), heard);
  }

  @Test
  void theLossOfAStepIsThatOfItsTime() {
    List<Double> shares = new ArrayList<>();
    Loss growing =
        new Loss() {
          @Override
          public NDArray evaluate(NDArray logits, NDArray labels, NDArray constants, double eps) {
            return new Emma().evaluate(logits, labels, constants, eps);
          }

          @Override
          public Loss at(double share) {
            shares.add(share);
            return this;
          }
        };
    try (NDManager manager = Tensors.newManager()) {
      Images images = images();
      Trainer.of(classifier(manager, images), growing, recipe(2).batch(50)).train(images);
    }
    assertEquals(List.of(0.0, 0.25, 0.5, 0.75), shares);
  }

  @Test
  void aLossThatIsNoNumberIsReportedAsDivergence() {
    try (NDManager manager = Tensors.newManager()) {
      Images images = images();
      Classifier classifier = classifier(manager, images);
      Loss broken = (logits, labels, constants, eps) -> logits.sum().mul(Float.NaN);
      Trainer trainer = Trainer.of(classifier, broken, recipe(1));
      Exception refusal = assertThrows(DivergedException.class, () -> trainer.train(images));
      assertTrue(refusal.getMessage().contains("epoch 1, step 1"), refusal.getMessage());
    }
  }

  @Test
  void twoMoonsAreLearntWithCertificates() {
    Dataset moons = MadeUp.twoMoons(1);
    try (NDManager manager = Tensors.newManager()) {
      RandomGenerator random = new SplittableRandom(2);
      Sequential body =
          new Sequential(
              List.of(
                  new Flatten(),
                  new Dense(32, WeightInit.ORTHOGONAL),
                  new MinMax(),
                  new Dense(32, WeightInit.ORTHOGONAL),
                  new MinMax()));
      Dense head = new NormalizedDense(2, WeightInit.ORTHOGONAL);
      Classifier classifier =
          new Classifier(body, head, MarginRule.PAIRWISE)
              .initialize(manager, DataType.FLOAT32, new Shape(2, 1, 1));
      Recipe recipe =
          Recipe.radius(new RadiusRamp.Constant(0.04))
              .epochs(30)
              .batch(32)
              .rate(2e-2)
              .warmup(1 / 30.0);
      Trainer.of(classifier, new Emma(), recipe).train(moons.train().evenlySpaced(500));
      CertifiedAccuracy accuracy =
          new CertifiedAccuracy(
              new Certifier(classifier, PowerIteration.PUBLISHED)
                  .certify(moons.test().evenlySpaced(500), 100, done -> {}));
      assertTrue(accuracy.at(0.02) > 0.75, () -> "VRA " + accuracy.at(0.02));
      assertTrue(accuracy.at(0.02) <= accuracy.clean());
    }
  }
}
