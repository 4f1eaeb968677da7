package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
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
 * <p><b>Larger convolutions.</b> The same for the matrices of a {@link FrequencyGrid}, for the
 * first of its grids that no other grid improves by more than 0.3 %. The grid overestimates the
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
  private static final PowerIteration ESTIMATE = new PowerIteration(50, 1e-5);

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
      NDArray matrix = manager.create(weights.entries(), dense.matrix().getShape());
      double estimate = ESTIMATE.norm(new DenseMap(matrix)).value();
      return ofMatrix(weights, matrix, estimate);
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
    NDArray scaled = manager.create(weights.entries(), block.weight().getShape());
    double estimate = ESTIMATE.norm(block.withWeight(scaled)).value();
    Shape shape = new Shape(block.outputs(), block.inputShape().size());
    if (blocks * shape.size() > largestMatrix) {
      FrequencyGrid grid = new FrequencyGrid(block, weights.entries(), manager);
      String method = "frequency grid, " + CholeskyBound.DESCRIPTION;
      return upper(weights, method, onGrid(grid, estimate));
    }
    NDArray matrix = manager.create(block.matrix(weights.entries()), shape);
    return ofMatrix(weights, matrix, estimate);
  }

  private Bound upper(ScaledWeights weights, String method, double scaledBound) {
    double value = weights.isZero() ? 0 : weights.unscale(scaledBound);
    return new Bound(value, Bound.Kind.UPPER, method);
  }

  /** The square below which no bound is sought. */
  private static double floor(double estimate) {
    return estimate > 0 ? estimate * CLOSEST * (estimate * CLOSEST) : 0;
  }

  private Bound ofMatrix(ScaledWeights weights, NDArray rows, double estimate) {
    NDArray matrix = rows.expandDims(0);
    NDArray transposed = matrix.transpose(0, 2, 1);
    Shape shape = rows.getShape();
    NDArray gram =
        shape.get(0) <= shape.get(1) ? matrix.matMul(transposed) : transposed.matMul(matrix);
    double norm = Upward.frobenius(matrix);
    double error =
        Upward.productError(Math.max(shape.get(0), shape.get(1)), norm, norm, gram.size());
    double floor = floor(estimate);
    double largest = nearIdentity(gram);
    boolean isNear = largest <= floor;
    if (!isNear) {
      largest = CholeskyBound.largest(gram, floor);
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
    double best = Double.POSITIVE_INFINITY;
    for (List<List<FrequencyGrid.Frequency>> groups : grid.grids()) {
      double enough = best / (GOOD_ENOUGH * GOOD_ENOUGH);
      best = Math.min(best, largest(grid, groups, floor, enough));
      if (Math.sqrt(best) <= estimate * GOOD_ENOUGH) {
        break;
      }
    }
    return Upward.plus(Upward.root(Upward.plus(best, grid.gramError())), grid.entryError());
  }

  /**
   * The largest eigenvalue on one grid, or {@code floor} if that is larger; infinite, without
   * looking further, if it is not proved to be below {@code enough}.
   */
  private double largest(
      FrequencyGrid grid, List<List<FrequencyGrid.Frequency>> groups, double floor, double enough) {
    double largest = floor;
    for (List<FrequencyGrid.Frequency> group : groups) {
      double known = largest;
      largest =
          Math.max(known, Tensors.scoped(() -> CholeskyBound.largest(grid.gram(group), known)));
      if (largest >= enough) {
        return Double.POSITIVE_INFINITY;
      }
    }
    return largest;
  }

  /** The name that kept norms have in {@link CachedNorm}'s files. */
  @Override
  public String toString() {
    return "SoundNorm[eigenvalues=CholeskyBound[], largestMatrix=" + largestMatrix + "]";
  }
}
