package org.lipkit.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lipkit.bound.BlockDiagonalMap;
import org.lipkit.bound.Bound;
import org.lipkit.bound.ConvolutionMap;
import org.lipkit.bound.DenseMap;
import org.lipkit.bound.DiagonalMap;
import org.lipkit.bound.LinearMap;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Form;
import org.lipkit.layer.Pass;
import org.lipkit.tensor.Tensors;

/**
 * Writes the forms of a frozen classifier as nodes. Linear maps become Gemm, Conv, Mul and Add, of
 * which those that would multiply by 1 or add 0 are left out; what compares and rounds is for
 * {@link Operations}.
 */
final class Export {

  private final NodeWriter writer = new NodeWriter();
  private final Map<NDArray, String> names = new IdentityHashMap<>();
  private final Map<String, Bound> norms = new LinkedHashMap<>();
  private final SoundCertifier proof;
  private final NDManager manager;

  /**
   * Prepares to write.
   *
   * @param proof of the classifier that is written
   * @param manager owns arrays on the way
   */
  Export(SoundCertifier proof, NDManager manager) {
    this.proof = proof;
    this.manager = manager;
    proof.classifier().state().forEach((name, array) -> names.put(array, name));
  }

  /** Writes the classifier, of which the image and the logits are given by name. */
  Written classifier(Written image) {
    Classifier classifier = proof.classifier();
    Written features = classifier.body().form(Pass.EVALUATION).read(new Writing(image));
    return classifier.headForm(Pass.EVALUATION).read(new Writing(features));
  }

  NodeWriter writer() {
    return writer;
  }

  /** The bound of each linear map, by the name of its weight. */
  Map<String, Bound> norms() {
    return Collections.unmodifiableMap(norms);
  }

  /** The interpreter of forms, at one value of the graph. */
  private final class Writing implements Form.Reader<Written> {

    private final Written x;

    Writing(Written x) {
      this.x = x;
    }

    @Override
    public Written exact(Form.Exact form) {
      return new Operations(writer, x, manager).exact(form);
    }

    @Override
    public Written rounded(Form.Rounded form) {
      return new Operations(writer, x, manager).rounded(form);
    }

    @Override
    public Written chain(Form.Chain form) {
      Written y = x;
      for (Form part : form.parts()) {
        y = part.read(new Writing(y));
      }
      return y;
    }

    @Override
    public Written sum(Form.Sum form) {
      Written first = form.first().read(this);
      Written second = form.second().read(this);
      return new Written(writer.node("Add", List.of(first.name(), second.name())), first.shape());
    }

    /** ONNX has no word for a better constant; that of the network counts it. */
    @Override
    public Written bounded(Form.Bounded form) {
      return form.inner().read(this);
    }

    @Override
    public Written linear(Form.Linear form) {
      LinearMap map = form.map();
      String name = names.get(form.weight());
      double[] weight = Tensors.toDoubles(form.weight());
      Shape shape = form.weight().getShape();
      boolean isIdentity =
          map instanceof DiagonalMap && Arrays.stream(weight).allMatch(w -> w == 1);
      if (!isIdentity) {
        norms.computeIfAbsent(name, any -> proof.bound(form));
      }
      Shape output = Tensors.scoped(() -> map.apply(zeros(x.shape())).getShape().slice(1));
      double[] offset = offset(form, output);
      if (map instanceof DiagonalMap) {
        String y =
            isIdentity
                ? x.name()
                : writer.node(
                    "Mul", List.of(x.name(), writer.floats(name, weight, shape.getShape())));
        return added(new Written(y, output), form, form.offset().getShape(), bias(form));
      }
      if (map instanceof DenseMap) {
        requireShape(form, new Shape(shape.get(1)));
        String w = writer.floats(name, weight, shape.getShape());
        return product("Gemm", form, w, output, offset, NodeWriter.integer("transB", 1));
      }
      if (map instanceof ConvolutionMap convolution) {
        requireShape(form, convolution.inputShape());
        String w = writer.floats(name, weight, shape.getShape());
        long side = shape.get(2);
        int pad = convolution.padding();
        return product(
            "Conv",
            form,
            w,
            output,
            offset,
            NodeWriter.integer("group", convolution.groups()),
            NodeWriter.integers("kernel_shape", side, side),
            NodeWriter.integers("pads", pad, pad, pad, pad),
            NodeWriter.integers("strides", convolution.stride(), convolution.stride()));
      }
      if (map instanceof BlockDiagonalMap diagonal) {
        // Blocks side by side are the groups of a convolution of one pixel.
        Operations operations = new Operations(writer, x, manager);
        Written pixel = operations.reshaped(new Shape(x.shape().size(), 1, 1));
        String w = writer.floats(name, weight, shape.get(0), shape.get(1), 1, 1);
        Written y =
            new Writing(pixel)
                .product(
                    "Conv",
                    form,
                    w,
                    new Shape(output.size(), 1, 1),
                    offset,
                    NodeWriter.integer("group", diagonal.blocks()),
                    NodeWriter.integers("kernel_shape", 1, 1));
        return new Operations(writer, y, manager).reshaped(output);
      }
      throw new IllegalArgumentException(
          "A "
              + form.layer()
              + " multiplies in a way that ONNX has no operator for, so this network"
              + " cannot be exported; use a Dense or a Convolution.");
    }

    private void requireShape(Form.Linear form, Shape shape) {
      if (!x.shape().equals(shape)) {
        throw new IllegalArgumentException(
            "A "
                + form.layer()
                + " works along the last axis of inputs of shape "
                + x.shape()
                + ", which ONNX has no operator for; flatten them before it.");
      }
    }

    private NDArray zeros(Shape sample) {
      return manager.zeros(new Shape(1).addAll(sample), DataType.FLOAT32);
    }

    private double[] bias(Form.Linear form) {
      return Tensors.toDoubles(form.offset());
    }

    /** The offset of every output entry. */
    private double[] offset(Form.Linear form, Shape output) {
      return Tensors.scoped(() -> Tensors.toDoubles(zeros(output).add(form.offset())));
    }

    /** A product with one number for each output channel where the offset is of that kind. */
    private Written product(
        String operator,
        Form.Linear form,
        String weight,
        Shape output,
        double[] offset,
        AttributeProto... attributes) {
      int channels = (int) output.get(0);
      int pixels = offset.length / channels;
      boolean isPerChannel =
          IntStream.range(0, offset.length).allMatch(i -> offset[i] == offset[i / pixels * pixels]);
      boolean isZero = isZero(offset);
      List<String> inputs = new ArrayList<>(List.of(x.name(), weight));
      if (isPerChannel && !isZero) {
        double[] bias = IntStream.range(0, channels).mapToDouble(c -> offset[c * pixels]).toArray();
        inputs.add(writer.floats(biasName(form), bias, channels));
      }
      Written y = new Written(writer.node(operator, inputs, attributes), output);
      return isPerChannel ? y : added(y, form, output, offset);
    }

    private Written added(Written y, Form.Linear form, Shape shape, double[] offset) {
      return isZero(offset)
          ? y
          : new Written(
              writer.node(
                  "Add",
                  List.of(y.name(), writer.floats(biasName(form), offset, shape.getShape()))),
              y.shape());
    }

    private boolean isZero(double[] offset) {
      return Arrays.stream(offset).allMatch(b -> b == 0);
    }

    /** A frozen layer numbers its weights and its biases alike. */
    private String biasName(Form.Linear form) {
      String weight = names.get(form.weight());
      int last = weight.lastIndexOf("weight");
      return weight.substring(0, last) + "bias" + weight.substring(last + "weight".length());
    }
  }
}
