package org.lipkit.layer.rounding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.lipkit.bound.LinearMap;
import org.lipkit.layer.Blocks;
import org.lipkit.layer.Form;
import org.lipkit.tensor.Tensors;

/**
 * Checks that the engine computes a linear layer by multiplying and adding in full float32. The
 * layer gets weights of which one per output is not zero. That one and all inputs are odd numbers
 * of 12 bits, so every product has at most 24 bits and multiplication is exact. TF32 and bfloat16
 * lose bits of the operands; Winograd's and Fourier's algorithms combine inputs before they
 * multiply, which needs more bits than float32 has.
 */
final class EngineProbe {

  private static final long SEED = 0x0dd5;
  private static final int[] BATCHES = {1, 32};

  private EngineProbe() {}

  /**
   * Probes the engine on one layer's sizes.
   *
   * @param form the layer
   * @param manager where arrays may be created; all are freed again
   * @throws IllegalStateException if the engine computes anything but products and sums
   */
  static void check(Form.Linear form, NDManager manager) {
    for (int batch : BATCHES) {
      Tensors.scoped(
          () -> {
            check(form, batch, manager);
            return null;
          });
    }
  }

  private static void check(Form.Linear form, int batch, NDManager manager) {
    RandomGenerator random = new SplittableRandom(SEED);
    NDArray weight = form.weight();
    long blocks = Blocks.count(form);
    for (int first = 0; first < blocks; first += (int) weight.getShape().get(0)) {
      check(form, batch, first, random, manager);
    }
  }

  /** Row r has its weight in block first + r, taken modulo the number of blocks. */
  private static void check(
      Form.Linear form, int batch, int first, RandomGenerator random, NDManager manager) {
    NDArray weight = form.weight();
    Shape shape = weight.getShape();
    int blocks = (int) Blocks.count(form);
    int products = (int) Blocks.products(form);
    double[] weights = new double[(int) shape.size()];
    int inputs = weights.length / (int) shape.get(0);
    for (int row = 0; row < shape.get(0); row++) {
      int from = (first + row) % blocks * products;
      weights[row * inputs + random.nextInt(from, Math.min(inputs, from + products))] = odd(random);
    }
    NDArray w = Tensors.ofDoubles(manager, weights, shape, DataType.FLOAT64);
    LinearMap exact = form.geometry().apply(w);
    Shape images = new Shape(batch).addAll(exact.inputShape());
    double[] values = random.doubles(images.size()).map(unused -> odd(random)).toArray();
    NDArray x = Tensors.ofDoubles(manager, values, images, DataType.FLOAT64);
    NDArray found =
        Blocks.product(
            form.geometry(), w.toType(DataType.FLOAT32, true), x.toType(DataType.FLOAT32, true));
    if (!found.toType(DataType.FLOAT64, true).contentEquals(exact.apply(x))) {
      throw new IllegalStateException(
          form.layer()
              + " is not computed by multiplying and adding in full float32 on this machine, so its"
              + " rounding is unknown; switch off TF32, bfloat16 and fast-math modes.");
    }
  }

  private static double odd(RandomGenerator random) {
    int magnitude = 2049 + 2 * random.nextInt(1023);
    return random.nextBoolean() ? magnitude : -magnitude;
  }
}
