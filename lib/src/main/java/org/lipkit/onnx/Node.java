package org.lipkit.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lipkit.text.Text;

/**
 * One node of a graph, with the values of its inputs. It notes which inputs and attributes were
 * read: one that an operator does not read would change the result in a way that is not understood.
 */
final class Node {

  private final NodeProto node;
  private final Graph graph;
  private final Map<String, AttributeProto> attributes = new HashMap<>();
  private final Set<String> attributesRead = new HashSet<>();
  private final Set<Integer> inputsRead = new HashSet<>();

  Node(NodeProto node, Graph graph) {
    this.node = node;
    this.graph = graph;
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attributes.put(attribute.getName(), attribute) != null) {
        throw new Refusal("%s has two attributes '%s'", this, attribute.getName());
      }
    }
  }

  String operator() {
    return node.getOpType();
  }

  boolean isStandard() {
    return OnnxFile.isStandard(node.getDomain());
  }

  List<String> outputs() {
    return node.getOutputList();
  }

  Graph graph() {
    return graph;
  }

  int opset() {
    return graph.opset();
  }

  /** The node and its operator, for messages. */
  @Override
  public String toString() {
    String name = node.getName().isEmpty() ? String.join(", ", outputs()) : node.getName();
    return Text.of("node '%s' (%s)", name, operator());
  }

  int inputCount() {
    return node.getInputCount();
  }

  boolean hasInput(int index) {
    return index < inputCount() && !node.getInput(index).isEmpty();
  }

  Value input(int index) {
    if (!hasInput(index)) {
      throw new Refusal("lacks its input number %d", index + 1);
    }
    inputsRead.add(index);
    return graph.value(node.getInput(index));
  }

  List<Value> inputs() {
    List<Value> all = new ArrayList<>();
    for (int i = 0; i < inputCount(); i++) {
      all.add(input(i));
    }
    return all;
  }

  boolean hasOnlyConstants() {
    for (int i = 0; i < inputCount(); i++) {
      if (hasInput(i) && !(graph.value(node.getInput(i)) instanceof Constant)) {
        return false;
      }
    }
    return inputCount() > 0;
  }

  /** An input that must be a constant. */
  Constant constant(int index, String role) {
    if (input(index) instanceof Constant constant) {
      return constant;
    }
    throw new Refusal("computes its %s from the image; only constants are known", role);
  }

  /** The same, or null where it is left out. */
  Constant optional(int index, String role) {
    return hasInput(index) ? constant(index, role) : null;
  }

  /** A constant of finite float32 numbers. */
  Constant weight(int index, String role) {
    Constant constant = constant(index, role);
    if (constant.type() != DataType.FLOAT) {
      throw new Refusal(
          "has a %s of type %s, and certificates are about float32; export the network in float32",
          role, constant.type());
    }
    for (double value : constant.values()) {
      if (!Double.isFinite(value)) {
        throw new Refusal("has a %s with an entry of %s", role, value);
      }
    }
    return constant;
  }

  /** Whether no other node reads an input. */
  boolean isOnlyReader(int index) {
    return graph.isOnlyReader(node.getInput(index));
  }

  /** An input that depends on the image. */
  Activation activation(int index) {
    return input(index).activation();
  }

  private AttributeProto attribute(String name) {
    attributesRead.add(name);
    return attributes.get(name);
  }

  boolean has(String name) {
    return attribute(name) != null;
  }

  long integer(String name, long otherwise) {
    return has(name) ? attribute(name).getI() : otherwise;
  }

  float number(String name, float otherwise) {
    return has(name) ? attribute(name).getF() : otherwise;
  }

  String text(String name, String otherwise) {
    return has(name) ? attribute(name).getS().toStringUtf8() : otherwise;
  }

  long[] integers(String name, long... otherwise) {
    return has(name)
        ? attribute(name).getIntsList().stream().mapToLong(Long::longValue).toArray()
        : otherwise;
  }

  double[] numbers(String name) {
    return attribute(name).getFloatsList().stream().mapToDouble(Float::doubleValue).toArray();
  }

  TensorProto tensor(String name) {
    return attribute(name).getT();
  }

  /** Attributes that do not change the first output in evaluation. */
  void ignore(String... names) {
    attributesRead.addAll(List.of(names));
  }

  void ignoreInput(int index) {
    inputsRead.add(index);
  }

  /** Whole numbers that older operator sets give as an attribute and newer ones as an input. */
  long[] integersOr(String name, int index, long... otherwise) {
    Constant input = optional(index, name);
    long[] attribute = integers(name, otherwise);
    return input == null ? attribute : input.longs();
  }

  void requireAllRead() {
    for (String name : attributes.keySet()) {
      if (!attributesRead.contains(name)) {
        throw new Refusal("has an attribute '%s' whose effect this program does not know", name);
      }
    }
    for (int i = 0; i < inputCount(); i++) {
      if (hasInput(i) && !inputsRead.contains(i)) {
        throw new Refusal("has an input number %d whose effect is not known here", i + 1);
      }
    }
  }
}
