package org.lipkit.onnx;

import ai.djl.ndarray.NDArray;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.LongStream;

/** Constants, and arithmetic on them that is done when the file is read: above all of shapes. */
final class Constants {

  private static final Map<String, BinaryOperator<NDArray>> ARITHMETIC =
      Map.of("Add", NDArray::add, "Sub", NDArray::sub, "Mul", NDArray::mul, "Div", NDArray::div);

  private Constants() {}

  /** What a node makes of nothing but constants; null for nodes that treat them as activations. */
  static Value folded(Node node) {
    if (!node.hasOnlyConstants()) {
      return null;
    }
    if (node.operator().equals("Cast")) {
      return cast(node);
    }
    BinaryOperator<NDArray> arithmetic = ARITHMETIC.get(node.operator());
    return arithmetic == null
        ? null
        : node.constant(0, "number").combined(node.constant(1, "number"), arithmetic);
  }

  private static Value cast(Node node) {
    node.ignore("saturate");
    DataType type = DataType.forNumber((int) node.integer("to", 0));
    if (!Constant.TYPES.contains(type)) {
      throw OnnxFile.refused(type);
    }
    return node.constant(0, "number").cast(type);
  }

  static Value given(Node node) {
    if (node.has("value")) {
      return node.graph().constant(node.tensor("value"));
    }
    if (node.has("value_int")) {
      return node.graph().longs(node.integer("value_int", 0)).reshaped();
    }
    if (node.has("value_ints")) {
      return node.graph()
          .longs(LongStream.of(node.integers("value_ints")).asDoubleStream().toArray());
    }
    if (node.has("value_float")) {
      return node.graph().floats(node.number("value_float", 0)).reshaped();
    }
    if (node.has("value_floats")) {
      return node.graph().floats(node.numbers("value_floats"));
    }
    throw new Refusal("holds no number that this program reads");
  }

  static Value filled(Node node) {
    long[] shape = node.constant(0, "shape").longs();
    Constant.requireComputable(shape);
    Constant value =
        node.has("value") ? node.graph().constant(node.tensor("value")) : node.graph().floats(0);
    double[] all = new double[Constant.size(shape)];
    Arrays.fill(all, value.scalar());
    return Constant.of(value.array().getManager(), value.type(), all, shape);
  }
}
