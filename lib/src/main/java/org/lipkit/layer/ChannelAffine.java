package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

/**
 * A learned scale and shift a channel, {@code y_c = scale_c x_c + shift_c}; its Lipschitz constant
 * is {@code max_c |scale_c|} (Tsuzuku et al. 2018, section 4).
 *
 * <ul>
 *   <li>x and y: (N, C, ...)
 *   <li>scale: (C), ones at first; shift: (C), zeros at first
 * </ul>
 */
public final class ChannelAffine extends DiagonalLayer {

  private final Parameter scale =
      addParameter(Parameter.builder().setName("scale").setType(Parameter.Type.GAMMA).build());
  private final Parameter shift =
      addParameter(Parameter.builder().setName("shift").setType(Parameter.Type.BETA).build());

  /** Creates the layer; the number of channels is known once it is initialised. */
  public ChannelAffine() {}

  @Override
  protected void prepare(Shape[] inputs) {
    scale.setShape(new Shape(inputShape().get(0)));
    shift.setShape(new Shape(inputShape().get(0)));
  }

  @Override
  public NDArray weight() {
    return perChannel(scale.getArray());
  }

  @Override
  public NDArray offset() {
    return perChannel(shift.getArray());
  }
}
