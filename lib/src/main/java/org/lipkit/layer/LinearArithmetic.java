package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.lipkit.bound.LinearMap;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.Upward;
import org.lipkit.tensor.Precision;
import org.lipkit.tensor.Tensors;

/**
 * An affine layer in FLOAT64, with the float32 weights that its forward pass multiplies with taken
 * as exact.
 */
final class LinearArithmetic {

  private final AffineLayer layer;
  private final String name;
  private final NDArray weight;
  private final NDArray offset;

  private LinearArithmetic(AffineLayer layer, NDManager manager) {
    this.layer = layer;
    this.name = layer.getClass().getSimpleName();
    this.weight = exactly(layer.weight(), manager);
    this.offset = exactly(layer.offset(), manager);
  }

  private NDArray exactly(NDArray array, NDManager manager) {
    Precision.requireFloat32(name, array);
    double[] entries = Tensors.toDoubles(array);
    for (double entry : entries) {
      if (!Double.isFinite(entry)) {
        throw new IllegalArgumentException(
            name
                + " has a weight of "
                + entry
                + ", so nothing can be certified; load an earlier"
                + " checkpoint.");
      }
    }
    return Tensors.ofDoubles(manager, entries, array.getShape(), DataType.FLOAT64);
  }

  static Affine of(AffineLayer layer, NormMethod method, NDManager manager) {
    LinearArithmetic exact = new LinearArithmetic(layer, manager);
    EngineProbe.check(layer, manager);
    double[] sums = Tensors.scoped(exact::absoluteSums);
    long terms = exact.weight.size() / exact.weight.getShape().get(0);
    return new Affine(
        exact.name,
        layer.bound(method, manager),
        Upward.root(Upward.times(sums[0], sums[1])),
        sums[0],
        terms + 1,
        exact::value,
        exact::magnitude);
  }

  /**
   * The largest sums of absolute values of a row and of a column of A; the root of their product
   * bounds || |A| ||. A sum of at most 2^31 terms in float64 errs by less than 2^-20 of itself.
   */
  private double[] absoluteSums() {
    LinearMap map = layer.map(weight.abs());
    NDArray ones =
        weight.getManager().ones(new Shape(1).addAll(map.inputShape()), DataType.FLOAT64);
    NDArray rows = map.apply(ones);
    NDArray columns = map.adjoint(rows.onesLike());
    return new double[] {above(rows), above(columns)};
  }

  private static double above(NDArray sums) {
    return Upward.times(Tensors.toDouble(sums.max()), 1 + 0x1p-20);
  }

  private NDArray value(NDArray x) {
    requireSame(layer.weight(), weight);
    requireSame(layer.offset(), offset);
    return layer.map(weight).apply(x).add(offset);
  }

  private void requireSame(NDArray now, NDArray then) {
    if (!now.toType(DataType.FLOAT64, true).contentEquals(then)) {
      throw new IllegalStateException(
          "The weights of "
              + name
              + " are others than those that its bounds were computed from; make a new certifier"
              + " after the last change.");
    }
  }

  private NDArray magnitude(NDArray x) {
    return layer.map(weight.abs()).apply(x).add(offset.abs());
  }
}
