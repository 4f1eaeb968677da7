package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.checker.RecordCheck;
import org.lipkit.data.Dataset;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Pass;
import org.lipkit.smoothing.Smoothing;
import org.lipkit.tensor.Tensors;
import org.lipkit.train.RadiusRamp;
import org.lipkit.train.Recipe;
import org.lipkit.train.TrainingListener;

/**
 * From training to the independent checker: the radii that {@link RunCertifier} writes are
 * confirmed, and no others. The images are made up but lie in files of MNIST's format and size,
 * because the checker reads files only.
 */
class CheckedRunTest {

  private static final String DATA = "lipkit.data";
  private static final int AREA = 28 * 28;
  private static final int TRAIN = 60_000;
  private static final int TEST = 10_000;
  private static final int TRAINED_ON = 200;
  private static final int CERTIFIED = 20;

  @TempDir private static Path data;
  @TempDir private static Path trained;
  private static String previousData;

  @TempDir private Path folder;

  @BeforeAll
  static void train() throws IOException {
    write("train", MadeUp.strokes(1).train(), TRAINED_ON, TRAIN);
    write("t10k", MadeUp.strokes(1).test(), CERTIFIED, TEST);
    previousData = System.setProperty(DATA, data.toString());
    Experiment experiment =
        Experiment.named("checked")
            .scale(RunScale.SMOKE)
            .data("mnist")
            .trainImages(TRAINED_ON)
            .testImages(CERTIFIED)
            .model("LiResNet L1 W4")
            .recipe(
                Recipe.radius(new RadiusRamp.Linear(0.03, 0.3, 0.25))
                    .epochs(4)
                    .batch(20)
                    .rate(5e-3)
                    .warmup(0))
            .radius(0.3)
            .evaluateEvery(4);
    Run run = Runner.run(experiment, trained, TrainingListener.SILENT);
    assertFalse(run.isMadeUp());
  }

  @AfterAll
  static void restore() {
    if (previousData == null) {
      System.clearProperty(DATA);
    } else {
      System.setProperty(DATA, previousData);
    }
  }

  /** Some images of a split, each as often as it takes to fill the file. */
  private static void write(String name, Images split, int count, int size) throws IOException {
    Images images = split.evenlySpaced(count);
    ByteBuffer pixels = ByteBuffer.allocate(16 + size * AREA);
    pixels.putInt(0x803).putInt(size).putInt(28).putInt(28);
    ByteBuffer labels = ByteBuffer.allocate(8 + size).putInt(0x801).putInt(size);
    float[] image = new float[AREA];
    byte[] bytes = new byte[AREA];
    for (int n = 0; n < count; n++) {
      images.read(n, null, image, 0);
      for (int k = 0; k < AREA; k++) {
        bytes[k] = (byte) Math.round(255 * image[k]);
      }
      for (int copies = size / count; copies > 0; copies--) {
        pixels.put(bytes);
        labels.put((byte) images.label(n));
      }
    }
    zip(name + "-images-idx3-ubyte.gz", pixels.array());
    zip(name + "-labels-idx1-ubyte.gz", labels.array());
  }

  private static void zip(String name, byte[] content) throws IOException {
    Path file = Files.createDirectories(data.resolve("mnist")).resolve(name);
    try (OutputStream zipped = new GZIPOutputStream(Files.newOutputStream(file))) {
      zipped.write(content);
    }
  }

  @BeforeEach
  void copyTheRun() throws IOException {
    for (String name : List.of(Run.RECORD, Run.HISTORY, Run.SAMPLES, Run.WEIGHTS)) {
      Files.copy(trained.resolve(name), folder.resolve(name));
    }
  }

  private RecordCheck.Findings check() {
    return RecordCheck.open(folder, data).check(1, (done, total) -> {});
  }

  @Test
  void everyRecordedCertificateIsConfirmed() {
    RecordCheck.Findings findings = check();
    assertEquals(List.of(), findings.unconfirmed());
    assertEquals(List.of(), findings.refuted());
    long positive =
        Run.load(folder).samples().stream().filter(s -> s.radiusCertified() > 0).count();
    assertTrue(positive >= CERTIFIED / 2, "only " + positive + " radii to check");
    assertEquals(CERTIFIED - positive, findings.silent());
  }

  @Test
  void oneRaisedRadiusIsNotConfirmed() throws IOException {
    List<Sample> samples = new ArrayList<>(Run.load(folder).samples());
    Sample honest = samples.get(7);
    Sample raised =
        new Sample(
            honest.index(),
            honest.label(),
            honest.prediction(),
            honest.margin(),
            honest.radiusEstimated(),
            1.05f * honest.radiusCertified() + 0.01f,
            honest.attackDistance());
    samples.set(7, raised);
    RecordFiles.writeCsv(folder.resolve(Run.SAMPLES), Sample.class, samples);
    recordTheAccuracyOf(samples);
    List<String> unconfirmed = check().unconfirmed();
    assertEquals(1, unconfirmed.size());
    assertTrue(unconfirmed.get(0).contains("index=7,"), unconfirmed::toString);
  }

  private void recordTheAccuracyOf(List<Sample> samples) throws IOException {
    Path file = folder.resolve(Run.RECORD);
    double vra = new CertifiedAccuracy(samples.stream().map(Sample::certified).toList()).at(0.3);
    String json = Files.readString(file);
    Files.writeString(file, json.replaceFirst("\"certified\" : [0-9.]+", "\"certified\" : " + vra));
  }

  @Test
  void otherPixelsUnderTheSameLabelsAreRefusedAndTheRecordStays() throws IOException {
    Path images = data.resolve("mnist/t10k-images-idx3-ubyte.gz");
    byte[] recorded = Files.readAllBytes(images);
    byte[] pixels;
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(recorded))) {
      pixels = in.readAllBytes();
    }
    pixels[16 + 400] ^= 1;
    pixels[16 + 401] ^= 1;
    String samples = Files.readString(folder.resolve(Run.SAMPLES));
    Run run = Run.load(folder);
    try {
      zip("t10k-images-idx3-ubyte.gz", pixels);
      assertFalse(run.wasTestedOn(run.dataset()));
      Smoothing few = new Smoothing(0.25, 0.001, 10, 20, 20);
      for (Executable use :
          List.<Executable>of(
              () -> RunCertifier.certify(run, TrainingListener.SILENT),
              () -> RunAttacker.attack(run, TrainingListener.SILENT),
              () -> SmoothedRun.of(run, few, 2, done -> {}))) {
        String sentence = assertThrows(IllegalStateException.class, use).getMessage();
        assertTrue(sentence.contains("the checksum of t10k-images-idx3-ubyte.gz"), sentence);
      }
      assertEquals(samples, Files.readString(folder.resolve(Run.SAMPLES)));
    } finally {
      Files.write(images, recorded);
    }
    assertTrue(run.wasTestedOn(run.dataset()));
  }

  @Test
  void otherImagesOfOnesOwnAreRefused(@TempDir Path own) {
    Dataset moons = MadeUp.twoMoons(1).evenlySpaced(100, 40);
    Dataset other = MadeUp.twoMoons(2).evenlySpaced(100, 40);
    Experiment experiment =
        SmokeExperiment.named("own")
            .trainImages(0)
            .testImages(0)
            .model("dense", () -> Classifier.of(new Flatten(), new Dense(2)).seed(1));
    Experiment first = experiment.data("points", Dataset.of("points", moons.train(), moons.test()));
    Run run = Runner.run(first, own, TrainingListener.SILENT);
    Experiment second =
        experiment.data("points", Dataset.of("points", moons.train(), other.test()));
    Run changed = Run.load(own).with(second);
    String sentence = assertThrows(IllegalStateException.class, changed::testImages).getMessage();
    assertTrue(sentence.contains("the checksum of test "), sentence);
    assertEquals(run.samples().size(), run.testImages().size());
  }

  @Test
  void oneChangedWeightIsRefused() {
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = Run.load(folder).classifier(manager);
      NDArray weight = classifier.headForm(Pass.EVALUATION).offset();
      float[] values = weight.toFloatArray();
      values[3] += 1;
      Tensors.copy(manager.create(values, weight.getShape()), weight);
      classifier.save(folder.resolve(Run.WEIGHTS));
    }
    String sentence = assertThrows(IllegalArgumentException.class, this::check).getMessage();
    assertTrue(sentence.contains("other weights"), sentence);
  }
}
