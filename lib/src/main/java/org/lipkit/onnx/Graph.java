package org.lipkit.onnx;

import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lipkit.layer.MarginRule;

/** Walks through a graph, node by node, and finds what each name stands for. */
final class Graph {

  private final OnnxFile file;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();
  private final List<String> remarks = new ArrayList<>();
  private final Activation image;
  private final String output;

  /** The batch's size if the file fixes it, else NaN. */
  private final double batch;

  Graph(OnnxFile file) {
    this.file = file;
    GraphProto graph = file.graph();
    if (graph.getSparseInitializerCount() > 0) {
      throw new Refusal("it has sparse weights; export them as ordinary ones");
    }
    for (TensorProto array : graph.getInitializerList()) {
      if (values.put(array.getName(), constant(array)) != null) {
        throw new Refusal("it has two arrays '%s'", array.getName());
      }
    }
    ValueInfoProto input = input(graph);
    TypeProto.Tensor type = input.getType().getTensorType();
    if (type.getElemType() != DataType.FLOAT.getNumber()) {
      throw new Refusal("its input is not of float32 numbers; export the network in float32");
    }
    List<Dimension> axes = type.getShape().getDimList();
    if (axes.size() != 2 && axes.size() != 4) {
      throw new Refusal(
          "its input has %d axes, and a classifier of images takes (N, C, H, W) or (N, values)",
          axes.size());
    }
    batch = axes.get(0).hasDimValue() ? axes.get(0).getDimValue() : Double.NaN;
    image = Activation.image(sample(axes));
    values.put(input.getName(), image);
    if (graph.getOutputCount() != 1) {
      throw new Refusal(
          "it has %d outputs; export it with the logits alone", graph.getOutputCount());
    }
    output = graph.getOutput(0).getName();
    graph.getNodeList().forEach(node -> node.getInputList().forEach(this::count));
    count(output);
    graph.getNodeList().forEach(this::walk);
  }

  private void count(String name) {
    uses.merge(name, 1, Integer::sum);
  }

  private ValueInfoProto input(GraphProto graph) {
    List<ValueInfoProto> inputs =
        graph.getInputList().stream().filter(in -> !values.containsKey(in.getName())).toList();
    if (inputs.size() != 1) {
      throw new Refusal("it has %d inputs, and a classifier of images takes one", inputs.size());
    }
    return inputs.get(0);
  }

  private static Shape sample(List<Dimension> axes) {
    long[] sample = new long[axes.size() - 1];
    for (int i = 0; i < sample.length; i++) {
      Dimension axis = axes.get(i + 1);
      if (!axis.hasDimValue() || axis.getDimValue() < 1) {
        throw new Refusal(
            "the size of its images is left open, and a constant holds for one size; export it with"
                + " all axes fixed but the batch's");
      }
      sample[i] = axis.getDimValue();
    }
    return new Shape(sample);
  }

  private void walk(NodeProto proto) {
    Node node = new Node(proto, this);
    try {
      List<Value> results = Operators.apply(node);
      node.requireAllRead();
      for (int i = 0; i < Math.min(results.size(), proto.getOutputCount()); i++) {
        if (!proto.getOutput(i).isEmpty()
            && values.put(proto.getOutput(i), results.get(i)) != null) {
          throw new Refusal("gives a value to '%s', which has one", proto.getOutput(i));
        }
      }
    } catch (IllegalArgumentException e) {
      throw new Refusal("%s %s", node, phrase(e.getMessage()));
    } catch (ArithmeticException | IndexOutOfBoundsException | NegativeArraySizeException e) {
      throw new Refusal("%s has impossible numbers, so the file is damaged", node);
    }
  }

  private static String phrase(String message) {
    String plain = message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    return Character.isUpperCase(plain.charAt(0)) ? "cannot be a layer: " + plain : plain;
  }

  Value value(String name) {
    Value value = values.get(name);
    if (value == null) {
      throw new Refusal(
          "needs '%s', which no weight and no node before it gives: it is missing, or the nodes run"
              + " in a circle",
          name);
    }
    return value;
  }

  Constant constant(TensorProto tensor) {
    return file.constant(tensor);
  }

  Constant longs(double... values) {
    return file.constant(DataType.INT64, values);
  }

  Constant floats(double... values) {
    return file.constant(DataType.FLOAT, values);
  }

  /** Whether a node's first output is the network's, and no other node reads it. */
  boolean isLast(Node node) {
    return node.outputs().get(0).equals(output) && uses.get(output) == 1;
  }

  /** Whether nothing but the node itself reads its input. */
  boolean isOnlyReader(String input) {
    return uses.get(input) == 1;
  }

  /** Whether the file was written here, and is read layer by layer. */
  boolean isOurs() {
    return Certified.isOurs(file.metadata());
  }

  MarginRule rule() {
    return Certified.rule(file.metadata());
  }

  int opset() {
    return file.opset();
  }

  double batch() {
    return batch;
  }

  Activation image() {
    return image;
  }

  Activation logits() {
    return value(output).activation();
  }

  void remark(String sentence) {
    remarks.add(sentence);
  }

  List<String> remarks() {
    return remarks;
  }
}
