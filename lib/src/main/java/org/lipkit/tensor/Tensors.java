package org.lipkit.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Creating, drawing and reading arrays, and switching gradients off. */
public final class Tensors {

  static {
    EngineFiles.requireWhole();
    Libtorch.readLogLevel();
  }

  private Tensors() {}

  /**
   * A manager of its own at the root of the engine's memory; closing it frees every array that
   * joined it. Its arrays lie where {@link Devices} says.
   *
   * @return the manager
   * @throws IllegalStateException if a GPU is asked for and there is none
   */
  public static NDManager newManager() {
    return newManager(Devices.chosen());
  }

  /**
   * A manager whose arrays lie in the processor's memory, whatever device is chosen: for proofs,
   * and for files.
   *
   * @return the manager
   */
  public static NDManager newProcessorManager() {
    return newManager(Device.cpu());
  }

  /**
   * A manager whose arrays lie where another array does.
   *
   * @param like the array
   * @return the manager
   */
  public static NDManager newManagerBeside(NDArray like) {
    return newManager(like.getDevice());
  }

  private static NDManager newManager(Device device) {
    return NDManager.newBaseManager(device, "PyTorch");
  }

  /**
   * Whether an array lies where the arrays of a manager do.
   *
   * @param array the array
   * @param manager the manager
   * @return false if one of them is on a GPU and the other is not
   */
  public static boolean isBeside(NDArray array, NDManager manager) {
    return array.getDevice().equals(manager.getDevice());
  }

  /**
   * A copy of an array that lies where the arrays of a manager do.
   *
   * @param array the array
   * @param manager the manager
   * @return the copy, owned by the array's manager
   */
  public static NDArray copyBeside(NDArray array, NDManager manager) {
    return isBeside(array, manager) ? array.duplicate() : array.toDevice(manager.getDevice(), true);
  }

  /**
   * Seeds the engine's own generator, which only stochastic layers (dropout) draw from.
   *
   * @param seed the seed
   */
  public static void seedEngine(long seed) {
    Engine.getEngine("PyTorch").setRandomSeed(Math.toIntExact(seed & 0x7fffffff));
  }

  /**
   * Runs a computation without recording it for gradients.
   *
   * @param computation what to compute
   * @param <T> its result's type
   * @return its result
   */
  public static <T> T withoutGradient(Supplier<T> computation) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try {
      return computation.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  /**
   * Runs a computation that leaves no array behind: whatever it creates is freed at its end.
   *
   * @param computation what to compute; its result must not be an array
   * @param <T> its result's type
   * @return its result
   */
  public static <T> T scoped(Supplier<T> computation) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return computation.get();
    }
  }

  /**
   * A number to multiply, divide or compare arrays with where gradients are recorded. The operators
   * that take a Java number must not be used there: they keep it in a Java buffer which the garbage
   * collector may free before the backward pass reads it, and the gradient is then any number.
   *
   * @param like the array that it goes with
   * @param value the number
   * @return an array of shape () in the engine's own memory, of the type and manager of {@code
   *     like}
   */
  public static NDArray scalar(NDArray like, double value) {
    if (BFloat16.is(like)) {
      return BFloat16.of(like.getManager().create((float) value));
    }
    try (NDArray number = like.getManager().create(value)) {
      // A conversion to the type that an array already has shares its buffer, copy or not.
      DataType type = like.getDataType();
      return type == DataType.FLOAT64 ? number.duplicate() : number.toType(type, true);
    }
  }

  /**
   * Images with the channels of a pixel side by side in memory, the order in which the processor
   * convolves fastest; what is computed from them keeps it.
   *
   * @param images (N, C, H, W)
   * @return the same entries
   */
  public static NDArray channelsLast(NDArray images) {
    return TorchScript.of("x", "torch.contiguous(x, memory_format=2)").call(images);
  }

  /**
   * Entries of an array at some places of an axis.
   *
   * @param array any shape
   * @param axis the axis, from 0
   * @param places where to pick, in the order of the result; places may repeat
   * @return an array with as many entries along the axis as there are places
   */
  public static NDArray select(NDArray array, int axis, int... places) {
    NDArray index = array.getManager().create(places).toType(DataType.INT64, false);
    return TorchScript.of("x, i", "torch.index_select(x, " + axis + ", i)").call(array, index);
  }

  /**
   * Overwrites an array with the bits of another. The target keeps its memory and layout, on which
   * the last bits of matrix products depend; {@link NDArray#copyTo} would replace both.
   *
   * @param source the new entries
   * @param target an array of the same shape and type
   */
  public static void copy(NDArray source, NDArray target) {
    withoutGradient(
        () -> {
          target.set(new NDIndex("..."), source);
          return null;
        });
  }

  /**
   * Standard normal numbers from a Java generator, so that they do not depend on the engine.
   *
   * @param manager the array's manager
   * @param random where to draw from
   * @param shape the array's shape
   * @param type FLOAT32 or FLOAT64
   * @return the array
   */
  public static NDArray gaussian(
      NDManager manager, RandomGenerator random, Shape shape, DataType type) {
    double[] values = new double[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextGaussian();
    }
    return ofDoubles(manager, values, shape, type);
  }

  /**
   * An array of the given type from Java doubles.
   *
   * @param manager the array's manager
   * @param values the entries in row-major order
   * @param shape the array's shape
   * @param type FLOAT32 (entries rounded to nearest) or FLOAT64
   * @return the array
   */
  public static NDArray ofDoubles(NDManager manager, double[] values, Shape shape, DataType type) {
    if (type == DataType.FLOAT64) {
      return manager.create(values, shape);
    }
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = (float) values[i];
    }
    return manager.create(rounded, shape);
  }

  /**
   * The entries of a floating-point array as Java doubles; exact for FLOAT32 and FLOAT64.
   *
   * @param array the array
   * @return its entries in row-major order
   */
  public static double[] toDoubles(NDArray array) {
    if (array.getDataType() == DataType.FLOAT64) {
      return array.toDoubleArray();
    }
    float[] values = array.toFloatArray();
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  /**
   * The value of an array with one entry.
   *
   * @param array an array with exactly one entry, FLOAT32 or FLOAT64
   * @return the entry
   */
  public static double toDouble(NDArray array) {
    return toDoubles(array)[0];
  }
}
