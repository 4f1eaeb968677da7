package org.lipkit.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Relu;
import org.lipkit.tensor.Tensors;

class ArrayFileTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @TempDir private Path folder;

  private final List<DynamicTest> tests = new ArrayList<>();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  // Files as other tools write them.

  private static byte[] floats(double... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(value -> bytes.putFloat((float) value));
    return bytes.array();
  }

  private static Path safetensors(Path file, String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    return Files.write(file, all.putLong(json.length).put(json).put(data).array());
  }

  private static Path zip(Path file, Map<String, byte[]> entries) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return file;
  }

  /** Writes pickles as {@code torch.save} does. */
  private static final class Pickle {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Pickle() {
      bytes(0x80, 2);
    }

    Pickle bytes(int... values) {
      Arrays.stream(values).forEach(out::write);
      return this;
    }

    Pickle call(String module, String name) {
      bytes('c');
      out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
      return this;
    }

    Pickle text(String text) {
      bytes('X', text.length(), 0, 0, 0);
      out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
      return this;
    }

    Pickle number(long value) {
      bytes(0x8a, 8);
      out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
      return this;
    }

    Pickle numbers(long... values) {
      bytes('(');
      Arrays.stream(values).forEach(this::number);
      return bytes('t');
    }

    /** A tensor in a storage of its own. */
    Pickle tensor(String storage, String key, long offset, long[] shape, long... strides) {
      call("torch._utils", "_rebuild_tensor_v2");
      bytes('(', '(').text("storage").call("torch", storage).text(key).text("cpu").number(6);
      bytes('t', 'Q').number(offset).numbers(shape).numbers(strides).bytes(0x89);
      call("collections", "OrderedDict").bytes(')', 'R');
      return bytes('t', 'R');
    }

    Pickle dictionary() {
      return call("collections", "OrderedDict").bytes(')', 'R', '(');
    }

    byte[] done() {
      return bytes('u', '.').out.toByteArray();
    }
  }

  private static Path pth(Path file, byte[] pickle, byte[] storage) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("model/data.pkl", pickle);
    entries.put("model/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    entries.put("model/data/0", storage);
    return zip(file, entries);
  }

  private static byte[] plain() {
    return new Pickle()
        .dictionary()
        .text("weight")
        .tensor("FloatStorage", "0", 0, new long[] {2, 3}, 3, 1)
        .done();
  }

  @Test
  void theThreeFormatsHoldTheSame() throws IOException {
    double[] values = {1, -2, 3.5, 4, 5, 6e-9};
    Path npz = folder.resolve("a.npz");
    Npz.save(
        npz,
        Map.of(
            "weight",
            MANAGER
                .create(values, new Shape(2, 3))
                .toType(ai.djl.ndarray.types.DataType.FLOAT32, true)));
    Path safe =
        safetensors(
            folder.resolve("a.safetensors"),
            "{\"__metadata__\":{\"format\":\"pt\"},\"weight\":{\"dtype\":\"F32\",\"shape\":[2,3],"
                + "\"data_offsets\":[0,24]}}",
            floats(values));
    Path pth = pth(folder.resolve("a.pth"), plain(), floats(values));
    for (Path file : List.of(npz, safe, pth)) {
      try (ArrayFile arrays = ArrayFile.open(file)) {
        assertEquals(Set.of("weight"), arrays.names());
        assertEquals(new Shape(2, 3), arrays.read(MANAGER, "weight").getShape());
        float[] found = arrays.read(MANAGER, "weight").toFloatArray();
        for (int i = 0; i < found.length; i++) {
          assertEquals((float) values[i], found[i]);
        }
      }
    }
  }

  /** A transposed tensor in the middle of a storage, in a dictionary of a dictionary. */
  @Test
  void stridesAndOffsetsOfPyTorchAreFollowed() throws IOException {
    byte[] pickle =
        new Pickle()
            .dictionary()
            .text("epoch")
            .number(7)
            .text("state_dict")
            .dictionary()
            .text("layer.weight")
            .tensor("FloatStorage", "0", 1, new long[] {2, 2}, 1, 2)
            .bytes('u')
            .done();
    Path file = pth(folder.resolve("b.pth"), pickle, floats(0, 1, 2, 3, 4, 5));
    try (ArrayFile arrays = ArrayFile.open(file)) {
      assertEquals(Set.of("state_dict.layer.weight"), arrays.names());
      assertArrayEquals(
          new float[] {1, 3, 2, 4}, arrays.read(MANAGER, "state_dict.layer.weight").toFloatArray());
    }
  }

  @Test
  void aClassifierTakesWeightsUnderOtherNamesFromEveryFormat() throws IOException {
    Classifier classifier =
        Classifier.of(new Flatten(), new Relu(), new Dense(2)).initialize(1, 1, 3);
    byte[] pickle =
        new Pickle()
            .dictionary()
            .text("fc.weight")
            .tensor("FloatStorage", "0", 0, new long[] {2, 3}, 3, 1)
            .text("fc.bias")
            .tensor("FloatStorage", "0", 4, new long[] {2}, 1)
            .done();
    Path file = pth(folder.resolve("c.pth"), pickle, floats(1, 2, 3, 4, 5, 6));
    classifier.load(file, Map.of("02head_weight", "fc.weight", "02head_bias", "fc.bias"));
    assertArrayEquals(
        new float[] {1 + 4 + 9 + 5, 4 + 10 + 18 + 6},
        classifier
            .apply(MANAGER.create(new float[] {1, 2, 3}, new Shape(1, 1, 1, 3)))
            .toFloatArray());
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> classifier.load(file, Map.of("02head_weight", "fc.weight")));
    assertTrue(e.getMessage().contains("02head_bias"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> classifier.load(file, Map.of("02head_weight", "fc.bias", "02head_bias", "fc.bias")));
  }

  // Damaged and hostile ones.

  private interface Written {
    Path in(Path folder) throws IOException;
  }

  private void refused(String name, String expected, Written written) {
    tests.add(DynamicTest.dynamicTest(name, () -> refused(written.in(folder), expected)));
  }

  private static void refused(Path file, String expected) {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> {
              try (ArrayFile arrays = ArrayFile.open(file)) {
                arrays.take(MANAGER, "weight", MANAGER.zeros(new Shape(2, 3)));
              }
            });
    String message = e.getMessage();
    assertTrue(message.contains(expected) && message.contains(file.toString()), message);
    assertFalse(message.contains("\n") || message.contains("Exception"), message);
    assertTrue(message.endsWith(".") && message.length() < 500, message);
  }

  private void pickle(String name, String expected, byte[] pickle) {
    refused(name, expected, in -> pth(in.resolve("h.pth"), pickle, floats(1, 2, 3, 4, 5, 6)));
  }

  private static byte[] one(String storage, long offset, long[] shape, long... strides) {
    return new Pickle()
        .dictionary()
        .text("weight")
        .tensor(storage, "0", offset, shape, strides)
        .done();
  }

  @TestFactory
  Stream<DynamicTest> everySpoiledFileGivesOneSentence() {
    pickles();
    zips();
    headers();
    return tests.stream();
  }

  private void pickles() {
    long[] shape = {2, 3};
    pickle(
        "a call of the system",
        "calls os.system, which no state dict needs and which is not executed",
        new Pickle().call("os", "system").text("touch x").bytes(0x85, 'R', '.').done());
    pickle(
        "a whole model",
        "calls __main__.Net",
        new Pickle().call("__main__", "Net").bytes(')', 0x81).done());
    pickle(
        "a constructor of the pickle library",
        "calls builtins.bytearray",
        new Pickle().call("builtins", "bytearray").number(1L << 40).bytes(0x85, 'R').done());
    pickle("a name from the stack", "instruction 147", new Pickle().text("os").bytes(0x93).done());
    pickle("an old instance", "instruction 105", new Pickle().bytes('(', 'i').done());
    pickle("no program", "not a whole", new byte[0]);
    pickle("a program cut", "not a whole", Arrays.copyOf(plain(), plain().length / 2));
    pickle("a text of 2 GB", "cut", new Pickle().bytes('X', 0xff, 0xff, 0xff, 0x7f).done());
    pickle("an empty stack", "damaged", new Pickle().bytes('t', 'R').done());
    pickle("a storage that is a text", "damaged", new Pickle().text("a").bytes('Q').done());
    pickle("half precision", "float16", one("HalfStorage", 0, shape, 3, 1));
    pickle("quantised numbers", "int8", one("CharStorage", 0, shape, 3, 1));
    pickle("a storage that is too short", "damaged", one("FloatStorage", 3, shape, 3, 1));
    pickle("a place before the storage", "view", one("FloatStorage", -1, shape, 3, 1));
    pickle("a view into more", "view", one("FloatStorage", 0, shape, 1L << 40, 1));
    pickle("a shape of 2^40", "more than", one("FloatStorage", 0, new long[] {1L << 40}, 1));
    pickle("a negative shape", "shape must", one("FloatStorage", 0, new long[] {-2, 3}, 3, 1));
    pickle("another shape", "(3, 2)", one("FloatStorage", 0, new long[] {3, 2}, 2, 1));
    pickle(
        "no such storage",
        "damaged",
        new Pickle()
            .dictionary()
            .text("weight")
            .tensor("FloatStorage", "5", 0, shape, 3, 1)
            .done());
    pickle("no such array", "no array weight", new Pickle().dictionary().done());
    pickle(
        "a dictionary in itself",
        "no array weight",
        new Pickle().bytes('}', 'q', 0).text("a").bytes('h', 0, 's', '.').done());
    Pickle often = new Pickle().bytes('}', 'q', 0);
    for (int i = 0; i < 200; i++) {
      often.text("a" + i).bytes('h', 0, 's');
    }
    pickle("a dictionary in itself 200 times", "no array weight", often.bytes('.').done());
  }

  private void zips() {
    refused(
        "TorchScript",
        "TorchScript",
        in ->
            zip(
                in.resolve("h.pth"),
                Map.of("m/data.pkl", plain(), "m/constants.pkl", new byte[1])));
    refused(
        "numbers with their big end first",
        "big end",
        in ->
            zip(
                in.resolve("h.pth"),
                Map.of("m/data.pkl", plain(), "m/byteorder", "big".getBytes())));
    refused(
        "an archive cut",
        "not a whole",
        in -> {
          Path file = pth(in.resolve("h.pth"), plain(), floats(1, 2, 3, 4, 5, 6));
          byte[] whole = Files.readAllBytes(file);
          return Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        });
    refused(
        "a bomb of 1 GB",
        "damaged",
        in -> {
          Path file = in.resolve("bomb.npz");
          try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("weight.npy"));
            zip.write(npy("<f4", "False", "2, 3"));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 1024; i++) {
              zip.write(zeros);
            }
          }
          return file;
        });
    refused(
        "the old format of PyTorch", "old format", in -> Files.write(in.resolve("h.pth"), plain()));
    refused(
        "another archive",
        "not a whole",
        in -> zip(in.resolve("h.npz"), Map.of("words.txt", "only words".getBytes())));
    npy("a shape of 2^40", "more than", "<f4", "False", "1099511627776, 1");
    npy("columns first", "column by column", "<f4", "True", "2, 3");
    npy("the big end first", "big end", ">f4", "False", "2, 3");
    npy("half precision in npz", "float16", "<f2", "False", "2, 3");
    npy("text", "not understood", "<U3", "False", "2, 3");
    npy("a shape in words", "not understood", "<f4", "False", "two, three");
    npy("too few numbers", "damaged", "<f4", "False", "2, 3");
    refused(
        "a header of 2 GB",
        "header of",
        in -> {
          byte[] npy = npy("<f4", "False", "2, 3");
          npy[6] = 2;
          npy[10] = 0;
          npy[11] = 0x70;
          return zip(in.resolve("h.npz"), Map.of("weight.npy", npy));
        });
  }

  private void npy(String name, String expected, String type, String order, String shape) {
    refused(
        name,
        expected,
        in -> zip(in.resolve("h.npz"), Map.of("weight.npy", npy(type, order, shape))));
  }

  private static byte[] npy(String type, String order, String shape) {
    String header =
        "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': (" + shape + "), }\n";
    ByteBuffer all = ByteBuffer.allocate(10 + header.length()).order(ByteOrder.LITTLE_ENDIAN);
    all.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1);
    all.put((byte) 0).putShort((short) header.length());
    return all.put(header.getBytes(StandardCharsets.US_ASCII)).array();
  }

  private void headers() {
    header("no JSON", "not a whole", "weights", 24);
    header("JSON in JSON", "not a whole", "{\"a\":".repeat(5000), 24);
    header(
        "the same name twice",
        "not a whole",
        "{" + entry("F32", "2,3", "0,24") + "," + entry("F32", "2,3", "0,24") + "}",
        24);
    header("an array outside", "not a whole", "{" + entry("F32", "2,3", "8,32") + "}", 24);
    header("an array backwards", "not a whole", "{" + entry("F32", "2,3", "24,0") + "}", 24);
    header("too few bytes", "damaged", "{" + entry("F32", "2,3", "0,20") + "}", 20);
    header("half precision", "float16", "{" + entry("F16", "2,3", "0,12") + "}", 12);
    header("8 bits", "F8_E4M3", "{" + entry("F8_E4M3", "2,3", "0,6") + "}", 6);
    String other = ",\"other\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%s]}}";
    String weight = "{" + entry("F32", "2,3", "0,24");
    header("two arrays in one place", "overlap", weight + String.format(other, "20,24"), 24);
    header("one array inside another", "overlap", weight + String.format(other, "8,12"), 24);
    header("a gap", "gaps", weight + String.format(other, "28,32"), 32);
    header("bytes after the last array", "no array", weight + "}", 28);
    header("2^40 rows", "more than", "{" + entry("F32", "1099511627776", "0,24") + "}", 24);
    refused(
        "a version to come",
        "version 9",
        in -> {
          byte[] array = npy("<f4", "False", "2, 3");
          array[6] = 9;
          return zip(in.resolve("h.npz"), Map.of("weight.npy", array));
        });
    refused(
        "a header of 2^62 bytes",
        "not a whole",
        in ->
            Files.write(
                in.resolve("h.safetensors"), ByteBuffer.allocate(64).putLong(0, 1L << 62).array()));
    refused("a short file", "not a whole", in -> Files.write(in.resolve("h.pt"), new byte[3]));
    refused("no file", "There is no file", in -> in.resolve("absent.pth"));
  }

  private static String entry(String type, String shape, String offsets) {
    return String.format(
        "\"weight\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%s]}", type, shape, offsets);
  }

  private void header(String name, String expected, String json, int data) {
    refused(
        name + " in safetensors",
        expected,
        in -> safetensors(in.resolve("h.safetensors"), json, new byte[data]));
  }
}
