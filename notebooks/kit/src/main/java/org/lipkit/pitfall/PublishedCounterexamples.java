package org.lipkit.pitfall;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lipkit.text.Given;

/**
 * Counterexamples to the certificates of a certifier for exact arithmetic that others published for
 * dense ReLU networks, from the public repository tobycmurray/python-certifier, folder {@code
 * tests}. In all sets the authors' float32 program predicts another class inside a certified ball;
 * networks with huge biases, which cancel in exact arithmetic, make that easier. The text of the
 * weights has five decimals, so that the networks are not quite those of the authors' program.
 */
public enum PublishedCounterexamples {
  /** MNIST, found by DeepFool. */
  MNIST(
      "mnist-deepfool",
      Network.MNIST,
      "",
      "cex_mnist_deepfool",
      "3cd85c0eeffc0d29f52032156c4968c4c56a763d923eded1e09dea8b0d9d9463"),
  /** MNIST with biases of 10^6 in the last layers. */
  MNIST_LAST_BIASES(
      "mnist-biases-1e6-last",
      Network.MNIST,
      "mnist_biased_1e6_end/biases.txt",
      "cex_mnist_biased_1e6_end_float32",
      "b294d24b3b2dabda50aa718405e020a6a173fadef191e367a928ac90a95ae482"),
  /** MNIST with biases of 5 * 10^6. */
  MNIST_BIASES(
      "mnist-biases-5e6",
      Network.MNIST,
      "mnist_biased_5e6/biases.txt",
      "cex_mnist_biased_5e6_float32",
      "28ebe3b8ec48a13b30e69c836e308f59de321da0a8908bbf3f49ae2c72c0e785"),
  /** Fashion-MNIST, found by DeepFool. */
  FASHION_MNIST(
      "fashion-mnist-deepfool",
      Network.FASHION_MNIST,
      "",
      "cex_fashion_mnist_deepfool",
      "a1174e5cf660b645fd3cb1706f1b2fba16ce15d22dc83f88c4865c4cedf55a6c"),
  /** Fashion-MNIST with biases of 3 * 10^6 in the last layers. */
  FASHION_MNIST_LAST_BIASES(
      "fashion-mnist-biases-3e6-last",
      Network.FASHION_MNIST,
      "fashion_mnist_biased_3e6_end/biases.txt",
      "cex_fashion_mnist_biased_3e6_end_float32",
      "a23b90bbd54eef6c8b3036660222add5d7d96834aaf5cbcf752d3181c62626e4"),
  /**
   * One input, two logits whose weights differ in the last place, found by the solver z3. No
   * breaking point is published; at 0, within the radius, both logits are 0.
   */
  Z3(
      "z3",
      "z3_neural_network.txt",
      "",
      "z3_counter_examples.json",
      "e4377063facdde821bf0fbca1944614b9b8496b5dbeeb34c11dc14e8ed39eae4");

  /** The commit whose files are downloaded and whose numbers the checksums are of. */
  public static final String COMMIT = "e2f2909a61db75f0e8d14fb2d45767899047c81b";

  /** The networks that several sets share. */
  private static final class Network {
    static final String MNIST =
        "neural_net_mnist_epsilon_0.45_[128,128,128,128,128,128,128,128]_500.txt";
    static final String FASHION_MNIST =
        "neural_net_mnist_epsilon_0.26_[256,128,128,128,128,128,128,128,128,128,128,128]_500.txt";
  }

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final String id;
  private final String network;
  private final String biases;
  private final String pairs;
  private final String sha256;

  PublishedCounterexamples(String id, String network, String biases, String pairs, String sha256) {
    this.id = id;
    this.network = network;
    this.biases = biases;
    this.pairs = pairs;
    this.sha256 = sha256;
  }

  /** {@return what the set is called here} */
  public String id() {
    return id;
  }

  /**
   * {@return where the converted set lies}
   *
   * @param home the folder that holds one folder per data set
   */
  public Path file(Path home) {
    return home.resolve("counterexamples").resolve(id + ".npz");
  }

  /**
   * Whether the published files of this set are in a folder.
   *
   * @param tests the repository's folder {@code tests}
   * @return true if the network and the list of pairs are there
   */
  public boolean isIn(Path tests) {
    return Files.exists(tests.resolve(network)) && Files.exists(list(tests));
  }

  private Path list(Path tests) {
    Path path = tests.resolve(pairs);
    return pairs.endsWith(".json") ? path : path.resolve("counter_examples.json");
  }

  /**
   * Reads the published files and compares the numbers' checksum.
   *
   * @param tests the repository's folder {@code tests}
   * @return the set in float32
   * @throws IllegalArgumentException if a file is missing or damaged, or the numbers are others
   */
  public CounterexampleSet convert(Path tests) {
    return published(read(tests), "The files of " + id + " in " + tests + " hold");
  }

  /**
   * Reads the converted set and compares the numbers' checksum.
   *
   * @param home the folder that holds one folder per data set
   * @return the set
   * @throws IllegalArgumentException if the file is missing or damaged, or the numbers are others
   */
  public CounterexampleSet load(Path home) {
    return published(CounterexampleSet.load(file(home)), file(home) + " holds");
  }

  private CounterexampleSet published(CounterexampleSet set, String place) {
    if (!set.sha256().equals(sha256)) {
      throw Given.refused(
          "%s other numbers than those published at commit %s (checksum %s); get them again with"
              + " data-scripts/counterexamples.",
          place, COMMIT, set.sha256());
    }
    return set;
  }

  /** The set in float32, whatever its numbers are. */
  CounterexampleSet read(Path tests) {
    List<float[][]> weights = new ArrayList<>();
    List<float[]> offsets = new ArrayList<>();
    for (JsonNode matrix : numbers(tests.resolve(network))) {
      weights.add(transposed(matrix, tests.resolve(network)));
      offsets.add(new float[weights.get(weights.size() - 1).length]);
    }
    if (!biases.isEmpty()) {
      JsonNode lists = numbers(tests.resolve(biases));
      for (int l = 0; l < lists.size() && l < offsets.size(); l++) {
        for (int k = 0; k < lists.get(l).size() && k < offsets.get(l).length; k++) {
          offsets.get(l)[k] = number(lists.get(l).get(k), tests.resolve(biases));
        }
      }
    }
    Path list = list(tests);
    List<float[]> certified = new ArrayList<>();
    List<float[]> breaking = new ArrayList<>();
    for (JsonNode pair : json(list, text(list))) {
      if (pair.has("x1_file")) {
        float[] point = point(list, pair.get("x1_file").asText());
        certified.add(point);
        breaking.add(
            pair.has("x0_file")
                ? point(list, pair.get("x0_file").asText())
                : new float[point.length]);
      }
    }
    if (weights.isEmpty() || certified.isEmpty()) {
      throw new IllegalArgumentException(list + " and " + network + " hold no pairs or no layers.");
    }
    return new CounterexampleSet(
        weights, offsets, certified.toArray(float[][]::new), breaking.toArray(float[][]::new));
  }

  /**
   * A point from a {@code .npy} file of float32 or float64 numbers, rounded to float32. Lists name
   * files on the author's machine; they lie beside the list.
   */
  private static float[] point(Path list, String name) {
    Path file = list.resolveSibling(name.substring(name.lastIndexOf('/') + 1));
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      int start = 10 + (bytes.getShort(8) & 0xffff);
      String header = new String(bytes.array(), 0, start, StandardCharsets.ISO_8859_1);
      boolean isDouble = header.contains("'<f8'");
      if (!isDouble && !header.contains("'<f4'")) {
        throw new IllegalArgumentException(file + " holds no floating-point numbers.");
      }
      ByteBuffer numbers = bytes.position(start).slice().order(ByteOrder.LITTLE_ENDIAN);
      float[] point = new float[numbers.remaining() / (isDouble ? Double.BYTES : Float.BYTES)];
      IntStream.range(0, point.length)
          .forEach(
              k ->
                  point[k] = isDouble ? (float) numbers.getDouble(8 * k) : numbers.getFloat(4 * k));
      return point;
    } catch (IOException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(file + " is missing or damaged; get it again.", e);
    }
  }

  /** Comma-separated nested brackets; where a file is cut at its end, zeros are left away. */
  private static JsonNode numbers(Path file) {
    String text = text(file).strip();
    long open = text.chars().filter(c -> c == '[').count();
    long closed = text.chars().filter(c -> c == ']').count();
    String whole = text.endsWith(",") ? text.substring(0, text.length() - 1) : text;
    return json(file, "[" + whole + "]".repeat((int) Math.max(0, open - closed)) + "]");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " is missing or cannot be read.", e);
    }
  }

  private static JsonNode json(Path file, String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " is no list of numbers; get it again.", e);
    }
  }

  /** From (inputs, outputs) to (outputs, inputs). */
  private static float[][] transposed(JsonNode matrix, Path file) {
    float[][] rows = new float[matrix.path(0).size()][matrix.size()];
    for (int in = 0; in < matrix.size(); in++) {
      if (matrix.get(in).size() != rows.length) {
        throw new IllegalArgumentException(file + " holds rows of unequal length; get it again.");
      }
      for (int out = 0; out < rows.length; out++) {
        rows[out][in] = number(matrix.get(in).get(out), file);
      }
    }
    return rows;
  }

  private static float number(JsonNode node, Path file) {
    if (!node.isNumber()) {
      throw new IllegalArgumentException(file + " holds " + node + " in place of a number.");
    }
    return node.decimalValue().floatValue();
  }
}
