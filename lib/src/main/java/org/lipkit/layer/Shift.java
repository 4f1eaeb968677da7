package org.lipkit.layer;

/** Adds one number to every entry, {@code y = x + offset}; 1-Lipschitz. */
public final class Shift extends Layer {

  private final float offset;

  /**
   * Creates the layer.
   *
   * @param offset the number to add, for example -0.5 to centre pixels of [0, 1]
   */
  public Shift(double offset) {
    this.offset = (float) Shapes.requireFinite("offset", offset);
  }

  /** {@return the number that is added} */
  public float offset() {
    return offset;
  }

  @Override
  public Form form(Pass pass) {
    return rounded(
        new SummationModel(name(), 1, 1, x -> x.add(offset), x -> x.add(Math.abs(offset))));
  }
}
