package org.lipkit.checker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.bound.SoundNorm;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.Certifier;
import org.lipkit.data.Batch;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.model.Models;
import org.lipkit.tensor.Tensors;

/** The check of a run's folder that the library wrote. */
class RecordCheckTest {

  private static final int SAMPLES = 5;
  private static final int AREA = 28 * 28;

  @TempDir private Path folder;

  private static Certificate[] certificates;
  private static byte[] weights;
  private static final byte[] PIXELS = new byte[SAMPLES * AREA];

  @BeforeAll
  static void certify(@TempDir Path saved) throws IOException {
    new SplittableRandom(1).nextBytes(PIXELS);
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = network(manager).frozen();
      classifier.save(saved.resolve("weights.npz"));
      float[] x = new float[PIXELS.length];
      for (int k = 0; k < x.length; k++) {
        x[k] = (PIXELS[k] & 0xff) / 255f;
      }
      certificates =
          new Certifier(classifier, SoundNorm.TIGHT)
              .certify(new Batch(x, new int[SAMPLES], SAMPLES, 1, 28, 28), 0)
              .toArray(Certificate[]::new);
    }
    weights = Files.readAllBytes(saved.resolve("weights.npz"));
  }

  @BeforeEach
  void record() throws IOException {
    ByteBuffer images = ByteBuffer.allocate(16 + PIXELS.length);
    images.putInt(0x803).putInt(SAMPLES).putInt(28).putInt(28).put(PIXELS);
    zip("t10k-images-idx3-ubyte.gz", images.array());
    zip("t10k-labels-idx1-ubyte.gz", new byte[8 + SAMPLES]);
    Files.write(folder.resolve("weights.npz"), weights);
    Files.writeString(
        folder.resolve("run.json"),
        "{\"experiment\": {\"model\": \"Wong net\", \"data\": \"mnist\"}}");
  }

  /** Large biases of the head make for clear margins. */
  private static Classifier network(NDManager manager) {
    Classifier classifier =
        Models.create("Wong net", 28, 10, 1)
            .initialize(manager, DataType.FLOAT32, new Shape(1, 28, 28));
    NDArray bias = ((Dense) classifier.head()).bias();
    Tensors.copy(manager.arange(0, 100, 10, DataType.FLOAT32), bias);
    return classifier;
  }

  private void zip(String name, byte[] content) throws IOException {
    Path file = Files.createDirectories(folder.resolve("mnist")).resolve(name);
    try (OutputStream unzipped = new GZIPOutputStream(Files.newOutputStream(file))) {
      unzipped.write(content);
    }
  }

  private void claim(double factor) throws IOException {
    StringBuilder text = new StringBuilder("index,label,prediction,radius_certified,more\n");
    for (Certificate c : certificates) {
      String radius = String.format(Locale.ROOT, "%.7f", factor * c.radius());
      text.append(String.format("%d,0,%d,%s,\n", c.index(), c.prediction(), radius));
    }
    Files.writeString(folder.resolve("samples.csv"), text);
  }

  private RecordCheck.Findings check() {
    return RecordCheck.open(folder, folder).check(1, (done, total) -> {});
  }

  private void assertObjects(int claims, String first) {
    List<String> objections = check().objections();
    assertEquals(claims, objections.size());
    assertTrue(objections.get(0).contains(first), objections::toString);
  }

  private void assertRefused(String... parts) {
    String sentence = assertThrows(IllegalArgumentException.class, this::check).getMessage();
    assertEquals(1, sentence.lines().count(), sentence);
    for (String part : parts) {
      assertTrue(sentence.contains(part), sentence);
    }
  }

  @Test
  void honestClaimsAreConfirmed() throws IOException {
    claim(0.985);
    assertEquals(new RecordCheck.Findings(SAMPLES, 0, 0, List.of()), check());
  }

  @Test
  void everySecondClaimIsCheckedWhereAskedFor() throws IOException {
    claim(0.985);
    List<Integer> heard = new ArrayList<>();
    RecordCheck check = RecordCheck.open(folder, folder);
    RecordCheck.Findings findings = check.check(2, (done, total) -> heard.add(done * 10 + total));
    assertEquals(3, findings.confirmed());
    assertEquals(List.of(13, 23, 33), heard);
    assertThrows(IllegalArgumentException.class, () -> check.check(0, (done, total) -> {}));
  }

  @Test
  void inflatedClaimsAreNot() throws IOException {
    claim(1.05);
    assertObjects(SAMPLES, "index=0, label=0, prediction=9");
  }

  @Test
  void aWeightThatChangedAfterwardsIsNoticed() throws IOException {
    claim(0.985);
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = network(manager).frozen();
      NDArray weight = classifier.state().get("01body_06Dense_weight");
      float[] values = weight.toFloatArray();
      values[12345] += 1;
      Tensors.copy(manager.create(values, weight.getShape()), weight);
      classifier.save(folder.resolve("weights.npz"));
    }
    assertFalse(check().objections().isEmpty());
  }

  @Test
  void aRunOnMadeUpImagesIsRefused() throws IOException {
    claim(0.9);
    Files.writeString(
        folder.resolve("run.json"),
        "{\"experiment\": {\"model\": \"Wong net\", \"data\": \"mnist\"},"
            + " \"data\": {\"madeUp\": true}}");
    assertRefused("made-up images");
  }

  @Test
  void otherLabelsAreNoticed() throws IOException {
    claim(0.9);
    zip("t10k-labels-idx1-ubyte.gz", new byte[] {0, 0, 8, 1, 0, 0, 0, 5, 0, 0, 0, 3, 0});
    assertObjects(1, "the data's label is 3");
  }

  @Test
  void missingOrDamagedFilesGetOneSentence() throws IOException {
    assertRefused("There is no file", "samples.csv");
    claim(0.9);
    Files.write(folder.resolve("weights.npz"), Arrays.copyOf(weights, weights.length / 2));
    assertRefused("weights.npz cannot be read");
    Path images = folder.resolve("mnist").resolve("t10k-images-idx3-ubyte.gz");
    Files.write(images, Arrays.copyOf(Files.readAllBytes(images), 1000));
    assertRefused("t10k-images-idx3-ubyte.gz cannot be read");
    zip("t10k-images-idx3-ubyte.gz", new byte[100]);
    assertRefused("damaged");
    Files.writeString(
        folder.resolve("samples.csv"), "index,label,prediction,radius_certified\n0,0,0,\n");
    assertRefused("line 2", "no certified radius");
    Files.writeString(
        folder.resolve("samples.csv"), "index,label,prediction,radius_certified\n0,0,0,NaN\n");
    assertRefused("line 2", "is not a sample");
    Files.writeString(folder.resolve("run.json"), "{");
    assertRefused("run.json cannot be read");
  }
}
