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
 * <p><b>Larger convolutions.</b> The same for the matrices of a {@link FrequencyGrid}, for the best
 * of its grids. The grid overestimates the norm of the zero-padded operator: on images of 16 x 16
 * pixels by a few tenths of a per cent for most kernels, less on larger images, but by several per
 * cent on 4 x 4.
 *
 * <p><b>Groups.</b> A grouped convolution is block-diagonal: its norm is the largest of its
 * blocks'.
 *
 * <p>{@link Upward} has the error bounds; they assume that the engine multiplies and adds in IEEE
 * float64, in whatever order.
 *
 * @param eigenvalues how to bound {@code max y^T G y}
 * @param largestMatrix a convolution whose matrix has at most this many entries, in all its blocks
 *     together, is written out
 */
public record SoundNorm(EigenvalueBound eigenvalues, int largestMatrix) implements NormMethod {

  /** Tells when to stop trying grids; a poor estimate costs time or tightness, never soundness. */
  private static final PowerIteration ESTIMATE = new PowerIteration(50, 1e-5);

  private static final double GOOD_ENOUGH = 1.001;

  /** The tightest bound: four digits for matrices and at every frequency. */
  public static final SoundNorm TIGHT = new SoundNorm(new CholeskyBound(), 1 << 23);

  /** Within 1 %, from matrix products alone. */
  public static final SoundNorm GRAM = new SoundNorm(new GramIteration(9), 1 << 23);

  /**
   * The bound.
   *
   * @param map a {@link DenseMap} or a {@link ConvolutionMap}
   * @param manager where the computation may create arrays; all are freed again
   * @return an upper bound, infinite if it would overflow
   * @throws IllegalArgumentException if a weight is NaN or infinite, or the map is of another kind
   */
  @Override
  public Bound norm(LinearMap map, NDManager manager) {
    return Tensors.scoped(() -> Tensors.withoutGradient(() -> dispatch(map, manager)));
  }

  private Bound dispatch(LinearMap map, NDManager manager) {
    if (map instanceof DenseMap dense) {
      ScaledWeights weights = ScaledWeights.of(dense.matrix());
      Shape shape = dense.matrix().getShape();
      return upper(weights, "matrix", ofMatrix(weights.entries(), shape, manager));
    }
    if (map instanceof ConvolutionMap convolution) {
      return largest(
          convolution.blocks().stream()
              .map(block -> ofBlock(block, convolution.groups(), manager)));
    }
    throw new IllegalArgumentException(
        "There is no sound norm for a "
            + map.getClass().getSimpleName()
            + ", only for DenseMap and ConvolutionMap; let the layer offer one of these or state its"
            + " constant itself.");
  }

  /** The bound of a map that is made of independent blocks, from theirs. */
  static Bound largest(Stream<Bound> blocks) {
    return blocks.max(Comparator.comparingDouble(Bound::value)).orElseThrow();
  }

  private Bound ofBlock(ConvolutionMap block, int blocks, NDManager manager) {
    ScaledWeights weights = ScaledWeights.of(block.weight());
    Shape matrix = new Shape(block.outputs(), block.inputShape().size());
    return blocks * matrix.size() <= largestMatrix
        ? upper(weights, "matrix", ofMatrix(block.matrix(weights.entries()), matrix, manager))
        : upper(weights, "frequency grid", onGrid(block, weights.entries(), manager));
  }

  private Bound upper(ScaledWeights weights, String form, double scaledBound) {
    double value = weights.isZero() ? 0 : weights.unscale(scaledBound);
    return new Bound(value, Bound.Kind.UPPER, form + ", " + eigenvalues.description());
  }

  private double ofMatrix(double[] entries, Shape shape, NDManager manager) {
    NDArray matrix = manager.create(entries, new Shape(1).addAll(shape));
    NDArray transposed = matrix.transpose(0, 2, 1);
    NDArray gram =
        shape.get(0) <= shape.get(1) ? matrix.matMul(transposed) : transposed.matMul(matrix);
    double norm = Upward.frobenius(matrix);
    double error =
        Upward.productError(Math.max(shape.get(0), shape.get(1)), norm, norm, gram.size());
    return Upward.root(Upward.plus(eigenvalues.largest(gram, 0), error));
  }

  private double onGrid(ConvolutionMap map, double[] weights, NDManager manager) {
    FrequencyGrid grid = new FrequencyGrid(map, weights, manager);
    NDArray scaled = manager.create(weights, map.weight().getShape());
    double estimate = ESTIMATE.norm(map.withWeight(scaled), manager).value();
    double best = Double.POSITIVE_INFINITY;
    for (List<List<FrequencyGrid.Frequency>> groups : grid.grids()) {
      best = Math.min(best, largest(grid, groups, best));
      if (Math.sqrt(best) <= estimate * GOOD_ENOUGH) {
        break;
      }
    }
    return Upward.plus(Upward.root(Upward.plus(best, grid.gramError())), grid.entryError());
  }

  /** The largest eigenvalue on one grid; some number above {@code enough} if it is above that. */
  private double largest(
      FrequencyGrid grid, List<List<FrequencyGrid.Frequency>> groups, double enough) {
    double largest = 0;
    for (List<FrequencyGrid.Frequency> group : groups) {
      double known = largest;
      largest = Math.max(known, Tensors.scoped(() -> eigenvalues.largest(grid.gram(group), known)));
      if (largest >= enough) {
        break;
      }
    }
    return largest;
  }
}
