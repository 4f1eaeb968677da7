package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import org.lipkit.tensor.Lengths;
import org.lipkit.tensor.Tensors;

/**
 * Power iteration on {@code A^T A}: {@code v <- A^T A v / ||A^T A v||}, then {@code ||A v||}. It
 * approaches the spectral norm from below, so what it returns is an estimate (Tsuzuku et al. 2018,
 * section 4; the published evaluation of LiResNet runs it 500 times).
 *
 * @param iterations the most iterations to run, at least 1
 * @param tolerance stops earlier once an iteration raises the estimate by less than this share of
 *     it
 */
public record PowerIteration(int iterations, double tolerance) implements NormMethod {

  /** The published evaluation: 500 iterations. */
  public static final PowerIteration PUBLISHED = new PowerIteration(500, 0);

  /** Cheap enough for an evaluation after every epoch. */
  public static final PowerIteration QUICK = new PowerIteration(100, 1e-6);

  /**
   * The seed of the vector that {@link #norm} starts from, drawn by {@code Tensors.gaussian} with a
   * {@link SplittableRandom} in FLOAT64: fixed, so that estimates repeat, and known, so that
   * weights can be made for which it is unlucky.
   */
  public static final long START = 0x5eed;

  private static final double SHIFT = 1e-15;

  /**
   * Checks the arguments.
   *
   * @param iterations at least 1
   * @param tolerance at least 0
   */
  public PowerIteration {
    if (iterations < 1 || !(tolerance >= 0)) {
      throw new IllegalArgumentException(
          "Power iteration needs at least 1 iteration and a tolerance of at least 0, not "
              + iterations
              + " and "
              + tolerance
              + ".");
    }
  }

  /**
   * One step from {@code v} to {@code (A^T A / c + 1e-15 I) v}, normalised. The number c brings
   * {@code A^T A v} to the size of 1, so that no size of the weights matters. The shift changes no
   * eigenvector; it keeps v away from 0 where {@code A^T A v} is zero, so that weights which pass
   * through zero do not stop the iteration for good.
   *
   * @param map the linear map A
   * @param v vectors of length 1, (N, inputShape)
   * @return the next vectors, (N, inputShape), of length 1
   */
  public static NDArray step(LinearMap map, NDArray v) {
    NDArray back = map.adjoint(Lengths.scaled(map.apply(v)));
    return Lengths.directions(back, v, SHIFT);
  }

  @Override
  public Bound norm(LinearMap map) {
    double sigma = Tensors.scoped(() -> Tensors.withoutGradient(() -> iterate(map)));
    return new Bound(sigma, Bound.Kind.ESTIMATE, "power iteration");
  }

  private double iterate(LinearMap map) {
    try (NDManager manager = map.newManager()) {
      return iterate(map, manager);
    }
  }

  private double iterate(LinearMap map, NDManager manager) {
    Shape one = new Shape(1).addAll(map.inputShape());
    NDArray v = Tensors.gaussian(manager, new SplittableRandom(START), one, DataType.FLOAT64);
    v = v.div(v.norm());
    double sigma = 0;
    for (int i = 0; i < iterations; i++) {
      NDArray image = map.apply(v);
      double next = Tensors.toDouble(image.norm());
      if (next == 0 || Math.abs(next - sigma) <= tolerance * next && i > 0) {
        return next;
      }
      sigma = next;
      NDArray old = v;
      NDArray back = map.adjoint(image);
      v = back.div(back.norm());
      old.close();
      image.close();
      back.close();
    }
    return Tensors.toDouble(map.apply(v).norm());
  }
}
