package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.lipkit.bound.FrequencyGrid.Frequency;
import org.lipkit.tensor.Tensors;

/**
 * Spectral norms from above, every rounding included, for dense maps and convolutions.
 *
 * <p><b>Matrices</b> (dense layers, and convolutions small enough to be written out). With A on its
 * smaller side and {@code G = fl(A A^T)},
 *
 * <pre>  ||A||^2 = max y^T A A^T y  &lt;=  max y^T G y + gamma_n ||A||_F^2 + underflow.</pre>
 *
 * <p>Where A is orthogonal but for rounding, up to a factor, {@code c + ||G - c I||_F} with the
 * mean c of G's diagonal is closer than any search for the largest eigenvalue would come.
 *
 * <p><b>Larger convolutions.</b> The same for the matrices of a {@link FrequencyGrid}, for one of
 * its grids: another takes its place if it is better by more than 0.3 %. The grid overestimates the
 * norm of the zero-padded operator: on images of 16 x 16 pixels by a few tenths of a per cent for
 * most kernels, less on larger images, but by several per cent on 4 x 4.
 *
 * <p><b>Blocks.</b> The norm of a block-diagonal map, a grouped convolution for example, is the
 * largest of its blocks'.
 *
 * <p>{@link Upward} has the error bounds; they assume that the engine multiplies and adds in IEEE
 * float64, in whatever order.
 *
 * @param largestMatrix a convolution whose matrix has at most this many entries, in all its blocks
 *     together, is written out
 */
public record SoundNorm(int largestMatrix) implements NormMethod {

  /**
   * Tells where to start and when to stop; a poor estimate costs time or tightness, never
   * soundness.
   */
  private static final NormMethod ESTIMATE = GolubKahan.ESTIMATE;

  /** Another grid is not tried for less than this factor. */
  private static final double GOOD_ENOUGH = 1.003;

  /** No bound is sought below the estimate times this. */
  private static final double CLOSEST = 1 + 0x1p-14;

  /** The tightest bound: four digits for matrices and at every frequency. */
  public static final SoundNorm TIGHT = new SoundNorm(1 << 23);

  /**
   * The bound.
   *
   * @param map a {@link DenseMap}, a {@link BlockDiagonalMap} or a {@link ConvolutionMap}
   * @return an upper bound, infinite if it would overflow
   * @throws IllegalArgumentException if a weight is NaN or infinite, or the map is of another kind
   */
  @Override
  public Bound norm(LinearMap map) {
    return Tensors.scoped(() -> Tensors.withoutGradient(() -> dispatch(map)));
  }

  private Bound dispatch(LinearMap map) {
    if (map instanceof DenseMap dense) {
      ScaledWeights weights = ScaledWeights.of(dense.matrix());
      NDManager manager = dense.matrix().getManager();
      return ofMatrix(weights, manager.create(weights.entries(), dense.matrix().getShape()));
    }
    if (map instanceof BlockDiagonalMap diagonal) {
      return largest(diagonal.matrices().map(this::dispatch));
    }
    if (map instanceof ConvolutionMap convolution) {
      return largest(
          convolution.blocks().stream().map(block -> ofBlock(block, convolution.groups())));
    }
    throw new IllegalArgumentException(
        "There is no sound norm for a "
            + map.getClass().getSimpleName()
            + ", only for DenseMap, BlockDiagonalMap and ConvolutionMap; let the layer offer one of"
            + " these or state its constant itself.");
  }

  /** The bound of a map that is made of independent blocks, from theirs. */
  static Bound largest(Stream<Bound> blocks) {
    return blocks.max(Comparator.comparingDouble(Bound::value)).orElseThrow();
  }

  private Bound ofBlock(ConvolutionMap block, int blocks) {
    NDManager manager = block.weight().getManager();
    ScaledWeights weights = ScaledWeights.of(block.weight());
    Shape shape = new Shape(block.outputs(), block.inputShape().size());
    if (blocks * shape.size() <= largestMatrix) {
      return ofMatrix(weights, manager.create(block.matrix(weights.entries()), shape));
    }
    NDArray scaled = manager.create(weights.entries(), block.weight().getShape());
    NDArray rounded = scaled.toType(DataType.FLOAT32, false);
    double estimate = ESTIMATE.norm(block.withWeight(rounded)).value();
    FrequencyGrid grid = new FrequencyGrid(block, weights.entries(), manager);
    String method = "frequency grid, " + CholeskyBound.DESCRIPTION;
    return upper(weights, method, onGrid(grid, estimate));
  }

  private Bound upper(ScaledWeights weights, String method, double scaledBound) {
    double value = weights.isZero() ? 0 : weights.unscale(scaledBound);
    return new Bound(value, Bound.Kind.UPPER, method);
  }

  /** The square below which no bound is sought. */
  private static double floor(double estimate) {
    return estimate > 0 ? estimate * CLOSEST * (estimate * CLOSEST) : 0;
  }

  private Bound ofMatrix(ScaledWeights weights, NDArray rows) {
    NDArray matrix = rows.expandDims(0);
    NDArray transposed = matrix.transpose(0, 2, 1);
    Shape shape = rows.getShape();
    NDArray gram =
        shape.get(0) <= shape.get(1) ? matrix.matMul(transposed) : transposed.matMul(matrix);
    double norm = Upward.frobenius(matrix);
    double error =
        Upward.productError(Math.max(shape.get(0), shape.get(1)), norm, norm, gram.size());
    NDArray rounded = rows.toType(DataType.FLOAT32, false);
    double floor = floor(ESTIMATE.norm(new DenseMap(rounded)).value());
    double largest = nearIdentity(gram);
    boolean isNear = largest <= floor;
    if (!isNear) {
      largest = CholeskyBound.largest(gram.expandDims(0), floor).bound();
    }
    String method = isNear ? "distance from orthonormal" : CholeskyBound.DESCRIPTION;
    return upper(weights, "matrix, " + method, Upward.root(Upward.plus(largest, error)));
  }

  /**
   * {@code y^T G y = c + y^T (G - c I) y <= c + ||G - c I||_F} for every number c and unit vector
   * y. The subtraction on the diagonal is the only one that rounds.
   *
   * @param gram G, (1, n, n)
   */
  private static double nearIdentity(NDArray gram) {
    NDArray square = gram.get(0);
    int n = Math.toIntExact(square.getShape().get(0));
    double c = Tensors.toDouble(square.diagonal().mean());
    NDArray identity = square.getManager().eye(n, n, 0, square.getDataType());
    NDArray rest = square.sub(identity.mul(c)).expandDims(0);
    return Upward.plus(c, Upward.times(Upward.frobenius(rest), 1 + 0x1p-52));
  }

  private double onGrid(FrequencyGrid grid, double estimate) {
    double floor = floor(estimate);
    Peak best = new Peak(Double.POSITIVE_INFINITY, null);
    for (List<Frequency> frequencies : grid.grids()) {
      Frequency near = best.frequency;
      if (near != null) {
        frequencies.sort(Comparator.comparingDouble(f -> grid.distance(f, near)));
      }
      double enough = best.square / (GOOD_ENOUGH * GOOD_ENOUGH);
      Peak peak = peak(grid, frequencies, floor, enough);
      if (peak.square < best.square) {
        best = peak;
      }
      if (Math.sqrt(best.square) <= estimate * GOOD_ENOUGH) {
        break;
      }
    }
    return Upward.root(Upward.plus(best.square, grid.gramError()));
  }

  /** At least the largest squared norm on a grid, and the frequency where it was found, if any. */
  private record Peak(double square, Frequency frequency) {}

  /**
   * The largest eigenvalue on one grid, or {@code floor} if that is larger; infinite, without
   * looking further, if it is not proved to be below {@code enough}. Norms are alike at
   * neighbouring frequencies, so a grid that is no better than another shows it near the other's
   * peak.
   */
  private Peak peak(FrequencyGrid grid, List<Frequency> frequencies, double floor, double enough) {
    Peak peak = new Peak(floor, null);
    for (int start = 0; start < frequencies.size(); start += grid.chunk()) {
      int end = Math.min(frequencies.size(), start + grid.chunk());
      List<Frequency> group = frequencies.subList(start, end);
      double known = peak.square;
      CholeskyBound.Largest largest =
          Tensors.scoped(() -> CholeskyBound.largest(grid.gram(group), known));
      if (largest.place() >= 0) {
        peak = new Peak(largest.bound(), group.get(largest.place()));
      }
      if (peak.square >= enough) {
        return new Peak(Double.POSITIVE_INFINITY, null);
      }
    }
    return peak;
  }

  /** The name that kept norms have in {@link CachedNorm}'s files. */
  @Override
  public String toString() {
    return "SoundNorm[eigenvalues=CholeskyBound[], largestMatrix=" + largestMatrix + "]";
  }
}
