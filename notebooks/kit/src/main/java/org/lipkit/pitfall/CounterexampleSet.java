package org.lipkit.pitfall;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lipkit.data.Batch;
import org.lipkit.data.Images;
import org.lipkit.io.ArrayFile;
import org.lipkit.io.Npz;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Relu;
import org.lipkit.layer.WeightInit;
import org.lipkit.tensor.Digests;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Text;

/**
 * A dense ReLU network, points that a certifier certified, and for each of them a nearer point of
 * another predicted class than the certificate allows.
 *
 * @param weights of each dense layer, (outputs, inputs)
 * @param biases of each dense layer, (outputs)
 * @param certified the points that were certified, (points, inputs)
 * @param breaking for each of them the point that breaks its certificate
 */
public record CounterexampleSet(
    List<float[][]> weights, List<float[]> biases, float[][] certified, float[][] breaking) {

  /** Where images end and other inputs begin: these are square and grey, or one row. */
  private static final int SMALLEST_IMAGE = 28 * 28;

  /**
   * The network, frozen.
   *
   * @param manager owns the weights
   * @return the classifier, for images (1, H, W)
   */
  public Classifier classifier(NDManager manager) {
    List<Layer> layers = new ArrayList<>(List.of(new Flatten()));
    List<Dense> dense = new ArrayList<>();
    for (float[][] rows : weights) {
      if (!dense.isEmpty()) {
        layers.add(new Relu());
      }
      Dense layer = new Dense(rows.length, WeightInit.of(flat(rows)));
      dense.add(layer);
      layers.add(layer);
    }
    Classifier classifier =
        Classifier.of(layers.toArray(Layer[]::new))
            .initialize(manager, DataType.FLOAT32, new Shape(1, height(), width()));
    for (int l = 0; l < dense.size(); l++) {
      NDArray bias = dense.get(l).bias();
      Tensors.copy(manager.create(biases.get(l), bias.getShape()), bias);
    }
    return classifier.frozen();
  }

  private int height() {
    int inputs = certified[0].length;
    return inputs < SMALLEST_IMAGE ? 1 : (int) Math.sqrt(inputs);
  }

  private int width() {
    return certified[0].length / height();
  }

  private static double[] flat(float[][] rows) {
    double[] flat = new double[rows.length * rows[0].length];
    for (int k = 0; k < flat.length; k++) {
      flat[k] = rows[k / rows[0].length][k % rows[0].length];
    }
    return flat;
  }

  /**
   * Some of the points as images.
   *
   * @param points {@link #certified} or {@link #breaking}
   * @return a batch of unlabelled images (1, H, W)
   */
  public Batch batch(float[][] points) {
    float[] pixels = new float[points.length * points[0].length];
    for (int n = 0; n < points.length; n++) {
      System.arraycopy(points[n], 0, pixels, n * points[0].length, points[0].length);
    }
    int[] labels = new int[points.length];
    Arrays.fill(labels, Images.UNKNOWN);
    return new Batch(pixels, labels, points.length, 1, height(), width());
  }

  /**
   * How far apart a pair is.
   *
   * @param n its place
   * @return the Euclidean distance
   */
  public double distance(int n) {
    return Pitfall.distance(certified[n], breaking[n]);
  }

  /**
   * A checksum of all numbers.
   *
   * @return SHA-256 in hexadecimal digits
   */
  public String sha256() {
    MessageDigest digest = Digests.sha256();
    arrays()
        .forEach(
            (name, rows) -> {
              digest.update((name + " " + rows.length + "\n").getBytes());
              for (float[] row : rows) {
                ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * row.length);
                bytes.asFloatBuffer().put(row);
                digest.update(bytes);
              }
            });
    return HexFormat.of().formatHex(digest.digest());
  }

  private Map<String, float[][]> arrays() {
    Map<String, float[][]> arrays = new TreeMap<>();
    for (int l = 0; l < weights.size(); l++) {
      arrays.put(Text.of("weight_%02d", l), weights.get(l));
      arrays.put(Text.of("bias_%02d", l), new float[][] {biases.get(l)});
    }
    arrays.put("certified", certified);
    arrays.put("breaking", breaking);
    return arrays;
  }

  /**
   * Writes all arrays as an {@code .npz} file.
   *
   * @param file the file; its folder is created
   */
  public void save(Path file) {
    try (NDManager manager = Tensors.newManager()) {
      Map<String, NDArray> arrays = new TreeMap<>();
      arrays().forEach((name, rows) -> arrays.put(name, manager.create(rows)));
      Npz.save(file, arrays);
    }
  }

  /**
   * Reads a file that {@link #save} wrote.
   *
   * @param file the file
   * @return the set
   * @throws IllegalArgumentException if the file is missing or damaged
   */
  public static CounterexampleSet load(Path file) {
    try (NDManager manager = Tensors.newManager();
        ArrayFile stored = ArrayFile.open(file)) {
      Map<String, NDArray> arrays = new TreeMap<>();
      stored.names().forEach(name -> arrays.put(name, stored.read(manager, name)));
      List<float[][]> weights = new ArrayList<>();
      List<float[]> biases = new ArrayList<>();
      while (arrays.containsKey(Text.of("weight_%02d", weights.size()))) {
        String number = Text.of("%02d", weights.size());
        weights.add(rows(arrays, "weight_" + number, file));
        biases.add(rows(arrays, "bias_" + number, file)[0]);
      }
      return new CounterexampleSet(
          weights, biases, rows(arrays, "certified", file), rows(arrays, "breaking", file));
    }
  }

  private static float[][] rows(Map<String, NDArray> arrays, String name, Path file) {
    NDArray array = arrays.get(name);
    if (array == null || array.getShape().dimension() != 2 || array.getShape().size() == 0) {
      throw new IllegalArgumentException(
          file + " has no matrix " + name + "; get it again with data-scripts/counterexamples.");
    }
    float[] entries = array.toFloatArray();
    int width = (int) array.getShape().get(1);
    float[][] rows = new float[entries.length / width][width];
    for (int k = 0; k < entries.length; k++) {
      rows[k / width][k % width] = entries[k];
    }
    return rows;
  }
}
