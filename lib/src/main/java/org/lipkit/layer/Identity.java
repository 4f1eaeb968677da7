package org.lipkit.layer;

/** Returns its input unchanged; the shortcut of a residual sum. */
public final class Identity extends Layer {

  /** Creates the layer. */
  public Identity() {}

  @Override
  public Form form(Pass pass) {
    return Form.IDENTITY;
  }
}
