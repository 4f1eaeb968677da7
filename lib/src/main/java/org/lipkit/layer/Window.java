package org.lipkit.layer;

import ai.djl.ndarray.types.Shape;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.function.IntFunction;
import org.lipkit.text.Given;

/**
 * Windows along one axis of an image. Window o holds the places {@code stride o - before + dilation
 * a} for a in [0, kernel); places outside the image are padding.
 *
 * @param kernel how many places a window holds, at least 1
 * @param stride the step from one window to the next, at least 1
 * @param dilation the step from one place of a window to the next, at least 1
 * @param before the padding before the image, at least 0
 * @param after the padding after it, at least 0
 */
public record Window(int kernel, int stride, int dilation, int before, int after) {

  /**
   * Checks the numbers.
   *
   * @param kernel at least 1
   * @param stride at least 1
   * @param dilation at least 1
   * @param before at least 0
   * @param after at least 0
   */
  public Window {
    Shapes.requireAtLeast("kernel", kernel, 1);
    Shapes.requireAtLeast("stride", stride, 1);
    Shapes.requireAtLeast("dilation", dilation, 1);
    Shapes.requireAtLeast("padding", Math.min(before, after), 0);
  }

  /**
   * Windows of neighbouring places, with the same padding on both sides.
   *
   * @param kernel at least 1
   * @param stride at least 1
   * @param padding at least 0
   */
  public Window(int kernel, int stride, int padding) {
    this(kernel, stride, 1, padding, padding);
  }

  /**
   * How many places a window spans, those between its own included.
   *
   * @return {@code dilation (kernel - 1) + 1}
   */
  public long span() {
    return (long) dilation * (kernel - 1) + 1;
  }

  /**
   * How many windows fit.
   *
   * @param layer the layer's name, for the message
   * @param length of the axis
   * @return {@code floor((length + before + after - span) / stride) + 1}
   * @throws IllegalArgumentException if none fits
   */
  public long outputs(String layer, long length) {
    long room = length + before + after - span();
    if (room < 0) {
      String padding = before == after ? "" + before : before + " and " + after;
      throw Given.refused(
          "%s with a window of %d and padding %s does not fit an input of %d pixels; use a"
              + " smaller window or a larger image.",
          layer, span(), padding, length);
    }
    return room / stride + 1;
  }

  /** How many windows fit an image (C, H, W) in both directions. */
  static Shape outputs(String layer, Shape image, Window rows, Window columns) {
    return new Shape(rows.outputs(layer, image.get(1)), columns.outputs(layer, image.get(2)));
  }

  /** How many places of the axis each window holds. */
  int[] held(int length) {
    int[] held = new int[(int) outputs("Window", length)];
    for (int o = 0; o < held.length; o++) {
      for (int a = 0; a < kernel; a++) {
        held[o] += place(o, a) >= 0 && place(o, a) < length ? 1 : 0;
      }
    }
    return held;
  }

  /** The largest sum of shares of the windows that hold one place, counted window by window. */
  BigDecimal largestLoad(int length, IntFunction<BigDecimal> share) {
    BigDecimal[] load = new BigDecimal[length];
    Arrays.fill(load, BigDecimal.ZERO);
    int windows = (int) outputs("Window", length);
    for (int o = 0; o < windows; o++) {
      for (int a = 0; a < kernel; a++) {
        long place = place(o, a);
        if (place >= 0 && place < length) {
          load[(int) place] = load[(int) place].add(share.apply(o));
        }
      }
    }
    return Arrays.stream(load).max(BigDecimal::compareTo).orElseThrow();
  }

  private long place(int o, int a) {
    return (long) stride * o - before + (long) dilation * a;
  }
}
