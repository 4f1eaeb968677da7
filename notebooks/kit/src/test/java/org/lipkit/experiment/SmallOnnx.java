package org.lipkit.experiment;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.lipkit.data.TestFiles;

/** ONNX files of tiny networks: flatten, a dense layer, an activation, a dense layer. */
public final class SmallOnnx {

  private static final int HIDDEN = 6;

  private SmallOnnx() {}

  /** Writes a network with ReLU and random weights. */
  public static Path write(Path file, int classes, long... image) {
    return write(file, "Relu", classes, image);
  }

  /** Writes a network with another activation. */
  public static Path write(Path file, String activation, int classes, long... image) {
    SplittableRandom random = new SplittableRandom(1);
    long values = 1;
    ValueInfoProto.Builder input = ValueInfoProto.newBuilder().setName("x");
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"));
    for (long side : image) {
      values *= side;
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(side));
    }
    input.setType(
        TypeProto.newBuilder()
            .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape)));
    GraphProto graph =
        GraphProto.newBuilder()
            .addInput(input)
            .addInitializer(random("w1", random, values, HIDDEN))
            .addInitializer(random("w2", random, HIDDEN, classes))
            .addNode(node("Flatten", "flat", "x"))
            .addNode(node("MatMul", "hidden", "flat", "w1"))
            .addNode(node(activation, "active", "hidden"))
            .addNode(node("MatMul", "logits", "active", "w2"))
            .addOutput(ValueInfoProto.newBuilder().setName("logits"))
            .build();
    ModelProto model =
        ModelProto.newBuilder()
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .setGraph(graph)
            .build();
    TestFiles.write(file, model.toByteArray());
    return file;
  }

  private static TensorProto random(String name, SplittableRandom random, long rows, long columns) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(1).addDims(rows).addDims(columns);
    random
        .doubles(rows * columns, -1, 1)
        .forEach(entry -> tensor.addFloatData((float) (entry / Math.sqrt(rows))));
    return tensor.build();
  }

  private static NodeProto node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(output)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }
}
