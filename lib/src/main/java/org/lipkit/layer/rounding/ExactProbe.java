package org.lipkit.layer.rounding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.lipkit.layer.Form;
import org.lipkit.layer.RoundingModel;
import org.lipkit.tensor.Tensors;

/**
 * Checks what a layer says when it calls its map exact. A map that only copies, compares and
 * rearranges float32 numbers gives the same result in float32 as in float64; and a map f with
 * constant K obeys {@code ||f(x) - f(x')|| <= K ||x - x'||}. Both are tried on one sample x, the
 * second with {@code x' = x / 2} and {@code x' = -x}. A check that passes proves nothing; one that
 * fails shows that the layer is described wrongly.
 */
final class ExactProbe {

  private static final double ROUNDING = 1 + 1e-9;

  private ExactProbe() {}

  /**
   * Probes a map on the first sample of a batch, unless an entry is too large for float32.
   *
   * @param form the map and its constant
   * @param batch activations that come before the map, (N, ...), FLOAT64
   * @throws IllegalArgumentException if the map rounds, or its constant is too small
   */
  static void check(Form.Exact form, NDArray batch) {
    Tensors.scoped(
        () -> {
          NDArray x = batch.get("0:1").toType(DataType.FLOAT32, true);
          double[] wide = Tensors.toDoubles(x);
          if (Arrays.stream(wide).allMatch(Double::isFinite)) {
            check(form, x, x.toType(DataType.FLOAT64, true));
          }
          return null;
        });
  }

  private static void check(Form.Exact form, NDArray x, NDArray wide) {
    NDArray found = form.map().apply(wide);
    if (largestDifference(form.map().apply(x), found)
        > RoundingModel.smallest(RoundingModel.FLOAT)) {
      throw new IllegalArgumentException(
          form.layer()
              + " says that it is exact, but it rounds: float32 and float64 give different results;"
              + " describe how it rounds with rounded(...).");
    }
    for (double factor : new double[] {0.5, -1}) {
      NDArray other = wide.mul(Tensors.scalar(wide, factor));
      double step = length(wide, other);
      double grown = length(found, form.map().apply(other));
      if (grown > form.constant() * step * ROUNDING + Double.MIN_NORMAL) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s says that its Lipschitz constant is %s, but it stretches a step %.4g times;"
                    + " state a constant that is large enough: exact(constant, map).",
                form.layer(),
                form.constant(),
                grown / step));
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
