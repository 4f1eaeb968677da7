package org.lipkit.layer;

import ai.djl.ndarray.types.Shape;
import java.util.Locale;
import org.lipkit.bound.ConvolutionAxis;

/**
 * A square window that moves over an image.
 *
 * @param kernel the window's side k, at least 1
 * @param stride the step s in both directions, at least 1
 * @param padding the padding p on each side, at least 0
 */
record Window(int kernel, int stride, int padding) {

  Window {
    Shapes.requireAtLeast("kernel", kernel, 1);
    Shapes.requireAtLeast("stride", stride, 1);
    Shapes.requireAtLeast("padding", padding, 0);
  }

  /** How many windows fit an image (C, H, W) in both directions. */
  Shape outputs(String layer, Shape image) {
    return new Shape(outputs(layer, image.get(1)), outputs(layer, image.get(2)));
  }

  private long outputs(String layer, long length) {
    long room = length + 2L * padding - kernel;
    if (room < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s with a window of %d and padding %d does not fit an input of %d pixels; use a"
                  + " smaller window or a larger image.",
              layer,
              kernel,
              padding,
              length));
    }
    return room / stride + 1;
  }

  /** The largest number of windows that one entry of an image (C, H, W) can lie in. */
  double uses(Shape image) {
    return (double) uses(image.get(1)) * uses(image.get(2));
  }

  private int uses(long length) {
    return new ConvolutionAxis(Math.toIntExact(length), kernel, stride, padding).uses();
  }
}
