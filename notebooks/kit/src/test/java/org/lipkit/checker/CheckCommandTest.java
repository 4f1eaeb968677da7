package org.lipkit.checker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
import org.lipkit.model.Models;
import org.lipkit.tensor.Tensors;

/** The program on a run's folder that the library wrote. */
class CheckCommandTest {

  private static final int SAMPLES = 5;
  private static final int AREA = 28 * 28;

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private static Certificate[] certificates;
  private static byte[] weights;
  private static final byte[] PIXELS = new byte[SAMPLES * AREA];

  @BeforeAll
  static void certify(@TempDir Path saved) throws IOException {
    new SplittableRandom(1).nextBytes(PIXELS);
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = network(manager);
      classifier.save(saved.resolve("weights.npz"));
      float[] x = new float[PIXELS.length];
      for (int k = 0; k < x.length; k++) {
        x[k] = (PIXELS[k] & 0xff) / 255f;
      }
      certificates =
          new Certifier(classifier, SoundNorm.TIGHT, manager)
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
        "{\"experiment\": {\"model\": \"Wong net\", \"dataset\": \"mnist\"}}");
  }

  /** Large biases of the head make for clear margins. */
  private static Classifier network(NDManager manager) {
    Classifier classifier =
        Models.create("Wong net", 28, 10, 1)
            .initialize(manager, DataType.FLOAT32, new Shape(1, 28, 28));
    NDArray bias = classifier.head().bias();
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

  private int run() {
    return CheckCommand.program()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(folder.toString(), folder.toString());
  }

  private void assertRefused(String... parts) {
    assertEquals(1, run());
    assertEquals(1, err.toString().lines().count(), err::toString);
    for (String part : parts) {
      assertTrue(err.toString().contains(part), err::toString);
    }
  }

  @Test
  void honestClaimsAreConfirmed() throws IOException {
    claim(0.985);
    assertEquals(0, run(), err::toString);
    assertTrue(out.toString().contains(SAMPLES + " claims confirmed"), out::toString);
    assertEquals("", err.toString());
  }

  @Test
  void inflatedClaimsAreNot() throws IOException {
    claim(1.05);
    assertEquals(1, run());
    assertTrue(err.toString().startsWith("DISAGREEMENT: " + SAMPLES), err::toString);
    assertTrue(err.toString().contains("index=0, label=0, prediction=9"), err::toString);
  }

  @Test
  void aWeightThatChangedAfterwardsIsNoticed() throws IOException {
    claim(0.985);
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = network(manager);
      NDArray weight = classifier.state().get("01body_06Dense_weight");
      float[] values = weight.toFloatArray();
      values[12345] += 1;
      Tensors.copy(manager.create(values, weight.getShape()), weight);
      classifier.save(folder.resolve("weights.npz"));
    }
    assertEquals(1, run());
    assertTrue(err.toString().startsWith("DISAGREEMENT"), err::toString);
  }

  @Test
  void otherLabelsAreNoticed() throws IOException {
    claim(0.9);
    zip("t10k-labels-idx1-ubyte.gz", new byte[] {0, 0, 8, 1, 0, 0, 0, 5, 0, 0, 0, 3, 0});
    assertEquals(1, run());
    assertTrue(err.toString().contains("the data's label is 3"), err::toString);
  }

  @Test
  void missingOrDamagedFilesGetOneSentence() throws IOException {
    assertRefused("There is no file", "samples.csv");
    claim(0.9);
    Files.write(folder.resolve("weights.npz"), Arrays.copyOf(weights, weights.length / 2));
    err.getBuffer().setLength(0);
    assertRefused("weights.npz cannot be read");
    Path images = folder.resolve("mnist").resolve("t10k-images-idx3-ubyte.gz");
    Files.write(images, Arrays.copyOf(Files.readAllBytes(images), 1000));
    err.getBuffer().setLength(0);
    assertRefused("t10k-images-idx3-ubyte.gz cannot be read");
    zip("t10k-images-idx3-ubyte.gz", new byte[100]);
    err.getBuffer().setLength(0);
    assertRefused("damaged");
    Files.writeString(
        folder.resolve("samples.csv"), "index,label,prediction,radius_certified\n0,0,0,\n");
    err.getBuffer().setLength(0);
    assertRefused("line 2", "no certified radius");
    Files.writeString(
        folder.resolve("samples.csv"), "index,label,prediction,radius_certified\n0,0,0,NaN\n");
    err.getBuffer().setLength(0);
    assertRefused("line 2", "is not a sample");
    Files.writeString(folder.resolve("run.json"), "{");
    err.getBuffer().setLength(0);
    assertRefused("run.json cannot be read");
  }
}
