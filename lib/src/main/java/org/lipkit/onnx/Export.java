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
      return at(x).exact(form);
    }

    @Override
    public Written rounded(Form.Rounded form) {
      return at(x).rounded(form);
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

    @Override
    public Written concatenation(Form.Concatenation form) {
      List<Written> parts = form.parts().stream().map(part -> part.read(this)).toList();
      long channels = parts.stream().mapToLong(part -> part.shape().get(0)).sum();
      return new Written(
          writer.node(
              "Concat", parts.stream().map(Written::name).toList(), NodeWriter.integer("axis", 1)),
          new Shape(channels).addAll(parts.get(0).shape().slice(1)));
    }

    /** ONNX has no word for a better constant; that of the network counts it. */
    @Override
    public Written bounded(Form.Bounded form) {
      return form.inner().read(this);
    }

    @Override
    public Written linear(Form.Linear form) {
      LinearMap map = form.map();
      if (map instanceof DiagonalMap) {
        return diagonal(form);
      }
      Shape shape = form.weight().getShape();
      if (map instanceof DenseMap dense && x.shape().equals(dense.inputShape())) {
        return product(form, "Gemm", shape, output(form), NodeWriter.integer("transB", 1));
      }
      if (map instanceof ConvolutionMap convolution && x.shape().equals(map.inputShape())) {
        long side = shape.get(2);
        int pad = convolution.padding();
        return product(
            form,
            "Conv",
            shape,
            output(form),
            NodeWriter.integer("group", convolution.groups()),
            NodeWriter.integers("kernel_shape", side, side),
            NodeWriter.integers("pads", pad, pad, pad, pad),
            NodeWriter.integers("strides", convolution.stride(), convolution.stride()));
      }
      if (map instanceof BlockDiagonalMap blocks) {
        // Matrices side by side are the groups of a convolution of one pixel.
        Written pixel = at(x).reshaped(new Shape(x.shape().size(), 1, 1));
        Written y =
            new Writing(pixel)
                .product(
                    form,
                    "Conv",
                    shape.addAll(new Shape(1, 1)),
                    new Shape(output(form).size(), 1, 1),
                    NodeWriter.integer("group", blocks.blocks()),
                    NodeWriter.integers("kernel_shape", 1, 1));
        return at(y).reshaped(output(form));
      }
      throw Operations.refused(form.layer(), "multiplies");
    }

    private Written diagonal(Form.Linear form) {
      double[] factors = Tensors.toDoubles(form.weight());
      boolean isIdentity = Arrays.stream(factors).allMatch(factor -> factor == 1);
      String y =
          isIdentity
              ? x.name()
              : writer.node("Mul", List.of(x.name(), weight(form, form.weight().getShape())));
      return added(
          new Written(y, x.shape()),
          form,
          form.offset().getShape(),
          Tensors.toDoubles(form.offset()));
    }

    /**
     * A product with one summand for each output channel, where the offset is of that kind.
     *
     * @param shape of the weight in the file
     * @param output the shape of an output in the file
     */
    private Written product(
        Form.Linear form,
        String operator,
        Shape shape,
        Shape output,
        AttributeProto... attributes) {
      double[] offset = offset(form);
      int channels = (int) output.get(0);
      int pixels = offset.length / channels;
      boolean isPerChannel =
          IntStream.range(0, offset.length).allMatch(i -> offset[i] == offset[i / pixels * pixels]);
      List<String> inputs = new ArrayList<>(List.of(x.name(), weight(form, shape)));
      if (isPerChannel && !isZero(offset)) {
        double[] bias = IntStream.range(0, channels).mapToDouble(c -> offset[c * pixels]).toArray();
        inputs.add(writer.floats(biasName(form), bias, channels));
      }
      Written y = new Written(writer.node(operator, inputs, attributes), output);
      return isPerChannel ? y : added(y, form, output, offset);
    }

    private String weight(Form.Linear form, Shape shape) {
      String name = names.get(form.weight());
      norms.computeIfAbsent(name, any -> proof.bound(form));
      return writer.floats(name, Tensors.toDoubles(form.weight()), shape.getShape());
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

    /** The shape of an output of the map. */
    private Shape output(Form.Linear form) {
      Shape input = form.map().inputShape();
      return Tensors.scoped(() -> form.map().apply(zeros(input)).getShape().slice(1));
    }

    /** The offset of every output entry. */
    private double[] offset(Form.Linear form) {
      Shape output = output(form);
      return Tensors.scoped(() -> Tensors.toDoubles(zeros(output).add(form.offset())));
    }

    private NDArray zeros(Shape sample) {
      return manager.zeros(new Shape(1).addAll(sample), DataType.FLOAT32);
    }

    private Operations at(Written value) {
      return new Operations(writer, value, manager);
    }
  }
}
