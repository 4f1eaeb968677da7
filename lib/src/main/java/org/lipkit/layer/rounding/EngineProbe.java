package org.lipkit.layer.rounding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.lipkit.bound.LinearMap;
import org.lipkit.layer.Blocks;
import org.lipkit.layer.Form;
import org.lipkit.tensor.Precision;
import org.lipkit.tensor.Tensors;

/**
 * Checks that the engine, as it is set now, computes linear layers by multiplying and adding in
 * full float32 and rounds to nearest, for one size of batches: it has different algorithms for
 * different sizes.
 *
 * <p>A layer gets weights of which two in each row are not zero, the second 64 times smaller. They
 * and all inputs are odd numbers of 12 bits, times a power of two, so every product has at most 24
 * bits and is exact; an output is the sum of two of them, with one rounding, in whatever order it
 * is taken. In every second row the offset is such a product, in the place of the second weight. So
 * the only right output is the float32 number nearest to the float64 one, which is exact. TF32 and
 * bfloat16 lose bits of the operands; Winograd's and Fourier's algorithms combine inputs before
 * they multiply, which needs more bits than float32 has; other rounding modes give the neighbour of
 * every second output.
 *
 * <p>A batch repeats two images, so that the exact outputs cost next to nothing: a check takes
 * about as long as one float32 pass.
 */
public final class EngineProbe {

  private static final long SEED = 0x0dd5;
  private static final int DIFFERENT_IMAGES = 2;
  private static final double SECOND = 0x1p-6;

  private EngineProbe() {}

  /**
   * Probes the engine on the sizes of a form's linear parts.
   *
   * @param form a form of FLOAT32 arrays
   * @param batch how many images go through it together, at least 1
   * @throws IllegalStateException if a part is not computed in full float32, rounded to nearest
   */
  public static void check(Form form, int batch) {
    Precision.requireNearestAndSubnormal();
    for (Form.Linear part : form.linearParts()) {
      RandomGenerator random = new SplittableRandom(SEED);
      long rows = part.weight().getShape().get(0);
      for (long first = 0; first < Blocks.count(part); first += rows) {
        long from = first;
        boolean right =
            Tensors.scoped(() -> Tensors.withoutGradient(() -> isRight(part, batch, from, random)));
        if (!right) {
          throw new IllegalStateException(
              part.layer()
                  + " is not computed by multiplying and adding in full float32, rounded to"
                  + " nearest, in batches of "
                  + batch
                  + " on this machine, so its rounding is unknown; switch off TF32, bfloat16 and"
                  + " fast-math modes and leave oneDNN on.");
        }
      }
    }
  }

  /** Row r has its first weight in summation block first + r, modulo the number of these. */
  private static boolean isRight(Form.Linear part, int batch, long first, RandomGenerator random) {
    try (NDManager manager = Tensors.newProcessorManager()) {
      Shape shape = part.weight().getShape();
      int products = (int) Blocks.products(part);
      double[] weights = new double[(int) shape.size()];
      double[] offsets = new double[(int) part.offset().size()];
      int inputs = weights.length / (int) shape.get(0);
      for (int row = 0; row < shape.get(0); row++) {
        int from = (int) ((first + row) % Blocks.count(part)) * products;
        int place = random.nextInt(from, Math.min(inputs, from + products));
        if (row % 2 == 1 && offsets.length == shape.get(0)) {
          offsets[row] = SECOND * odd(random) * odd(random);
        } else {
          weights[row * inputs + random.nextInt(inputs)] = SECOND * odd(random);
        }
        weights[row * inputs + place] = odd(random);
      }
      NDArray w = Tensors.ofDoubles(manager, weights, shape, DataType.FLOAT64);
      NDArray b = Tensors.ofDoubles(manager, offsets, part.offset().getShape(), DataType.FLOAT64);
      LinearMap exact = part.geometry().apply(w);
      int different = Math.min(batch, DIFFERENT_IMAGES);
      Shape images = new Shape(different).addAll(exact.inputShape());
      double[] values = random.doubles(images.size()).map(unused -> odd(random)).toArray();
      NDArray x = Tensors.ofDoubles(manager, values, images, DataType.FLOAT64);
      NDArray repeated =
          manager.create(IntStream.range(0, batch).mapToLong(n -> n % different).toArray());
      NDArray found =
          Blocks.affine(
              part.geometry(),
              w.toType(DataType.FLOAT32, true),
              b.toType(DataType.FLOAT32, true),
              x.toType(DataType.FLOAT32, true).get(repeated));
      NDArray once = found.get("0:" + different);
      return areNearest(once.toFloatArray(), Tensors.toDoubles(exact.apply(x, b)))
          && found.contentEquals(once.get(repeated));
    }
  }

  static boolean areNearest(float[] found, double[] exact) {
    return IntStream.range(0, exact.length).allMatch(i -> found[i] == (float) exact[i]);
  }

  private static double odd(RandomGenerator random) {
    int magnitude = 2049 + 2 * random.nextInt(1023);
    return random.nextBoolean() ? magnitude : -magnitude;
  }
}
