package org.lipkit.io;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * An array in a file, read when it is asked for.
 *
 * @param type of its entries, such as "float32"
 * @param shape the length of each axis
 * @param strides how many entries lie from one place of an axis to the next
 * @param content gives the bytes of its entries, little end first
 */
record StoredArray(String type, Shape shape, long[] strides, Content content) {

  private static final Map<String, Integer> BYTES =
      Map.of("float32", 4, "float64", 8, "int32", 4, "int64", 8, "uint8", 1);
  private static final Set<String> HALF = Set.of("float16", "bfloat16");

  /** The bytes of an array. */
  @FunctionalInterface
  interface Content {

    /**
     * Reads them.
     *
     * @param length how many there must be
     */
    byte[] read(int length) throws IOException;
  }

  StoredArray {
    long size = 1;
    for (long axis : shape.getShape()) {
      if (axis < 0 || axis > Integer.MAX_VALUE || size * axis > Integer.MAX_VALUE / 8) {
        throw new IllegalArgumentException(
            "an array has the shape " + shape + ", which is more than this program can hold");
      }
      size *= axis;
    }
  }

  /** An array whose entries lie row by row. */
  StoredArray(String type, Shape shape, Content content) {
    this(type, shape, rowByRow(shape), content);
  }

  static long[] rowByRow(Shape shape) {
    long[] strides = new long[shape.dimension()];
    long step = 1;
    for (int axis = strides.length - 1; axis >= 0; axis--) {
      strides[axis] = step;
      step *= shape.get(axis);
    }
    return strides;
  }

  /** How many bytes one entry has; refuses types that networks here do not compute in. */
  static int bytes(String type) {
    Integer bytes = BYTES.get(type);
    if (bytes == null) {
      throw new IllegalArgumentException(
          HALF.contains(type)
              ? type + " is half precision; save it as float32"
              : type + " is no type that is read here; save it as float32, before quantisation");
    }
    return bytes;
  }

  NDArray read(NDManager manager) throws IOException {
    int size = (int) shape.size();
    ByteBuffer bytes =
        ByteBuffer.wrap(content.read(size * bytes(type))).order(ByteOrder.LITTLE_ENDIAN);
    if (type.equals("uint8")) {
      return pixels(manager, bytes);
    }
    int[] places = places(size);
    switch (type) {
      case "float32" -> {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
          values[i] = bytes.getFloat(4 * places[i]);
        }
        return manager.create(values, shape);
      }
      case "float64" -> {
        return manager.create(
            Arrays.stream(places).mapToDouble(place -> bytes.getDouble(8 * place)).toArray(),
            shape);
      }
      case "int32" -> {
        return manager.create(
            Arrays.stream(places).map(place -> bytes.getInt(4 * place)).toArray(), shape);
      }
      default -> {
        return manager.create(
            Arrays.stream(places).mapToLong(place -> bytes.getLong(8 * place)).toArray(), shape);
      }
    }
  }

  /** Bytes are pixels, often so many that a second array of their places would not fit. */
  private NDArray pixels(NDManager manager, ByteBuffer bytes) {
    if (!Arrays.equals(strides, rowByRow(shape))) {
      throw new IllegalArgumentException("uint8 is read only where it lies row by row");
    }
    return manager.create(bytes, shape, DataType.UINT8);
  }

  /** Where each entry lies, in row-major order. */
  private int[] places(int size) {
    int[] places = new int[size];
    for (int i = 0; i < size; i++) {
      long place = 0;
      int rest = i;
      for (int axis = strides.length - 1; axis >= 0; axis--) {
        place += rest % (int) shape.get(axis) * strides[axis];
        rest /= (int) shape.get(axis);
      }
      places[i] = Math.toIntExact(place);
    }
    return places;
  }

  /** Whether the strides order the same entries in another way, leaving none out. */
  boolean isDense() {
    long reach = 0;
    for (int axis = 0; axis < strides.length; axis++) {
      if (strides[axis] < 0) {
        return false;
      }
      reach += strides[axis] * (shape.get(axis) - 1);
    }
    return reach < Math.max(1, shape.size())
        && LongStream.of(strides).allMatch(stride -> stride <= Integer.MAX_VALUE);
  }
}
