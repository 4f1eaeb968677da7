package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The matrices of a convolution at the frequencies of a grid; the operator's norm is at most the
 * largest of theirs.
 *
 * <p><b>Why.</b> By {@link ConvolutionAxis} the zero-padded operator Z is a sub-block of a circular
 * convolution of N1 x N2 pixels. Multiplying pixel (i1, i2) by {@code exp(i (t1 i1 + t2 i2))} on
 * the input's side and dividing likewise on the output's leaves the norm of Z as it is and turns
 * the weight at distance (b1, b2) into {@code w[b1, b2] exp(i (t1 b1 + t2 b2))}. So for <em>every
 * phase</em> (t1, t2), ||Z|| is at most the largest norm of
 *
 * <pre>  A(f1, f2) = sum_b w[b] exp(i (f1 b1 + f2 b2)),   f = 2 pi j / N + t,  0 &lt;= j &lt; N,
 * </pre>
 *
 * and the smallest of these bounds may be taken. With t = pi / N the grid has points on both sides
 * of frequency 0 and none at it; there smooth kernels peak, but no zero-padded image has this
 * frequency alone: the kernel (1, 1, 1) has norm {@code 1 + 2 cos(pi / (n + 1))} on n pixels, which
 * is what this grid gives, while t = 0 gives 3. A finer grid is no better: it comes closer to the
 * supremum over all frequencies. Phases 0 and pi / N keep real kernels' symmetry {@code A(-f) =
 * conj(A(f))}, so half of the frequencies do.
 *
 * <p><b>Real arithmetic.</b> {@code A = X + i Y} has the singular values of {@code S = [X -Y; Y
 * X]}, where each occurs twice.
 *
 * <p><b>Rounding.</b> All angles are {@code pi m / (N1 N2)} with an integer {@code |m| <= N1 N2};
 * rounding pi, the product and the quotient errs by at most {@code 3.01 u pi < 10 u}, and Math.cos
 * and Math.sin by one unit in the last place, at most 2 u: together less than 16 u. So an entry of
 * X or Y, a sum over K taps, errs by at most {@code (16 u + gamma_K (1 + 16 u)) sum_b |w[b]|}, and
 * by the Cauchy-Schwarz inequality A as a whole, in the Frobenius norm, by at most {@code sqrt(2
 * K)} times that factor times {@code ||w||_F}; and {@code ||S||_F <= sqrt(2 K) ||w||_F} exactly, so
 * at most that and twice the error for the computed S.
 */
final class FrequencyGrid {

  private static final double ANGLE_ERROR = 0x1p-49;

  /** Arrays of this many entries are worked on at a time, a few of them. */
  private static final int CHUNK_ENTRIES = 1 << 20;

  private static final long ORDER = 0x5eed;

  private final int n1;
  private final int n2;
  private final int taps1;
  private final int taps2;
  private final int first1;
  private final int first2;
  private final int smaller;
  private final int larger;
  private final NDArray kernels;
  private final double entryError;
  private final double norm;

  /**
   * Prepares a convolution.
   *
   * @param map the convolution
   * @param weights its kernels' entries, with absolute values that add up to at most 1
   * @param manager owns the prepared array
   */
  FrequencyGrid(ConvolutionMap map, double[] weights, NDManager manager) {
    ConvolutionAxis rows = map.rows();
    ConvolutionAxis columns = map.columns();
    n1 = rows.circle();
    n2 = columns.circle();
    first1 = rows.first();
    first2 = columns.first();
    taps1 = rows.last() - first1 + 1;
    taps2 = columns.last() - first2 + 1;
    int outputs = map.outputChannels();
    int inputs = map.inputChannels() * map.stride() * map.stride();
    smaller = Math.min(outputs, inputs);
    larger = Math.max(outputs, inputs);
    kernels = manager.create(byTap(map, weights), new Shape(taps1 * taps2, outputs * inputs));
    int taps = taps1 * taps2;
    double factor = Upward.plus(ANGLE_ERROR, Upward.times(Upward.gamma(taps), 1 + ANGLE_ERROR));
    double root = Upward.root(2.0 * taps);
    double kernelNorm = Upward.frobenius(kernels.expandDims(0));
    entryError =
        Upward.plus(
            Upward.times(root, Upward.times(factor, kernelNorm)),
            Upward.times((double) outputs * inputs * taps, Upward.UNDERFLOW));
    norm = Upward.plus(Upward.times(root, kernelNorm), 2 * entryError);
  }

  /** The kernels after space-to-depth, (taps, smaller, larger): transposed if that is smaller. */
  private double[] byTap(ConvolutionMap map, double[] weights) {
    int stride = map.stride();
    int outputs = map.outputChannels();
    double[] byTap = new double[taps1 * taps2 * smaller * larger];
    for (int b1 = 0; b1 < taps1; b1++) {
      for (int b2 = 0; b2 < taps2; b2++) {
        for (int i = 0; i < map.inputChannels() * stride * stride; i++) {
          int a1 = map.rows().tap(first1 + b1, i / stride % stride);
          int a2 = map.columns().tap(first2 + b2, i % stride);
          if (a1 < 0 || a1 >= map.rows().kernel() || a2 < 0 || a2 >= map.columns().kernel()) {
            continue;
          }
          int channel = i / (stride * stride);
          for (int o = 0; o < outputs; o++) {
            int place = outputs == smaller ? o * larger + i : i * larger + o;
            byTap[(b1 * taps2 + b2) * smaller * larger + place] =
                weights[map.kernelIndex(o, channel, a1, a2)];
          }
        }
      }
    }
    return byTap;
  }

  /** A frequency {@code (pi k1 / n1, pi k2 / n2)}. */
  record Frequency(int k1, int k2) {}

  /**
   * All grids that are worth trying.
   *
   * @return for each grid its frequencies, one of each conjugate pair, in groups small enough to be
   *     worked on together
   */
  List<List<List<Frequency>>> grids() {
    List<List<List<Frequency>>> grids = new ArrayList<>();
    for (int phase1 = Math.min(1, n1 - 1); phase1 >= 0; phase1--) {
      for (int phase2 = Math.min(1, n2 - 1); phase2 >= 0; phase2--) {
        grids.add(groups(phase1, phase2));
      }
    }
    return grids;
  }

  /** In random order, so that a larger norm than all before is soon rare. */
  private List<List<Frequency>> groups(int phase1, int phase2) {
    List<Frequency> frequencies = new ArrayList<>();
    for (int j1 = 0; j1 < n1; j1++) {
      for (int j2 = 0; j2 < n2; j2++) {
        int conjugate1 = Math.floorMod(-j1 - phase1, n1);
        int conjugate2 = Math.floorMod(-j2 - phase2, n2);
        if (conjugate1 * n2 + conjugate2 >= j1 * n2 + j2) {
          frequencies.add(new Frequency(2 * j1 + phase1, 2 * j2 + phase2));
        }
      }
    }
    Collections.shuffle(frequencies, new Random(ORDER));
    int most = Math.max(1, CHUNK_ENTRIES / (4 * smaller * larger));
    List<List<Frequency>> groups = new ArrayList<>();
    for (int k = 0; k < frequencies.size(); k += most) {
      groups.add(frequencies.subList(k, Math.min(k + most, frequencies.size())));
    }
    return groups;
  }

  /**
   * The Gram matrices {@code S S^T} of some frequencies' real matrices {@code S = [X -Y; Y X]},
   * which have the same structure, so that half of the products do, and fewer: {@code X Y^T} in the
   * entries of {@code Y X^T - X Y^T} is the transpose of the other product, so each is still one
   * sum of twice as many products, in some order.
   *
   * @param frequencies F of them
   * @return (F, 2 smaller, 2 smaller)
   */
  NDArray gram(List<Frequency> frequencies) {
    double[] cosines = new double[frequencies.size() * taps1 * taps2];
    double[] sines = new double[cosines.length];
    int next = 0;
    for (Frequency f : frequencies) {
      for (int b1 = first1; b1 < first1 + taps1; b1++) {
        for (int b2 = first2; b2 < first2 + taps2; b2++) {
          double angle = angle((long) f.k1 * b1 * n2 + (long) f.k2 * b2 * n1);
          cosines[next] = Math.cos(angle);
          sines[next++] = Math.sin(angle);
        }
      }
    }
    NDArray x = transform(cosines, frequencies.size());
    NDArray y = transform(sines, frequencies.size());
    NDArray both = x.concat(y, 2);
    NDArray real = both.matMul(both.transpose(0, 2, 1));
    NDArray product = y.matMul(x.transpose(0, 2, 1));
    NDArray imaginary = product.sub(product.transpose(0, 2, 1));
    return real.concat(imaginary.neg(), 2).concat(imaginary.concat(real, 2), 1);
  }

  /** The angle {@code pi m / (n1 n2)}, brought to [-pi, pi] in integers. */
  private double angle(long m) {
    long circle = (long) n1 * n2;
    long reduced = Math.floorMod(m, 2 * circle);
    return Math.PI * (reduced > circle ? reduced - 2 * circle : reduced) / circle;
  }

  private NDArray transform(double[] table, int count) {
    return kernels
        .getManager()
        .create(table, new Shape(count, taps1 * taps2))
        .matMul(kernels)
        .reshape(count, smaller, larger);
  }

  /**
   * A bound on {@code ||G - S S^T||_F} for every matrix G that {@link #gram} returns.
   *
   * @return the error, at least 0
   */
  double gramError() {
    return Upward.productError(2L * larger, norm, norm, 4L * smaller * smaller);
  }

  /**
   * By how much a singular value of a computed S can lie below the exact one's.
   *
   * @return the error, at least 0
   */
  double entryError() {
    return entryError;
  }
}
