package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.lipkit.bound.LinearMap;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.Upward;
import org.lipkit.tensor.Tensors;

/**
 * An affine layer in FLOAT64, with the float32 weights that its forward pass multiplies with taken
 * as exact.
 */
final class LinearArithmetic {

  private final AffineLayer layer;
  private final String name;
  private final ExactWeight weight;
  private final ExactWeight offset;

  private LinearArithmetic(AffineLayer layer, NDManager manager) {
    this.layer = layer;
    this.name = layer.getClass().getSimpleName();
    this.weight = ExactWeight.of(name, layer::weight, manager);
    this.offset = ExactWeight.of(name, layer::offset, manager);
  }

  static Affine of(AffineLayer layer, NormMethod method, NDManager manager) {
    LinearArithmetic exact = new LinearArithmetic(layer, manager);
    EngineProbe.check(layer, manager);
    double[] sums = Tensors.scoped(exact::absoluteSums);
    Shape weights = exact.weight.then().getShape();
    return new Affine(
        exact.name,
        layer.bound(method, manager),
        Upward.root(Upward.times(sums[0], sums[1])),
        sums[0],
        Blocks.roundings(layer, exact.weight.then()),
        weights.size() / weights.get(0) + 1,
        exact::value,
        exact::magnitude);
  }

  /**
   * The largest sums of absolute values of a row and of a column of A; the root of their product
   * bounds || |A| ||. A sum of at most 2^31 terms in float64 errs by less than 2^-20 of itself.
   */
  private double[] absoluteSums() {
    NDArray absolute = weight.then().abs();
    LinearMap map = layer.map(absolute);
    NDArray ones =
        absolute.getManager().ones(new Shape(1).addAll(map.inputShape()), DataType.FLOAT64);
    NDArray rows = map.apply(ones);
    NDArray columns = map.adjoint(rows.onesLike());
    return new double[] {above(rows), above(columns)};
  }

  private static double above(NDArray sums) {
    return Upward.times(Tensors.toDouble(sums.max()), 1 + 0x1p-20);
  }

  private NDArray value(NDArray x) {
    return Blocks.product(layer, weight.unchanged(), x).add(offset.unchanged());
  }

  private NDArray magnitude(NDArray x) {
    return Blocks.product(layer, weight.then().abs(), x).add(offset.then().abs());
  }
}
