package org.lipkit.onnx;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedList;
import java.util.List;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Identity;
import org.lipkit.layer.Layer;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.Sequential;
import org.lipkit.tensor.LibraryVersion;
import org.lipkit.tensor.Tensors;
import org.lipkit.tensor.WholeFile;
import org.lipkit.text.Given;

/**
 * Reads networks from ONNX files, as PyTorch and other tools export them, and writes them with
 * their certificate's constants.
 *
 * <p>What is read is a frozen classifier that computes in float32 what the file describes, up to
 * rounding: batch normalisation and other factors and summands per channel are folded into the
 * layer before them in float64 and rounded once, and a division by a constant is a product with its
 * rounded inverse. A certificate is about this frozen classifier.
 *
 * <p>Known are operator sets 11 to 21, float32 weights in the file or beside it, a batch axis that
 * is fixed or dynamic, and the operators Conv, Gemm, MatMul, BatchNormalization, Add, Sub, Mul and
 * Div (of a constant, or Add of two branches), Relu, LeakyRelu, PRelu of one slope, Abs, Clip, Max
 * and Min, TopK that sorts all channels, MaxPool, LpPool of Euclidean norms, AveragePool,
 * GlobalAveragePool, ReduceMean of images, Split, Slice, Gather, Concat (of branches along the
 * channels), Flatten, Reshape, Squeeze, Unsqueeze, Transpose, Pad with zeros, Identity, Dropout, a
 * final Softmax or LogSoftmax (left out), and the arithmetic of constants.
 */
public final class Onnx {

  private static final int MOST_LAYERS = 20_000;
  private static final int DEEPEST = 100;

  /** The operator set that is written, and the version of the file format that goes with it. */
  private static final int WRITTEN = 17;

  private static final int IR_VERSION = 8;

  /** Owns what is read; what is frozen is copied. */
  private final NDManager constants;

  private int layers;

  private Onnx(NDManager constants) {
    this.constants = constants;
  }

  /**
   * A network that was read.
   *
   * @param classifier the frozen classifier, with pairwise margins; it knows the size of its inputs
   * @param remarks what was left out or put in on the way, one sentence each
   * @param sha256 of the file that was read, without the files beside it that may hold its arrays
   */
  public record Imported(Classifier classifier, List<String> remarks, String sha256) {

    /**
     * Copies the list.
     *
     * @param classifier the frozen classifier
     * @param remarks one sentence each; copied
     * @param sha256 of the file
     */
    public Imported {
      remarks = List.copyOf(remarks);
    }
  }

  /**
   * Reads a network.
   *
   * @param file the ONNX file
   * @return the frozen classifier
   * @throws IllegalArgumentException if the file is missing or damaged, or if it has an operator, a
   *     type or a shape that is not known; one sentence names the node and what would have to be
   *     known
   */
  public static Imported read(Path file) {
    Given.notNull("The file", file);
    NDManager weights = Tensors.newManager();
    try (NDManager constants = Tensors.newManager()) {
      OnnxFile opened = new OnnxFile(file, constants);
      Graph graph = new Graph(opened);
      Classifier classifier = new Onnx(constants).classifier(graph).frozen(weights);
      return new Imported(classifier, graph.remarks(), opened.sha256());
    } catch (IOException e) {
      throw refused(weights, file, "the file cannot be read: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw refused(weights, file, e.getMessage());
    } catch (RuntimeException | OutOfMemoryError e) {
      throw refused(
          weights,
          file,
          "the engine cannot hold or compute this network; start with a larger heap (-Xmx) or export"
              + " a smaller one");
    }
  }

  /**
   * Writes a frozen classifier with the constants of its certificate, for operator set 17. All
   * constants are decimal numbers that are rounded up. Equal certifiers give equal files, byte for
   * byte. The metadata hold:
   *
   * <ul>
   *   <li>{@code lipkit.format}: "LipKit certificate 1"
   *   <li>{@code lipkit.statement}: a sentence that says what follows from the constants
   *   <li>{@code lipkit.version}: of this library
   *   <li>{@code lipkit.engine}: the one that float32 rounding was counted for
   *   <li>{@code lipkit.weights.sha256}: of all float32 arrays of the file, in the order of their
   *       names: of each a line with its name and shape, then its entries, the highest byte first
   *   <li>{@code lipkit.network.sha256}: {@link Classifier#sha256}, which records of runs have
   *   <li>{@code lipkit.margins}: "pairwise" or "network", as {@link MarginRule} says
   *   <li>{@code lipkit.body}: K of everything before the last layer, its kind and method
   *   <li>{@code lipkit.norms}: a line for each linear map: the name of its weight, the bound of
   *       its norm, kind and method
   *   <li>{@code lipkit.constants}: a line for each class j with K_ji for each class i
   * </ul>
   *
   * <p>What is read back is the same network, layer by layer and with the same bits in its weights.
   * Its constants are the same too, except where a layer has a better one than follows from its
   * parts, as an SLL layer does: ONNX has no word for that.
   *
   * @param file the file to write; its folder is created
   * @param proof of the classifier, which is written
   * @throws IllegalArgumentException if a layer does something that ONNX has no operator for here,
   *     such as a layer of your own that compares or rounds; one sentence names the layer
   * @throws IllegalStateException if the weights have changed since their bounds were proved
   * @throws UncheckedIOException if the file cannot be written; what was there before stays
   */
  public static void write(Path file, SoundCertifier proof) {
    Given.notNull("The file", file);
    Given.notNull("The proof", proof).requireUnchanged();
    try (NDManager manager = Tensors.newManager()) {
      Export export = new Export(proof, manager);
      Written image = new Written("image", proof.classifier().inputShape());
      Written logits = Tensors.withoutGradient(() -> export.classifier(image));
      ModelProto model =
          ModelProto.newBuilder()
              .setIrVersion(IR_VERSION)
              .setProducerName("LipKit")
              .setProducerVersion(LibraryVersion.text())
              .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(WRITTEN))
              .setGraph(export.writer().graph(image, logits))
              .addAllMetadataProps(Certified.entries(export, proof))
              .build();
      WholeFile.write(file, model::writeTo);
    }
  }

  private static IllegalArgumentException refused(NDManager weights, Path file, String why) {
    weights.close();
    return new IllegalArgumentException(file + ": " + why + (why.endsWith(".") ? "" : "."));
  }

  private Classifier classifier(Graph graph) {
    Activation logits = graph.logits();
    if (logits.shape.size() != logits.shape.get(0) || logits.shape.size() < 2) {
      throw new Refusal(
          "its output has samples of shape %s, and a classifier has 2 logits or more",
          logits.shape);
    }
    Activation flat = logits.reshaped(Value.BATCH, logits.shape.size());
    Activation before = flat;
    Affine head;
    if (flat.step instanceof Affine last && last.isDense()) {
      head = last;
      before = flat.input;
    } else {
      head = identity((int) flat.shape.size());
      graph.remark("The last layer is not dense, so that an identity matrix stands after it.");
    }
    List<Layer> body = path(graph.image(), before, 0);
    Shape image = graph.image().shape;
    if (image.dimension() == 1) {
      body.add(0, new Flatten());
      image = new Shape(image.get(0), 1, 1);
    }
    Classifier network =
        new Classifier(
            new Sequential(body.isEmpty() ? List.of(new Identity()) : body),
            layer(head),
            graph.rule());
    network.layOut(image);
    return network;
  }

  private static Affine identity(int classes) {
    double[] weight = new double[classes * classes];
    for (int c = 0; c < classes; c++) {
      weight[c * classes + c] = 1;
    }
    return Affine.dense(classes, classes, weight, new double[classes]);
  }

  /** The layers from one activation to another that lies on every path from the first. */
  private List<Layer> path(Activation from, Activation to, int depth) {
    if (depth > DEEPEST) {
      throw new Refusal("branches lie in each other more than %d times", DEEPEST);
    }
    LinkedList<Layer> path = new LinkedList<>();
    Activation y = to;
    while (y != from) {
      if (y.isJoint()) {
        Layer first = joined(path(y.gate(), y.input, depth + 1));
        Layer second = joined(path(y.gate(), y.other, depth + 1));
        requireFew();
        path.addFirst(y.joint.apply(first, second));
        y = y.gate();
      } else {
        path.addFirst(layer(y.step));
        y = y.input;
      }
    }
    return path;
  }

  private static Layer joined(List<Layer> path) {
    return path.isEmpty() ? new Identity() : path.size() == 1 ? path.get(0) : new Sequential(path);
  }

  private Layer layer(Step step) {
    requireFew();
    return step.layer(constants);
  }

  private void requireFew() {
    if (++layers > MOST_LAYERS) {
      throw new Refusal(
          "its branches cross so often that they make more than %d layers", MOST_LAYERS);
    }
  }
}
