package org.lipkit.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.Tensors;

/** Builds small ONNX graphs, and runs them by ONNX Runtime and by the kit. */
final class Graphs {

  static final int FLOAT = 1;
  static final int INT64 = 7;

  final SplittableRandom random;
  final long[] sample;
  final GraphProto.Builder graph = GraphProto.newBuilder().setName("graph");
  int opset = 17;
  private int names;

  /** A graph for samples of this shape, with a dynamic batch axis. */
  Graphs(long seed, long... sample) {
    random = new SplittableRandom(seed);
    this.sample = sample;
    graph.addInput(value("x", FLOAT, sample));
  }

  static ValueInfoProto value(String name, int type, long... sample) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"));
    LongStream.of(sample)
        .forEach(axis -> shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(axis)));
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
        .build();
  }

  String fresh() {
    return "v" + names++;
  }

  /** Random weights of about unit gain. */
  String weights(long... shape) {
    double gain = 1 / Math.sqrt(Math.max(1, new Shape(shape).size() / Math.max(1, shape[0])));
    return floats(shape, random.doubles(new Shape(shape).size(), -2 * gain, 2 * gain).toArray());
  }

  String positive(long... shape) {
    return floats(shape, random.doubles(new Shape(shape).size(), 0.3, 2).toArray());
  }

  String floats(long[] shape, double... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(v -> bytes.putFloat((float) v));
    return raw(FLOAT, bytes.array(), shape);
  }

  String longs(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    LongStream.of(values).forEach(bytes::putLong);
    return raw(INT64, bytes.array(), values.length);
  }

  String raw(int type, byte[] bytes, long... shape) {
    String name = fresh();
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type);
    LongStream.of(shape).forEach(tensor::addDims);
    graph.addInitializer(tensor.setRawData(ByteString.copyFrom(bytes)));
    return name;
  }

  /** Adds a node with one output. */
  String node(String operator, String[] inputs, AttributeProto... attributes) {
    return nodes(operator, 1, inputs, attributes)[0];
  }

  String[] nodes(String operator, int outputs, String[] inputs, AttributeProto... attributes) {
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).setName("n" + names++);
    String[] results = new String[outputs];
    for (int i = 0; i < outputs; i++) {
      results[i] = fresh();
    }
    graph.addNode(
        node.addAllInput(Arrays.asList(inputs))
            .addAllOutput(Arrays.asList(results))
            .addAllAttribute(Arrays.asList(attributes)));
    return results;
  }

  static String[] in(String... names) {
    return names;
  }

  static AttributeProto ints(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    LongStream.of(values).forEach(attribute::addInts);
    return attribute.build();
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto number(String name, double value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF((float) value)
        .build();
  }

  static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  /** The model whose logits are this value. */
  ModelProto model(String output) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .setGraph(
            graph
                .clone()
                .clearOutput()
                .addOutput(
                    ValueInfoProto.newBuilder()
                        .setName(output)
                        .setType(
                            TypeProto.newBuilder()
                                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(FLOAT)))))
        .build();
  }

  static Path written(ModelProto model, Path file) throws IOException {
    return Files.write(file, model.toByteArray());
  }

  /** Logits by ONNX Runtime. */
  static float[] expected(ModelProto model, float[] x, long... batch) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      // Its fusion of Pad with poolings is refused by its own poolings.
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OrtSession session = environment.createSession(model.toByteArray(), options);
          OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(x), batch);
          OrtSession.Result result =
              session.run(Map.of(model.getGraph().getInput(0).getName(), input))) {
        FloatBuffer logits = ((OnnxTensor) result.get(0)).getFloatBuffer();
        float[] all = new float[logits.remaining()];
        logits.get(all);
        return all;
      }
    } catch (OrtException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Logits by the kit, of the same batch. */
  static float[] found(Classifier classifier, float[] x, int batch) {
    return Tensors.scoped(
        () ->
            Tensors.withoutGradient(
                () -> {
                  NDArray state = classifier.state().values().iterator().next();
                  Shape shape = new Shape(batch).addAll(classifier.inputShape());
                  return classifier.apply(state.getManager().create(x, shape)).toFloatArray();
                }));
  }
}
