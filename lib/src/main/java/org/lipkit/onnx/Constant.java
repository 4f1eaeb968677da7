package org.lipkit.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BinaryOperator;
import org.lipkit.tensor.Tensors;

/**
 * A constant of a graph. Whole numbers are kept in float64 too; one that depends on the number of
 * samples in a batch is NaN, and so is whatever is computed from it.
 *
 * @param type FLOAT, DOUBLE, INT32, INT64 or BOOL
 * @param array its entries, in FLOAT64
 */
record Constant(DataType type, NDArray array) implements Value {

  static final Set<DataType> TYPES =
      EnumSet.of(DataType.FLOAT, DataType.DOUBLE, DataType.INT32, DataType.INT64, DataType.BOOL);

  /** Nothing larger is computed from constants; weights are read, not computed. */
  private static final long MOST_COMPUTED = 1 << 24;

  static Constant of(NDManager manager, DataType type, double[] values, long... shape) {
    if (values.length != size(shape)) {
      throw new Refusal(
          "a constant of shape %s has %d entries; the file is damaged", shape, values.length);
    }
    return new Constant(type, manager.create(values, new Shape(shape)));
  }

  /** The product of all axes; refuses what no array can hold. */
  static int size(long[] shape) {
    long size = 1;
    for (long axis : shape) {
      if (axis < 0 || axis > Integer.MAX_VALUE || size * axis > Integer.MAX_VALUE) {
        throw new Refusal("an array of shape %s is larger than this program can hold", shape);
      }
      size *= axis;
    }
    return (int) size;
  }

  static void requireComputable(long[] shape) {
    if (size(shape) > MOST_COMPUTED) {
      throw new Refusal("a constant of shape %s is too large to be computed here", shape);
    }
  }

  @Override
  public long[] shape() {
    return array.getShape().getShape().clone();
  }

  int rank() {
    return array.getShape().dimension();
  }

  long length(int axis) {
    return array.getShape().get(axis);
  }

  /** The entries in row-major order. */
  double[] values() {
    return array.toDoubleArray();
  }

  /** The only entry. */
  double scalar() {
    if (array.size() != 1) {
      throw new Refusal("a constant of shape %s should be one number", shape());
    }
    return values()[0];
  }

  /** The entries as whole numbers, all of them known. */
  long[] longs() {
    if (Arrays.stream(values()).anyMatch(Double::isNaN)) {
      throw new Refusal("a number depends on the batch's size; export with fixed sizes");
    }
    return Arrays.stream(values()).mapToLong(v -> (long) v).toArray();
  }

  private Constant with(NDArray other) {
    return new Constant(type, other);
  }

  @Override
  public Constant reshaped(long... shape) {
    if (size(shape) != array.size()) {
      throw new Refusal("brings a constant of shape %s to shape %s", shape(), shape);
    }
    return with(array.reshape(new Shape(shape)));
  }

  @Override
  public Constant selected(int axis, int... places) {
    return with(Tensors.select(array, axis, places));
  }

  @Override
  public Constant transposed(int... order) {
    return with(array.transpose(order));
  }

  @Override
  public Activation activation() {
    throw new Refusal("computes from constants what should come from the image");
  }

  /** Two constants one after another along an axis. */
  Constant joined(Constant next, int axis) {
    long[] all = shape();
    long[] other = next.shape();
    all[axis] += other.length == all.length ? other[axis] : 0;
    other[Math.min(axis, other.length - 1)] = all[axis];
    if (!Arrays.equals(all, other)) {
      throw new Refusal("joins constants of shapes %s and %s", shape(), next.shape());
    }
    requireComputable(all);
    return with(array.concat(next.array, axis));
  }

  /** Entry by entry, with axes of length 1 stretched; correctly rounded to this type. */
  Constant combined(Constant other, BinaryOperator<NDArray> operator) {
    if (type != other.type || !other.spreads(shape()) && !spreads(other.shape())) {
      throw new Refusal("combines constants of unlike types or shapes");
    }
    return with(operator.apply(array, other.array)).cast(type);
  }

  Constant cast(DataType other) {
    double[] values = values();
    for (int i = 0; i < values.length; i++) {
      double v = values[i];
      values[i] =
          switch (other) {
            case FLOAT -> (float) v;
            case DOUBLE -> v;
            case INT32, INT64 -> Double.isNaN(v) ? v : (long) v;
            default -> v == 0 ? 0 : 1;
          };
    }
    return of(array.getManager(), other, values, shape());
  }

  /** Whether it spreads over a shape: axes are aligned at the last, and those of 1 repeat. */
  boolean spreads(long[] over) {
    int missing = over.length - rank();
    boolean fits = missing >= 0;
    for (int axis = 0; fits && axis < rank(); axis++) {
      fits = length(axis) == 1 || length(axis) == over[axis + missing];
    }
    return fits;
  }

  double[] spread(long[] over) {
    return array.broadcast(new Shape(over)).toDoubleArray();
  }
}
