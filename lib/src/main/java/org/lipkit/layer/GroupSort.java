package org.lipkit.layer;

import ai.djl.ndarray.types.Shape;

/**
 * Sorts groups of g channels, largest first (Anil et al. 2019, section 4). With the channels split
 * into g equal blocks, a group has one channel of each, in the same place; so {@link MinMax} is
 * GroupSort with g = 2, and g = C sorts all channels.
 *
 * <p>1-Lipschitz: sorting the same way never moves two lists apart (the rearrangement inequality).
 * It permutes entries, so it keeps gradient norms and is exact in floating point.
 *
 * <ul>
 *   <li>x and y: (N, C, ...) with C a multiple of g
 * </ul>
 */
public final class GroupSort extends Layer {

  private final int size;

  /**
   * Creates the layer.
   *
   * @param size the number g of channels in a group, at least 1
   */
  public GroupSort(int size) {
    Shapes.requireAtLeast("size", size, 1);
    this.size = size;
  }

  /** {@return the number g of channels in a group} */
  public int size() {
    return size;
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireMultiple(name(), "channels", input.get(0), size);
    return input;
  }

  @Override
  public Form form(Pass pass) {
    return exact(
        x -> {
          Shape shape = x.getShape();
          Shape blocks = new Shape(shape.get(0), size, shape.get(1) / size).addAll(shape.slice(2));
          return x.reshape(blocks).sort(1).flip(1).reshape(shape);
        });
  }
}
