package org.lipkit.onnx;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.lipkit.layer.Abs;
import org.lipkit.layer.GroupSort;
import org.lipkit.layer.Layer;
import org.lipkit.layer.LeakyRelu;
import org.lipkit.layer.Relu;

/** The table of operators: what each one makes of its inputs. Any other is refused. */
final class Operators {

  private static final Map<String, Function<Node, List<Value>>> TABLE = new HashMap<>();

  /** What would have to be known of some operators that are often met. */
  private static final Map<String, String> UNKNOWN = new HashMap<>();

  static {
    one("Conv", LinearMaps::convolution);
    one("Gemm", LinearMaps::gemm);
    one("MatMul", LinearMaps::matMul);
    one("BatchNormalization", LinearMaps::batchNormalization);
    one("Add", LinearMaps::add);
    one("Sub", LinearMaps::subtract);
    one("Mul", LinearMaps::multiply);
    one("Div", LinearMaps::divide);

    one("Relu", node -> layer(node, Relu::new));
    one("Abs", node -> layer(node, Abs::new));
    one("LeakyRelu", Operators::leakyRelu);
    one("PRelu", Operators::parametricRelu);
    one("Clip", Operators::clip);
    one("TopK", Operators::sorted);
    one("MaxPool", Windows::maxPool);
    one("LpPool", Windows::normPool);
    one("AveragePool", Windows::averagePool);
    one("GlobalAveragePool", Windows::globalAveragePool);
    one("ReduceMean", Windows::reduceMean);

    one("Max", node -> Rearranging.compared(node, true));
    one("Min", node -> Rearranging.compared(node, false));
    TABLE.put("Split", Rearranging::split);
    one("Slice", Rearranging::slice);
    one("Gather", Rearranging::gather);
    one("Concat", Rearranging::concat);
    one("Flatten", Rearranging::flatten);
    one("Reshape", Rearranging::reshape);
    one("Squeeze", Rearranging::squeeze);
    one("Unsqueeze", Rearranging::unsqueeze);
    one("Transpose", Rearranging::transpose);
    one("Pad", Rearranging::pad);
    one("Shape", Rearranging::shape);

    one("Constant", Constants::given);
    one("ConstantOfShape", Constants::filled);
    one("Cast", Operators::cast);
    one("Identity", node -> node.input(0));
    one("Dropout", Operators::dropout);
    one("Softmax", Operators::softmax);
    one("LogSoftmax", Operators::softmax);

    for (String smooth :
        List.of("Sigmoid", "Tanh", "Exp", "Erf", "Gelu", "Softplus", "Elu", "Selu", "HardSwish")) {
      UNKNOWN.put(smooth, "its Lipschitz constant and how the engine rounds it in float32");
    }
    for (String divided : List.of("LayerNormalization", "InstanceNormalization", "LRN")) {
      UNKNOWN.put(divided, "a finite Lipschitz constant, which division by a deviation lacks");
    }
    for (String quantised :
        List.of(
            "QuantizeLinear",
            "DequantizeLinear",
            "DynamicQuantizeLinear",
            "QLinearConv",
            "QLinearMatMul",
            "ConvInteger",
            "MatMulInteger")) {
      UNKNOWN.put(quantised, "the float32 network before quantisation; export that one");
    }
  }

  private Operators() {}

  private static void one(String operator, Function<Node, Value> meaning) {
    TABLE.put(operator, node -> List.of(meaning.apply(node)));
  }

  /** What a node gives, output by output; later ones may be left out. */
  static List<Value> apply(Node node) {
    Function<Node, List<Value>> meaning = node.isStandard() ? TABLE.get(node.operator()) : null;
    if (meaning == null) {
      throw new Refusal(
          "is an operator that cannot be certified here; one would have to know %s",
          UNKNOWN.getOrDefault(
              node.operator(),
              "what it computes, its Lipschitz constant and how it rounds in float32"));
    }
    Value folded = Constants.folded(node);
    return folded == null ? meaning.apply(node) : List.of(folded);
  }

  private static Activation layer(Node node, Supplier<Layer> maker) {
    Activation x = node.activation(0);
    return x.then(Step.of(x.shape, maker));
  }

  private static Value leakyRelu(Node node) {
    float slope = node.number("alpha", 0.01f);
    return layer(node, () -> new LeakyRelu(slope));
  }

  /** Known are one slope for all channels, and -1 for the first channels with 1 for the others. */
  private static Value parametricRelu(Node node) {
    Activation x = node.activation(0);
    int channels = (int) x.shape.get(0);
    Constant constant = node.weight(1, "slope");
    long[] spread = new long[x.shape.dimension() + 1];
    Arrays.fill(spread, 1);
    spread[1] = channels;
    double[] slopes = constant.spreads(spread) ? constant.spread(spread) : new double[0];
    if (slopes.length > 0 && Arrays.stream(slopes).allMatch(slope -> slope == slopes[0])) {
      return layer(node, () -> new LeakyRelu(slopes[0]));
    }
    int folded = (int) Arrays.stream(slopes).takeWhile(slope -> slope == -1).count();
    if (folded == 0 || Arrays.stream(slopes).skip(folded).anyMatch(slope -> slope != 1)) {
      throw new Refusal(
          "has slopes of shape %s that differ; one slope is known, or -1 for the first channels and"
              + " 1 for the others",
          constant.shape());
    }
    return layer(node, () -> new Abs((double) folded / channels));
  }

  /** All channels, the largest first. */
  private static Value sorted(Node node) {
    Activation x = node.activation(0);
    int channels = (int) x.shape.get(0);
    long axis = node.integer("axis", -1);
    long positive = axis < 0 ? axis + x.shape.dimension() + 1 : axis;
    if (positive != 1
        || node.constant(1, "number").scalar() != channels
        || node.integer("largest", 1) != 1
        || node.integer("sorted", 1) != 1) {
      throw new Refusal("picks some of the numbers by size; only sorting all channels is known");
    }
    return layer(node, () -> new GroupSort(channels));
  }

  private static Value clip(Node node) {
    return clipped(
        node.activation(0),
        bound(node, 1, Double.NEGATIVE_INFINITY),
        bound(node, 2, Double.POSITIVE_INFINITY));
  }

  private static double bound(Node node, int index, double otherwise) {
    return node.hasInput(index) ? node.weight(index, "bound").scalar() : otherwise;
  }

  static Activation clipped(Activation x, double least, double most) {
    if (least > most) {
      throw new Refusal("has a lower bound of %s above the upper one of %s", least, most);
    }
    return x.then(Step.of(x.shape, () -> new Clip(least, most)));
  }

  private static Value dropout(Node node) {
    node.ignore("ratio", "seed");
    node.ignoreInput(1);
    Constant training = node.optional(2, "mode");
    if (training != null && training.scalar() != 0) {
      throw new Refusal("drops entries at random; export the network with model.eval()");
    }
    return node.input(0);
  }

  private static Value cast(Node node) {
    if (node.integer("to", 0) != 1) {
      throw new Refusal("leaves float32, and certificates are about float32 throughout");
    }
    node.ignore("saturate");
    return node.activation(0);
  }

  /** The largest logit stays the largest. */
  private static Value softmax(Node node) {
    Activation x = node.activation(0);
    long axis = node.integer("axis", node.opset() < 13 ? 1 : -1);
    long positive = axis < 0 ? axis + x.shape.dimension() + 1 : axis;
    if (!node.graph().isLast(node) || positive != 1 || x.shape.size() != x.shape.get(0)) {
      throw new Refusal(
          "stands inside the network; only one over the classes at its end can be left out, and one"
              + " would have to know how the engine rounds it in float32");
    }
    node.graph()
        .remark(
            "The final "
                + node.operator()
                + " is left out: it does not change which class is largest, and margins are those of"
                + " its logits.");
    return x;
  }
}
