package org.lipkit.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.lipkit.layer.Abs;
import org.lipkit.layer.AveragePooling;
import org.lipkit.layer.Form;
import org.lipkit.layer.GlobalAveragePooling;
import org.lipkit.layer.GroupSort;
import org.lipkit.layer.L2NormPooling;
import org.lipkit.layer.Layer;
import org.lipkit.layer.LeakyRelu;
import org.lipkit.layer.MaxPooling;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.Pooling;
import org.lipkit.layer.Relu;
import org.lipkit.layer.Shift;
import org.lipkit.layer.Window;
import org.lipkit.onnx.Picking.Pick;
import org.lipkit.tensor.Tensors;

/**
 * Writes as nodes what a form holds as a program: by the layer that the form is of, and where that
 * is none of those known here, by trying whether it only rearranges entries.
 */
final class Operations {

  private static final long SEED = 0x0e7;

  private final NodeWriter writer;
  private final Written x;
  private final NDManager manager;

  /**
   * Writes at a value of the graph.
   *
   * @param writer of the graph
   * @param x the value
   * @param manager owns arrays on the way
   */
  Operations(NodeWriter writer, Written x, NDManager manager) {
    this.writer = writer;
    this.x = x;
    this.manager = manager;
  }

  Written exact(Form.Exact form) {
    Layer origin = form.origin();
    if (origin instanceof Relu) {
      return same("Relu");
    }
    if (origin instanceof Abs abs) {
      return absolute(abs);
    }
    if (origin instanceof MinMax) {
      return minMax();
    }
    if (origin instanceof GroupSort sort) {
      return sorted(sort.size());
    }
    if (origin instanceof MaxPooling pooling) {
      Window rows = pooling.rows();
      Window columns = pooling.columns();
      return pooled(
          "MaxPool",
          pooling,
          NodeWriter.integers("dilations", rows.dilation(), columns.dilation()));
    }
    if (origin instanceof Clip clip) {
      return same("Clip", bound(clip.least), bound(clip.most));
    }
    if (origin instanceof Padding padding) {
      long[] pads =
          LongStream.concat(LongStream.of(padding.before), LongStream.of(padding.after)).toArray();
      String y = writer.node("Pad", List.of(x.name(), writer.longs(pads)));
      return new Written(y, padding.outputShape(x.shape()));
    }
    if (origin instanceof Picking picking) {
      return picked(picking);
    }
    return rearranged(form);
  }

  Written rounded(Form.Rounded form) {
    Layer origin = form.origin();
    if (origin instanceof Shift shift) {
      return same("Add", writer.floats(new double[] {shift.offset()}, 1));
    }
    if (origin instanceof LeakyRelu relu) {
      String y =
          writer.node("LeakyRelu", List.of(x.name()), NodeWriter.number("alpha", relu.slope()));
      return new Written(y, x.shape());
    }
    if (origin instanceof AveragePooling pooling) {
      return pooled("AveragePool", pooling);
    }
    if (origin instanceof L2NormPooling pooling) {
      return pooled("LpPool", pooling, NodeWriter.integer("p", 2));
    }
    if (origin instanceof GlobalAveragePooling) {
      Shape means = new Shape(x.shape().get(0), 1, 1);
      return next(new Written(writer.node("GlobalAveragePool", List.of(x.name())), means))
          .reshaped(x.shape().slice(0, 1));
    }
    throw refused(origin.name(), "computes");
  }

  static IllegalArgumentException refused(String layer, String verb) {
    return new IllegalArgumentException(
        "A "
            + layer
            + " "
            + verb
            + " in a way that this program does not know to say in ONNX,"
            + " so the network cannot be exported; save it as .npz or .safetensors.");
  }

  private Operations next(Written y) {
    return new Operations(writer, y, manager);
  }

  /** An operator that keeps the shape. */
  private Written same(String operator, String... constants) {
    List<String> inputs = new ArrayList<>(List.of(x.name()));
    inputs.addAll(List.of(constants));
    return new Written(writer.node(operator, inputs), x.shape());
  }

  /** An infinite bound is none. */
  private String bound(double value) {
    return Double.isInfinite(value) ? "" : writer.floats(new double[] {value});
  }

  /** The absolute value of some channels only is {@code max(x, 0) + slope min(x, 0)}. */
  private Written absolute(Abs abs) {
    int channels = (int) x.shape().get(0);
    long folded = abs.folded(channels);
    if (folded == 0) {
      return x;
    }
    if (folded == channels) {
      return same("Abs");
    }
    double[] slopes = IntStream.range(0, channels).mapToDouble(c -> c < folded ? -1 : 1).toArray();
    long[] spread = new long[x.shape().dimension()];
    Arrays.fill(spread, 1);
    spread[0] = channels;
    return same("PRelu", writer.floats(slopes, spread));
  }

  private Written minMax() {
    List<String> halves =
        writer.nodes("Split", 2, List.of(x.name()), NodeWriter.integer("axis", 1));
    String larger = writer.node("Max", halves);
    String smaller = writer.node("Min", halves);
    return new Written(
        writer.node("Concat", List.of(larger, smaller), NodeWriter.integer("axis", 1)), x.shape());
  }

  /** Groups lie along an axis of their own, which is sorted whole. */
  private Written sorted(int size) {
    Shape grouped = new Shape(size, x.shape().get(0) / size).addAll(x.shape().slice(1));
    Written groups = reshaped(grouped);
    String largest =
        writer
            .nodes(
                "TopK",
                2,
                List.of(groups.name(), writer.longs(size)),
                NodeWriter.integer("axis", 1),
                NodeWriter.integer("largest", 1),
                NodeWriter.integer("sorted", 1))
            .get(0);
    return next(new Written(largest, grouped)).reshaped(x.shape());
  }

  private Written pooled(String operator, Pooling pooling, AttributeProto... attributes) {
    Window rows = pooling.rows();
    Window columns = pooling.columns();
    List<AttributeProto> all = new ArrayList<>(List.of(attributes));
    all.add(NodeWriter.integers("kernel_shape", rows.kernel(), columns.kernel()));
    all.add(NodeWriter.integers("strides", rows.stride(), columns.stride()));
    all.add(
        NodeWriter.integers(
            "pads", rows.before(), columns.before(), rows.after(), columns.after()));
    String y = writer.node(operator, List.of(x.name()), all.toArray(AttributeProto[]::new));
    return new Written(y, pooling.outputShape(x.shape()));
  }

  /** Picks of one kind that follow each other are one part. */
  private Written picked(Picking picking) {
    List<String> parts = new ArrayList<>();
    List<Pick> picks = picking.picks;
    int axis = picking.axis + 1;
    for (int from = 0; from < picks.size(); ) {
      int to = from + 1;
      while (to < picks.size() && picks.get(to).isLike(picks.get(from))) {
        to++;
      }
      parts.add(part(picks.subList(from, to), axis));
      from = to;
    }
    String all =
        parts.size() == 1
            ? parts.get(0)
            : writer.node("Concat", parts, NodeWriter.integer("axis", axis));
    return new Written(all, picking.outputShape(x.shape()));
  }

  private String part(List<Pick> picks, int axis) {
    String first = gathered(picks.stream().mapToLong(Pick::first).toArray(), axis);
    return picks.get(0).isPlain()
        ? first
        : writer.node(
            picks.get(0).larger() ? "Max" : "Min",
            List.of(first, gathered(picks.stream().mapToLong(Pick::second).toArray(), axis)));
  }

  private String gathered(long[] places, int axis) {
    return writer.node(
        "Gather", List.of(x.name(), writer.longs(places)), NodeWriter.integer("axis", axis));
  }

  /** The same entries in another shape; 0 stands for the batch. */
  Written reshaped(Shape shape) {
    if (shape.equals(x.shape())) {
      return x;
    }
    String target = writer.longs(new Shape(0).addAll(shape).getShape());
    return new Written(writer.node("Reshape", List.of(x.name(), target)), shape);
  }

  /** A map that puts each output entry where one input entry was, whatever their values. */
  private Written rearranged(Form.Exact form) {
    return Tensors.scoped(
        () -> {
          int size = Math.toIntExact(x.shape().size());
          double[] places = IntStream.rangeClosed(1, size).asDoubleStream().toArray();
          NDArray y = tried(form, places, places);
          double[] found = Tensors.toDoubles(y.get("0:1"));
          int[] index = Arrays.stream(found).mapToInt(place -> (int) place - 1).toArray();
          if (!isRearrangement(form, index, size)) {
            throw refused(form.origin().name(), "compares or computes");
          }
          Shape output = y.getShape().slice(1);
          boolean isIdentity =
              index.length == size && IntStream.range(0, size).allMatch(i -> index[i] == i);
          if (isIdentity) {
            return reshaped(output);
          }
          Written flat = reshaped(new Shape(size));
          String gathered = next(flat).gathered(Arrays.stream(index).asLongStream().toArray(), 1);
          return next(new Written(gathered, new Shape(index.length))).reshaped(output);
        });
  }

  /** Tries numbers of both signs and of all sizes, two samples at a time. */
  private boolean isRearrangement(Form.Exact form, int[] index, int size) {
    if (index.length == 0 || Arrays.stream(index).anyMatch(i -> i < 0 || i >= size)) {
      return false;
    }
    SplittableRandom random = new SplittableRandom(SEED);
    for (double scale : new double[] {0x1p-60, 1, 0x1p60}) {
      double[] a = random.doubles(size, -scale, scale).toArray();
      double[] b = random.doubles(size, -1 / scale, 1 / scale).toArray();
      NDArray y = tried(form, a, b);
      double[] found = Tensors.toDoubles(y);
      for (int i = 0; i < index.length; i++) {
        if (found[i] != a[index[i]] || found[index.length + i] != b[index[i]]) {
          return false;
        }
      }
    }
    return true;
  }

  private NDArray tried(Form.Exact form, double[] a, double[] b) {
    double[] both = Arrays.copyOf(a, 2 * a.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    Shape shape = new Shape(2).addAll(x.shape());
    return form.map().apply(Tensors.ofDoubles(manager, both, shape, DataType.FLOAT64));
  }
}
