package org.lipkit.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.lipkit.tensor.Digests;

/** Puts a graph together, node by node. */
final class NodeWriter {

  private final GraphProto.Builder graph = GraphProto.newBuilder();

  /** What the checksum is taken of: a line of each array of float32 numbers, and its entries. */
  private final SortedMap<String, byte[]> digested = new TreeMap<>();

  /** A node with one output, which it is named after. */
  String node(String operator, List<String> inputs, AttributeProto... attributes) {
    return nodes(operator, 1, inputs, attributes).get(0);
  }

  List<String> nodes(
      String operator, int outputs, List<String> inputs, AttributeProto... attributes) {
    String name = operator + "_" + graph.getNodeCount();
    List<String> results = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      results.add(i == 0 ? name : name + "_" + i);
    }
    graph.addNode(
        NodeProto.newBuilder()
            .setName(name)
            .setOpType(operator)
            .addAllInput(inputs)
            .addAllOutput(results)
            .addAllAttribute(Arrays.asList(attributes)));
    return results;
  }

  /** A constant of float32 numbers; one that is there already is not put in again. */
  String floats(String name, double[] values, long... shape) {
    ByteBuffer little = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer big = ByteBuffer.allocate(4 * values.length);
    for (double value : values) {
      little.putFloat((float) value);
      big.putFloat((float) value);
    }
    String axes = Arrays.toString(shape).replace('[', '(').replace(']', ')');
    byte[] line = (name + " " + axes + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(line, line.length + big.capacity());
    System.arraycopy(big.array(), 0, all, line.length, big.capacity());
    if (digested.put(name, all) == null) {
      constant(name, TensorProto.DataType.FLOAT, little, shape);
    }
    return name;
  }

  /** The same with a name of its own. */
  String floats(double[] values, long... shape) {
    return floats("constant_" + graph.getInitializerCount(), values, shape);
  }

  String longs(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    LongStream.of(values).forEach(bytes::putLong);
    String name = "constant_" + graph.getInitializerCount();
    constant(name, TensorProto.DataType.INT64, bytes, values.length);
    return name;
  }

  private void constant(String name, TensorProto.DataType type, ByteBuffer bytes, long... shape) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .addAllDims(LongStream.of(shape).boxed().toList())
            .setRawData(ByteString.copyFrom(bytes.array())));
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto integers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(LongStream.of(values).boxed().toList())
        .build();
  }

  static AttributeProto number(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  /**
   * SHA-256 of all constants of float32 numbers, in the order of their names, as {@code
   * Classifier.sha256} takes it of its arrays.
   */
  String sha256() {
    var digest = Digests.sha256();
    digested.values().forEach(digest::update);
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * The graph.
   *
   * @param input the name and shape of the images, without the batch's axis
   * @param output likewise
   */
  GraphProto graph(Written input, Written output) {
    return graph.setName("network").addInput(value(input)).addOutput(value(output)).build();
  }

  private static ValueInfoProto value(Written value) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
    LongStream.of(value.shape().getShape())
        .forEach(axis -> shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(axis)));
    return ValueInfoProto.newBuilder()
        .setName(value.name())
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(shape)))
        .build();
  }
}
