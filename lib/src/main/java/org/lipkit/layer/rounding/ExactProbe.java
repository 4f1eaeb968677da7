package org.lipkit.layer.rounding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.lipkit.layer.Form;
import org.lipkit.layer.RoundingModel;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * Checks what a layer says when it calls its map exact. A map that only copies, compares and
 * rearranges float32 numbers gives the same result in float32 as in float64; a map f with constant
 * K obeys {@code ||f(x) - f(x')|| <= K ||x - x'||}; and a sample's result does not depend on the
 * other samples of its batch. This is tried on one sample x of the batch and on a drawn one, which
 * is also made nearly as large and nearly as small as float32 numbers can be; the second statement
 * with {@code x' = x / 2} and {@code x' = -x}. A check that passes proves nothing; one that fails
 * shows that the layer is described wrongly.
 */
final class ExactProbe {

  private static final double ROUNDING = 1 + 1e-9;
  private static final long SEED = 0xe7ac7;

  /** Small enough that what a map makes smaller still is no longer a normal float32 number. */
  private static final double SMALL = 0x1p-110;

  private ExactProbe() {}

  /**
   * Probes a map on a drawn sample and on the first sample of a batch whose entries all fit
   * float32.
   *
   * @param form the map and its constant
   * @param batch activations that come before the map, (N, ...), FLOAT64
   * @throws IllegalArgumentException if the map rounds, its constant is too small, or it mixes
   *     samples
   */
  static void check(Form.Exact form, NDArray batch) {
    Tensors.scoped(
        () -> {
          NDArray narrow = batch.toType(DataType.FLOAT32, true);
          Shape one = new Shape(1).addAll(batch.getShape().slice(1));
          NDArray drawn =
              Tensors.gaussian(
                  batch.getManager(), new SplittableRandom(SEED), one, DataType.FLOAT32);
          checkOne(form, drawn);
          double room = Float.MAX_VALUE / Math.max(1, form.constant());
          checkOne(form, scaled(drawn, room));
          checkOne(form, scaled(drawn, SMALL));
          int n = firstFinite(narrow);
          if (n >= 0) {
            String rows = n + ":" + (n + 1);
            NDArray alone = form.map().apply(narrow.get(rows));
            NDArray together = form.map().apply(narrow).get(rows);
            if (!alone.contentEquals(together)) {
              throw new IllegalArgumentException(
                  form.origin().name()
                      + " gives a sample another result in a batch than alone, so nothing can be"
                      + " certified; let its map treat each sample by itself.");
            }
            checkOne(form, narrow.get(rows));
          }
          return null;
        });
  }

  /** A sample times the power of two with which its largest entry comes just below a size. */
  private static NDArray scaled(NDArray x, double size) {
    NDArray wide = x.toType(DataType.FLOAT64, true);
    int exponent = Math.getExponent(size / Tensors.toDouble(wide.abs().max()));
    NDArray factor = Tensors.scalar(wide, Math.scalb(1, exponent));
    return wide.mul(factor).toType(DataType.FLOAT32, false);
  }

  /** The place of the first sample with finite entries only, or -1. */
  private static int firstFinite(NDArray batch) {
    float[] largest =
        batch.reshape(batch.getShape().get(0), -1).abs().max(new int[] {1}).toFloatArray();
    return IntStream.range(0, largest.length)
        .filter(n -> Float.isFinite(largest[n]))
        .findFirst()
        .orElse(-1);
  }

  private static void checkOne(Form.Exact form, NDArray x) {
    NDArray wide = x.toType(DataType.FLOAT64, true);
    NDArray found = form.map().apply(wide);
    if (largestDifference(form.map().apply(x), found)
        > RoundingModel.smallest(RoundingModel.FLOAT)) {
      throw new IllegalArgumentException(
          form.origin().name()
              + " says that it is exact, but it rounds: float32 and float64 give different results;"
              + " describe how it rounds with rounded(...).");
    }
    for (double factor : new double[] {0.5, -1}) {
      NDArray other = wide.mul(Tensors.scalar(wide, factor));
      double step = length(wide, other);
      double grown = length(found, form.map().apply(other));
      if (grown > form.constant() * step * ROUNDING + Double.MIN_NORMAL) {
        throw Given.refused(
            "%s says that its Lipschitz constant is %s, but it stretches a step %.4g times;"
                + " state a constant that is large enough: exact(constant, map).",
            form.origin().name(), form.constant(), grown / step);
      }
    }
  }

  private static double largestDifference(NDArray a, NDArray b) {
    double[] first = Tensors.toDoubles(a);
    double[] second = Tensors.toDoubles(b);
    return IntStream.range(0, first.length)
        .mapToDouble(i -> Math.abs(first[i] - second[i]))
        .max()
        .orElse(0);
  }

  private static double length(NDArray a, NDArray b) {
    return Tensors.toDouble(a.sub(b).norm());
  }
}
