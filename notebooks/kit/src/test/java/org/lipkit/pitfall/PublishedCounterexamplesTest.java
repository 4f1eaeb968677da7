package org.lipkit.pitfall;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.data.Images;
import org.lipkit.experiment.Provenance;

/** Small made cases of the same kinds and in the same formats as the published ones. */
class PublishedCounterexamplesTest {

  private static final PublishedCounterexamples BIASED = PublishedCounterexamples.MNIST_BIASES;
  private static final String NETWORK =
      "neural_net_mnist_epsilon_0.45_[128,128,128,128,128,128,128,128]_500.txt";

  @TempDir private Path tests;

  /**
   * Two dense layers that copy two inputs. Hidden biases of 2^19, which the head takes away again,
   * round inputs to multiples of 1/16; they are in the file, which is cut before the last zero.
   */
  @BeforeEach
  void write() throws IOException {
    write(NETWORK, "[[1,0],[0,1.0]],[[1,0.0],[0,1]]");
    write("mnist_biased_5e6/biases.txt", "[524288,524288],[-524288,-524288,0");
    write(
        "cex_mnist_biased_5e6_float32/counter_examples.json",
        "[{\"_metadata\": 1}, {\"x0_file\": \"/somewhere/else/x0.npy\", \"x1_file\": \"x1.npy\"}]");
    npy("cex_mnist_biased_5e6_float32/x0.npy", "<f8", 0.47, 0.5);
    npy("cex_mnist_biased_5e6_float32/x1.npy", "<f4", 0.45, 0.5);
    write("z3_neural_network.txt", "[[0.9890594482421875,0.989059507846832275390625]]");
    write("z3_counter_examples.json", "[{\"x1_file\": \"z3_x1.npy\", \"max_eps\": \"0.247\"}]");
    npy("z3_x1.npy", "<f4", 0.19721232);
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(tests.resolve(name).getParent());
    Files.writeString(tests.resolve(name), text);
  }

  private void npy(String name, String type, double... numbers) throws IOException {
    byte[] header =
        ("{'descr': '" + type + "', 'shape': (1, 1)}\n").getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer bytes =
        ByteBuffer.allocate(10 + header.length + 8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length, 0});
    bytes.put(header);
    for (double number : numbers) {
      if (type.equals("<f8")) {
        bytes.putDouble(number);
      } else {
        bytes.putFloat((float) number);
      }
    }
    byte[] written = new byte[bytes.position()];
    bytes.rewind().get(written);
    Files.write(tests.resolve(name), written);
  }

  @Test
  void thePublishedFormatsAreRead() {
    CounterexampleSet set = BIASED.read(tests);
    assertArrayEquals(new float[][] {{0.45f, 0.5f}}, set.certified());
    assertArrayEquals(new float[][] {{0.47f, 0.5f}}, set.breaking());
    assertArrayEquals(new float[] {-524288, -524288}, set.biases().get(1));
    assertEquals(2, set.weights().size());
    assertTrue(BIASED.isIn(tests));
    assertFalse(PublishedCounterexamples.FASHION_MNIST.isIn(tests));
  }

  @Test
  void whatIsSavedIsLoaded() {
    CounterexampleSet set = BIASED.read(tests);
    Path file = BIASED.file(tests);
    set.save(file);
    CounterexampleSet loaded = CounterexampleSet.load(file);
    assertEquals(set.sha256(), loaded.sha256());
    assertArrayEquals(set.weights().get(1), loaded.weights().get(1));
  }

  /** The estimate claims each pair although the program itself breaks it; nothing is certified. */
  @Test
  void estimatesClaimWhatIsBrokenAndTheSoundCertifierDoesNot() {
    assertEquals(
        new CounterexampleRecord.Row("biased", 1, 1, 1, 0),
        CounterexampleRecord.row("biased", BIASED.read(tests)));
    assertEquals(
        new CounterexampleRecord.Row("z3", 1, 1, 1, 0),
        CounterexampleRecord.row("z3", PublishedCounterexamples.Z3.read(tests)));
  }

  @Test
  void otherNumbersAndDamagedFilesAreRefusedInOneSentence() throws IOException {
    assertRefused("other numbers than those published");
    npy("cex_mnist_biased_5e6_float32/x1.npy", "<i8", 1);
    assertRefused("x1.npy holds no floating-point numbers");
    Files.write(tests.resolve("cex_mnist_biased_5e6_float32/x1.npy"), new byte[5]);
    assertRefused("x1.npy is missing or damaged");
    write(NETWORK, "[[1,0],[0,1],[1]]");
    assertRefused("rows of unequal length");
    write(NETWORK, "[[1,0],[0,\"x\"]]");
    assertRefused("in place of a number");
    write(NETWORK, "no list");
    assertRefused("is no list of numbers");
    Files.delete(tests.resolve(NETWORK));
    assertRefused("is missing");
  }

  private void assertRefused(String part) {
    String sentence =
        assertThrows(IllegalArgumentException.class, () -> BIASED.convert(tests)).getMessage();
    assertTrue(sentence.contains(part), sentence);
    assertEquals(1, sentence.lines().count());
  }

  @Test
  void aConvertedSetWithOtherNumbersIsRefused() {
    BIASED.read(tests).save(BIASED.file(tests));
    String sentence =
        assertThrows(IllegalArgumentException.class, () -> BIASED.load(tests)).getMessage();
    assertTrue(sentence.contains("other numbers than those published"), sentence);
    assertTrue(sentence.contains("mnist-biases-5e6.npz"), sentence);
  }

  @Test
  void theClassesOfPointsAreUnknown() {
    CounterexampleSet set = BIASED.read(tests);
    assertArrayEquals(new int[] {Images.UNKNOWN}, set.batch(set.certified()).labels());
  }

  @Test
  void theRecordIsReadAsItWasWritten() {
    CounterexampleRecord record =
        new CounterexampleRecord(
            List.of(new CounterexampleRecord.Row("set", 3, 3, 2, 0)),
            new CounterexampleRecord.Accuracy("set", "MNIST", 10, 0.3, 0.9, 0.8, 0.7),
            new Provenance(Map.of("cores", "2"), "unknown"));
    record.save(tests);
    assertEquals(record, CounterexampleRecord.load(tests).orElseThrow());
    assertTrue(CounterexampleRecord.load(tests.resolve("elsewhere")).isEmpty());
    assertEquals(1, PitfallViews.counterexamples(record).rowCount());
    assertEquals(70.0, PitfallViews.accuracy(record).doubleColumn(5).get(0));
  }
}
