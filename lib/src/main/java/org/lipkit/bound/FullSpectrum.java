package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * The largest singular value of the map's whole matrix, by float64 singular value decomposition:
 * exact up to its rounding, for maps of at most 8192 inputs. The time grows with the third power of
 * the number of inputs, the memory with its square.
 */
public final class FullSpectrum implements NormMethod {

  /** The identity matrix of so many inputs takes 512 MiB, and its decomposition some GB. */
  private static final long MOST = 8192;

  /**
   * Finds the norm.
   *
   * @param map the linear map
   * @return its norm, an estimate
   * @throws IllegalArgumentException if the map has more than 8192 inputs
   */
  @Override
  public Bound norm(LinearMap map) {
    long inputs = map.inputShape().size();
    if (inputs > MOST) {
      throw Given.refused(
          "The full spectrum of a map with %,d inputs would take too much memory; it suits maps"
              + " of at most %,d inputs, and SoundNorm suits larger ones.",
          inputs, MOST);
    }
    double sigma = Tensors.scoped(() -> Tensors.withoutGradient(() -> largest(map)));
    return new Bound(sigma, Bound.Kind.ESTIMATE, "float64 spectrum");
  }

  private static double largest(LinearMap map) {
    try (NDManager manager = map.newManager()) {
      return Tensors.toDoubles(LinearOperators.singularValues(matrix(map, manager)))[0];
    }
  }

  /**
   * The map's matrix.
   *
   * @param map the linear map, with n inputs and m outputs in all
   * @param manager the result's manager
   * @return the transposed matrix, (n, m), FLOAT64: row i is the image of the i-th unit vector
   */
  public static NDArray matrix(LinearMap map, NDManager manager) {
    long n = map.inputShape().size();
    NDArray units = manager.eye((int) n, (int) n, 0, DataType.FLOAT64);
    NDArray images = map.apply(units.reshape(new Shape(n).addAll(map.inputShape())));
    return images.reshape(n, -1);
  }
}
