package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.function.UnaryOperator;

/**
 * Adds learned numbers, {@code y = x + b}; 1-Lipschitz.
 *
 * <ul>
 *   <li>x and y: (N, C, ...)
 *   <li>b: (C), or (C, ...) for a number of its own for every entry; zeros at first
 * </ul>
 */
public final class Bias extends DiagonalLayer {

  private final Parameter bias;

  private Bias(UnaryOperator<Shape> shape) {
    bias = bias(shape::apply);
  }

  /**
   * One number per channel.
   *
   * @return the layer; the number of channels is known once it is initialised
   */
  public static Bias perChannel() {
    return new Bias(input -> input.slice(0, 1));
  }

  /**
   * One number per entry, so that pixels learn where they are.
   *
   * @return the layer; its size is known once it is initialised
   */
  public static Bias perEntry() {
    return new Bias(input -> input);
  }

  @Override
  public Form form(Pass pass) {
    NDArray b = bias.getArray();
    NDArray ones = b.getManager().ones(inputShape().slice(0, 1), b.getDataType());
    NDArray spread = b.getShape().equals(inputShape()) ? b : Shapes.perChannel(b, inputShape());
    return diagonal(Shapes.perChannel(ones, inputShape()), spread);
  }
}
