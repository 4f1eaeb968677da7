package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
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
 * <p><b>Gram matrices.</b> What is needed of A(f), or of its transpose if that has fewer rows, is
 *
 * <pre>
 *   G(f) = A(f) A(f)^H = sum_d H_d exp(i (f1 d1 + f2 d2)),   H_d = sum_b W_(b+d) W_b^T = H_(-d)^T,
 * </pre>
 *
 * with W_b the weights at distance b. The H_d are the same for all frequencies, so that one Gram
 * matrix costs one linear combination of n x n matrices, {@code C = H_0 / 2 + sum_(d &gt; 0) cos(f
 * d) H_d} and {@code S = sum_(d &gt; 0) sin(f d) H_d} over one d of each pair (d, -d):
 *
 * <pre>  Re G = C + C^T,   Im G = S - S^T.</pre>
 *
 * <p><b>Rounding.</b> All angles are {@code pi m / (N1 N2)} with an integer {@code |m| <= N1 N2};
 * rounding pi, the product and the quotient errs by at most {@code 3.01 u pi < 10 u}, and Math.cos
 * and Math.sin by one unit in the last place, at most 2 u: together less than t = 16 u. With K taps
 * of n x m weights, H_d as computed errs by at most {@code gamma_(m K) sum_b ||W_(b+d)||_F
 * ||W_b||_F}, and over all d these sums add up to {@code (sum_b ||W_b||_F)^2 <= K ||W||_F^2}, which
 * bounds the sum of all ||H_d||_F, too. An entry of Re G or Im G, a sum over D distances and one
 * more, passes at most D + 1 roundings. Hence
 *
 * <pre>  ||fl(G) - G||_F  &lt;=  (gamma_(m K) + 2 (t + gamma_(D+1) (1 + t)) (1 + gamma_(m K)))
 *                        K ||W||_F^2  +  underflow,</pre>
 *
 * where 2 stands for the sqrt(2) of a real and an imaginary part.
 */
final class FrequencyGrid {

  private static final double ANGLE_ERROR = 0x1p-49;

  /** Arrays of this many entries are worked on at a time, a few of them. */
  private static final int CHUNK_ENTRIES = 1 << 20;

  private static final long ORDER = 0x5eed;

  private final int n1;
  private final int n2;
  private final int smaller;
  private final List<Distance> distances = new ArrayList<>();
  private final NDArray correlations;
  private final double gramError;

  /**
   * Prepares a convolution.
   *
   * @param map the convolution
   * @param weights its kernels' entries, with absolute values that add up to at most 1
   * @param manager owns the prepared array
   */
  FrequencyGrid(ConvolutionMap map, double[] weights, NDManager manager) {
    n1 = map.rows().circle();
    n2 = map.columns().circle();
    int outputs = map.outputChannels();
    int inputs = map.inputChannels() * map.stride() * map.stride();
    smaller = Math.min(outputs, inputs);
    int larger = Math.max(outputs, inputs);
    int taps1 = taps(map.rows());
    int taps2 = taps(map.columns());
    NDArray kernels = manager.create(byTap(map, weights), new Shape(smaller, taps1, taps2, larger));
    for (int d1 = 0; d1 < taps1; d1++) {
      for (int d2 = d1 == 0 ? 0 : 1 - taps2; d2 < taps2; d2++) {
        distances.add(new Distance(d1, d2));
      }
    }
    correlations =
        NDArrays.stack(new NDList(distances.stream().map(d -> correlation(kernels, d)).toList()));
    gramError = gramError(kernels);
  }

  private static int taps(ConvolutionAxis axis) {
    return axis.last() - axis.first() + 1;
  }

  /** A number of pixels down and to the right. */
  private record Distance(int d1, int d2) {}

  /** The kernels after space-to-depth, (smaller, taps, larger): transposed if that is smaller. */
  private double[] byTap(ConvolutionMap map, double[] weights) {
    ConvolutionAxis rows = map.rows();
    ConvolutionAxis columns = map.columns();
    int stride = map.stride();
    int outputs = map.outputChannels();
    int inputs = map.inputChannels() * stride * stride;
    int taps2 = taps(columns);
    int taps = taps(rows) * taps2;
    double[] byTap = new double[taps * outputs * inputs];
    for (int tap = 0; tap < taps; tap++) {
      for (int i = 0; i < inputs; i++) {
        int a1 = rows.tap(rows.first() + tap / taps2, i / stride % stride);
        int a2 = columns.tap(columns.first() + tap % taps2, i % stride);
        if (a1 < 0 || a1 >= rows.kernel() || a2 < 0 || a2 >= columns.kernel()) {
          continue;
        }
        int channel = i / (stride * stride);
        for (int o = 0; o < outputs; o++) {
          int place =
              outputs == smaller ? (o * taps + tap) * inputs + i : (i * taps + tap) * outputs + o;
          byTap[place] = weights[map.kernelIndex(o, channel, a1, a2)];
        }
      }
    }
    return byTap;
  }

  /** {@code H_d}, halved if d = 0. */
  private NDArray correlation(NDArray kernels, Distance d) {
    NDArray product =
        shifted(kernels, d.d1, d.d2).matMul(shifted(kernels, -d.d1, -d.d2).transpose());
    return d.d1 == 0 && d.d2 == 0 ? product.mul(0.5) : product;
  }

  /** The weights {@code W_(b+d)} for which there is a W_b, side by side. */
  private NDArray shifted(NDArray kernels, int d1, int d2) {
    long taps1 = kernels.getShape().get(1);
    long taps2 = kernels.getShape().get(2);
    return kernels
        .get(
            ":, {}:{}, {}:{}",
            Math.max(0, d1),
            Math.min(taps1, taps1 + d1),
            Math.max(0, d2),
            Math.min(taps2, taps2 + d2))
        .reshape(smaller, -1);
  }

  private double gramError(NDArray kernels) {
    long taps = kernels.getShape().get(1) * kernels.getShape().get(2);
    long terms = taps * kernels.getShape().get(3);
    double norm = Upward.frobenius(kernels.expandDims(0));
    double correlation = Upward.gamma(terms);
    double rounding = Upward.gamma(distances.size() + 1L);
    double sum = Upward.plus(ANGLE_ERROR, Upward.times(rounding, 1 + ANGLE_ERROR));
    double factor = Upward.plus(correlation, 2 * Upward.times(sum, Upward.plus(1, correlation)));
    double lost = 4.0 * smaller * smaller * distances.size() * (terms + 1);
    return Upward.plus(
        Upward.times(factor, Upward.times(taps, Upward.times(norm, norm))),
        Upward.times(lost, Upward.UNDERFLOW));
  }

  /** A frequency {@code (pi k1 / n1, pi k2 / n2)}. */
  record Frequency(int k1, int k2) {}

  /**
   * All grids that are worth trying.
   *
   * @return for each grid its frequencies, one of each conjugate pair, in random order, so that a
   *     larger norm than all before is soon rare
   */
  List<List<Frequency>> grids() {
    List<List<Frequency>> grids = new ArrayList<>();
    for (int phase1 = Math.min(1, n1 - 1); phase1 >= 0; phase1--) {
      for (int phase2 = Math.min(1, n2 - 1); phase2 >= 0; phase2--) {
        grids.add(grid(phase1, phase2));
      }
    }
    return grids;
  }

  private List<Frequency> grid(int phase1, int phase2) {
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
    return frequencies;
  }

  /**
   * How far two frequencies are apart, growing with their distance on the circles, or that of one
   * to the other's conjugate if that is less.
   */
  double distance(Frequency f, Frequency g) {
    return -Math.max(alignment(f, g, 1), alignment(f, g, -1));
  }

  private double alignment(Frequency f, Frequency g, int sign) {
    return Math.cos(Math.PI * (f.k1 - sign * g.k1) / n1)
        + Math.cos(Math.PI * (f.k2 - sign * g.k2) / n2);
  }

  /** How many Gram matrices are worked on together. */
  int chunk() {
    return Math.max(1, CHUNK_ENTRIES / (2 * smaller * smaller));
  }

  /**
   * The Gram matrices G of some frequencies.
   *
   * @param frequencies F of them
   * @return real and imaginary parts, (F, 2, n, n), exactly Hermitian
   */
  NDArray gram(List<Frequency> frequencies) {
    double[] table = new double[frequencies.size() * 2 * distances.size()];
    int next = 0;
    for (Frequency f : frequencies) {
      for (Distance d : distances) {
        double angle = angle((long) f.k1 * d.d1 * n2 + (long) f.k2 * d.d2 * n1);
        table[next] = Math.cos(angle);
        table[distances.size() + next++] = Math.sin(angle);
      }
      next += distances.size();
    }
    NDManager manager = correlations.getManager();
    NDArray half =
        manager
            .create(table, new Shape(frequencies.size() * 2L, distances.size()))
            .matMul(correlations.reshape(distances.size(), -1))
            .reshape(frequencies.size(), 2, smaller, smaller);
    NDArray signs = manager.create(new double[] {1, -1}, new Shape(2, 1, 1));
    return half.add(half.transpose(0, 1, 3, 2).mul(signs));
  }

  /** The angle {@code pi m / (n1 n2)}, brought to [-pi, pi] in integers. */
  private double angle(long m) {
    long circle = (long) n1 * n2;
    long reduced = Math.floorMod(m, 2 * circle);
    return Math.PI * (reduced > circle ? reduced - 2 * circle : reduced) / circle;
  }

  /**
   * A bound on {@code ||fl(G) - G||_F} for every matrix that {@link #gram} returns.
   *
   * @return the error, at least 0
   */
  double gramError() {
    return gramError;
  }
}
