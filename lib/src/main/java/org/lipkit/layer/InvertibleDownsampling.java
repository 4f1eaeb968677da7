package org.lipkit.layer;

import ai.djl.ndarray.types.Shape;

/**
 * Space-to-depth: each s x s block of pixels becomes s^2 channels, {@code y[n, c s^2 + i s + j, h,
 * w] = x[n, c, h s + i, w s + j]}. It rearranges entries, so it keeps distances and is exact
 * (Jacobsen et al. 2018, i-RevNet).
 *
 * <ul>
 *   <li>x: (N, C, H, W) with H and W multiples of s; y: (N, C s^2, H / s, W / s)
 * </ul>
 */
public final class InvertibleDownsampling extends Layer {

  private final int factor;

  /**
   * Creates the layer.
   *
   * @param factor the side s of a block, at least 1
   */
  public InvertibleDownsampling(int factor) {
    Shapes.requireAtLeast("factor", factor, 1);
    this.factor = factor;
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireImages(name(), input);
    Shapes.requireMultiple(name(), "rows", input.get(1), factor);
    Shapes.requireMultiple(name(), "columns", input.get(2), factor);
    return new Shape(input.get(0) * factor * factor, input.get(1) / factor, input.get(2) / factor);
  }

  @Override
  public Form form(Pass pass) {
    return exact(
        x -> {
          Shape in = x.getShape();
          Shape out = outputShape(in.slice(1));
          return x.reshape(in.get(0), in.get(1), out.get(1), factor, out.get(2), factor)
              .transpose(0, 1, 3, 5, 2, 4)
              .reshape(new Shape(in.get(0)).addAll(out));
        });
  }
}
