package org.lipkit.checker;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The network of an ONNX file that the library wrote, put together from its nodes, and the bounds
 * of its linear maps. Operators that the library does not write are refused.
 */
final class OnnxNetwork {

  private static final long MOST_ENTRIES = 1 << 24;
  private static final int OPERATOR_SET = 17;

  private static final int MOST_NODES = 5000;

  private final Set<String> names = new HashSet<>();
  private final SortedMap<String, FloatArray> weights = new TreeMap<>();
  private final Map<String, long[]> numbers = new HashMap<>();
  private final Map<String, View> values = new HashMap<>();
  private final Map<String, Affine> linear = new LinkedHashMap<>();
  private OnnxClaims claims;
  private int inputs;
  private Part body;
  private Head head;
  private String headName;

  private OnnxNetwork() {}

  /**
   * Reads a file with its claims and bounds the norms of its linear maps.
   *
   * @param progress hears after each node how many are read and how many will be
   */
  static OnnxNetwork read(Path file, BiConsumer<Integer, Integer> progress) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("There is no file " + file + "; check the path.");
    }
    try (InputStream in = Files.newInputStream(file)) {
      OnnxNetwork network = new OnnxNetwork();
      network.build(ModelProto.parseFrom(in), progress);
      return network;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(file + " is no whole ONNX file; export it again.", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage() + ".", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    } catch (ArithmeticException | IndexOutOfBoundsException | NegativeArraySizeException e) {
      throw new IllegalArgumentException(file + " has impossible numbers, so it is damaged.", e);
    }
  }

  private void build(ModelProto model, BiConsumer<Integer, Integer> progress) {
    boolean isKnown =
        model.getFunctionsCount() == 0
            && model.getOpsetImportCount() == 1
            && model.getOpsetImport(0).getDomain().isEmpty()
            && model.getOpsetImport(0).getVersion() == OPERATOR_SET;
    if (!isKnown) {
      throw new IllegalArgumentException(
          "it does not use operator set " + OPERATOR_SET + " alone, as files of LipKit do.");
    }
    Map<String, String> metadata = new HashMap<>();
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      if (metadata.put(entry.getKey(), entry.getValue()) != null) {
        throw new IllegalArgumentException("its metadata have two entries " + entry.getKey() + ".");
      }
    }
    claims = OnnxClaims.of(metadata);
    GraphProto graph = model.getGraph();
    graph.getInitializerList().forEach(this::constant);
    if (graph.getSparseInitializerCount() > 0) {
      throw new IllegalArgumentException("it has sparse arrays, which files of LipKit have not.");
    }
    if (graph.getInputCount() != 1 || graph.getOutputCount() != 1 || graph.getNodeCount() == 0) {
      throw new IllegalArgumentException("it is no network with one input and one output.");
    }
    if (graph.getNodeCount() > MOST_NODES) {
      throw new IllegalArgumentException(
          "it has " + graph.getNodeCount() + " nodes, too many for the checker.");
    }
    ValueInfoProto image = graph.getInput(0);
    declare(image.getName());
    int[] shape =
        image.getType().getTensorType().getShape().getDimList().stream()
            .skip(1)
            .mapToInt(axis -> size(axis.getDimValue()))
            .toArray();
    values.put(image.getName(), View.of(new Flow(List.of(), entries(shape)), shape));
    inputs = entries(shape);
    List<NodeProto> nodes = graph.getNodeList();
    int before = nodes.size() - 1;
    for (int n = 0; n < before; n++) {
      put(nodes.get(n), new OnnxNode(nodes.get(n), this).apply());
      progress.accept(n + 1, nodes.size());
    }
    NodeProto last = nodes.get(before);
    if (!last.getOpType().equals("Gemm")
        || !last.getOutput(0).equals(graph.getOutput(0).getName())) {
      throw new IllegalArgumentException("its last node is no Gemm that gives the logits.");
    }
    View features = value(last.getInput(0)).settled();
    head = new OnnxNode(last, this).head(features);
    headName = last.getInput(1);
    progress.accept(nodes.size(), nodes.size());
    body = new Part.Chain(features.flow().parts());
  }

  private void put(NodeProto node, List<View> results) {
    node.getOutputList().stream().filter(name -> !name.isEmpty()).forEach(this::declare);
    for (int i = 0; i < results.size(); i++) {
      values.put(node.getOutput(i), results.get(i));
    }
  }

  /** Of two values of one name, another program might take the other one. */
  private void declare(String name) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("it gives two values to the name " + name + ".");
    }
  }

  private static int size(long axis) {
    if (axis < 1 || axis > MOST_ENTRIES) {
      throw new IllegalArgumentException("it has an axis of " + axis + " places.");
    }
    return (int) axis;
  }

  /** The product of all axes. */
  static int entries(int... shape) {
    long entries = 1;
    for (int axis : shape) {
      entries *= axis;
      if (axis < 0 || entries > MOST_ENTRIES) {
        throw new IllegalArgumentException(
            "it has an array of shape " + Arrays.toString(shape) + ", too large for the checker.");
      }
    }
    return (int) entries;
  }

  private void constant(TensorProto tensor) {
    String name = tensor.getName();
    int[] shape = tensor.getDimsList().stream().mapToInt(d -> d == 0 ? 0 : size(d)).toArray();
    ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int entries = entries(shape);
    boolean isFloat = tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber();
    boolean isLong = tensor.getDataType() == TensorProto.DataType.INT64.getNumber();
    int bytesEach = isFloat ? Float.BYTES : Long.BYTES;
    if (!isFloat && !isLong || !isRaw(tensor) || bytes.remaining() != (long) bytesEach * entries) {
      throw new IllegalArgumentException(
          "its array " + name + " is not of float32 or int64 numbers, as bytes inside the file.");
    }
    if (isLong && shape.length != 1) {
      throw new IllegalArgumentException("its whole numbers " + name + " lie along no one axis.");
    }
    declare(name);
    if (isFloat) {
      float[] floats = new float[entries];
      bytes.asFloatBuffer().get(floats);
      for (float value : floats) {
        if (!Float.isFinite(value)) {
          throw new IllegalArgumentException(
              "its array " + name + " has an entry of " + value + ".");
        }
      }
      weights.put(name, new FloatArray(shape, floats));
    } else {
      long[] longs = new long[entries];
      bytes.asLongBuffer().get(longs);
      numbers.put(name, longs);
    }
  }

  /** Whether an array's numbers are its bytes and nothing else. */
  private static boolean isRaw(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.DEFAULT
        && tensor.getExternalDataCount() == 0
        && tensor.getFloatDataCount() == 0
        && tensor.getInt64DataCount() == 0
        && !tensor.hasSegment();
  }

  View value(String name) {
    View value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no node gives " + name + " before it is needed.");
    }
    return value;
  }

  boolean isWeight(String name) {
    return weights.containsKey(name);
  }

  FloatArray weight(String name) {
    if (!isWeight(name)) {
      throw new IllegalArgumentException("it has no float32 array " + name + ".");
    }
    return weights.get(name);
  }

  long[] numbers(String name) {
    if (!numbers.containsKey(name)) {
      throw new IllegalArgumentException("it has no whole numbers " + name + ".");
    }
    return numbers.get(name);
  }

  /**
   * The linear map that a weight makes, with its bound, which is at most what is claimed if that
   * can be proved. Remembers it, the largest if the weight makes several.
   *
   * @param channels how many input channels an output entry reads
   * @param taps how many products it takes of each
   */
  Affine bounded(String weight, Matrix matrix, double[] bias, int channels, int taps) {
    Affine affine = Affine.of(matrix, bias, channels, taps, claims.norm(weight));
    linear.merge(weight, affine, (a, b) -> a.norm() >= b.norm() ? a : b);
    return affine;
  }

  OnnxClaims claims() {
    return claims;
  }

  String sha256() {
    return FloatArray.sha256(weights);
  }

  /** The linear maps before the head, by the names of their weights. */
  Map<String, Affine> linear() {
    return linear;
  }

  int inputs() {
    return inputs;
  }

  Part body() {
    return body;
  }

  Head head() {
    return head;
  }

  /** The name of the head's weight. */
  String headName() {
    return headName;
  }
}
