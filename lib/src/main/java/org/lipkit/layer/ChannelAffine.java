package org.lipkit.layer;

import ai.djl.nn.Parameter;

/**
 * A learned scale and shift per channel, {@code y_c = scale_c x_c + shift_c}; its Lipschitz
 * constant is {@code max_c |scale_c|} (Tsuzuku et al. 2018, section 4).
 *
 * <ul>
 *   <li>x and y: (N, C, ...)
 *   <li>scale: (C), ones at first; shift: (C), zeros at first
 * </ul>
 */
public final class ChannelAffine extends DiagonalLayer {

  private final Parameter scale =
      trained("scale", WeightInit.constant(1), input -> input.slice(0, 1));
  private final Parameter shift =
      trained("shift", WeightInit.constant(0), input -> input.slice(0, 1));

  /** Creates the layer; the number of channels is known once it is initialised. */
  public ChannelAffine() {}

  @Override
  public Form form(Pass pass) {
    return diagonal(perChannel(scale.getArray()), perChannel(shift.getArray()));
  }
}
