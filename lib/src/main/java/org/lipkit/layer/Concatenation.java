package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.lipkit.text.Given;

/**
 * Layers of the same input side by side: {@code y = (f_1(x), f_2(x), ...)}, joined along the first
 * axis of a sample, with Lipschitz constant at most {@code sqrt(K_1^2 + K_2^2 + ...)} (Tsuzuku et
 * al. 2018, section 4).
 *
 * <ul>
 *   <li>x: (N, ...)
 *   <li>f_i(x): (N, C_i, ...), alike but for C_i
 *   <li>y: (N, C_1 + C_2 + ..., ...)
 * </ul>
 */
public final class Concatenation extends Layer {

  private final List<Layer> branches;

  /**
   * Creates the layer.
   *
   * @param branches f_1, f_2, ..., at least one
   */
  public Concatenation(Layer... branches) {
    this(Given.noneNull("Layer", branches));
  }

  /**
   * Creates the layer.
   *
   * @param branches f_1, f_2, ..., at least one
   */
  public Concatenation(List<? extends Layer> branches) {
    this.branches = Given.noneNull("Layer", branches);
    if (branches.isEmpty()) {
      throw new IllegalArgumentException("A Concatenation needs at least one branch.");
    }
    this.branches.forEach(branch -> addChildBlock("branch", branch));
  }

  /** {@return the layers in order} */
  public List<Layer> branches() {
    return branches;
  }

  @Override
  protected void layOutChildren(Shape input) {
    branches.forEach(branch -> branch.layOut(input));
  }

  @Override
  public Shape outputShape(Shape input) {
    List<Shape> shapes = branches.stream().map(branch -> branch.outputShape(input)).toList();
    Shape rest = shapes.get(0).slice(1);
    for (Shape shape : shapes) {
      if (!shape.slice(1).equals(rest)) {
        throw Given.refused(
            "The branches give %s and %s, which cannot stand side by side; let them differ in the"
                + " number of channels only.",
            shapes.get(0), shape);
      }
    }
    return new Shape(shapes.stream().mapToLong(shape -> shape.get(0)).sum()).addAll(rest);
  }

  @Override
  public Form form(Pass pass) {
    return new Form.Concatenation(branches.stream().map(branch -> branch.form(pass)).toList());
  }

  @Override
  NDArray compute(NDArray x, Pass pass) {
    return joined(branches.stream().map(branch -> branch.apply(x, pass)).toList());
  }

  static NDArray joined(List<NDArray> parts) {
    return NDArrays.concat(new NDList(parts), 1);
  }

  @Override
  Layer frozen(NDManager manager) {
    return new Concatenation(branches.stream().map(branch -> branch.frozen(manager)).toList());
  }
}
