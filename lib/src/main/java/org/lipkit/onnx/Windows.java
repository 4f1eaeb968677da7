package org.lipkit.onnx;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Set;
import org.lipkit.layer.AveragePooling;
import org.lipkit.layer.GlobalAveragePooling;
import org.lipkit.layer.L2NormPooling;
import org.lipkit.layer.MaxPooling;
import org.lipkit.layer.Window;

/** Operators that move windows over images: poolings, and the windows of convolutions. */
final class Windows {

  private static final int LONGEST_SIDE = 1 << 14;
  private static final int LONGEST_WINDOW = 1 << 12;

  private Windows() {}

  static void requireImage(Activation x) {
    if (x.shape.dimension() != 3) {
      throw new Refusal("takes images (C, H, W), not samples of shape %s", x.shape);
    }
    if (Math.max(x.shape.get(1), x.shape.get(2)) > LONGEST_SIDE) {
      throw new Refusal("takes images of at most %d pixels a side", LONGEST_SIDE);
    }
  }

  /** The windows along both axes, as a node describes them. */
  static Window[] of(Node node, Shape image, long[] kernel) {
    long[] strides = pair(node, "strides", 1, 1);
    long[] dilations = pair(node, "dilations", 1, 1);
    long[] pads = node.integers("pads", 0, 0, 0, 0);
    String automatic = node.text("auto_pad", "NOTSET");
    boolean roundsUp = node.integer("ceil_mode", 0) != 0;
    if (kernel.length != 2 || pads.length != 4) {
      throw new Refusal("describes windows of another number of axes than images have");
    }
    Window[] windows = new Window[2];
    for (int axis = 0; axis < 2; axis++) {
      if (strides[axis] < 1 || kernel[axis] < 1) {
        throw new Refusal("has windows of %d with a stride of %d", kernel[axis], strides[axis]);
      }
      Window window =
          new Window(
              small(kernel[axis]),
              small(strides[axis]),
              small(dilations[axis]),
              small(pads[axis]),
              small(pads[axis + 2]));
      windows[axis] = padded(window, image.get(axis + 1), automatic, roundsUp);
    }
    return windows;
  }

  private static long[] pair(Node node, String name, long... otherwise) {
    long[] values = node.integers(name, otherwise);
    if (values.length != 2) {
      throw new Refusal("has %d %s for the 2 axes of an image", values.length, name);
    }
    return values;
  }

  private static int small(long value) {
    if (value < 0 || value > LONGEST_WINDOW) {
      throw new Refusal("has windows or pads of %d; 0 to %d are known", value, LONGEST_WINDOW);
    }
    return (int) value;
  }

  private static Window padded(Window window, long length, String automatic, boolean roundsUp) {
    int stride = window.stride();
    int span = small(window.span());
    switch (automatic) {
      case "NOTSET" -> {
        if (!roundsUp) {
          return window;
        }
        long room = length + window.before() + window.after() - span;
        long outputs = Math.floorDiv(room + stride - 1, stride) + 1;
        if ((outputs - 1) * stride >= length + window.before()) {
          outputs--; // a window that would begin in the padding after the image
        }
        long after = (outputs - 1) * stride + span - length - window.before();
        return with(window, window.before(), Math.max(after, window.after()));
      }
      case "VALID" -> {
        return with(window, 0, 0);
      }
      case "SAME_UPPER", "SAME_LOWER" -> {
        long total = Math.max(0, ((length + stride - 1) / stride - 1) * stride + span - length);
        long before = automatic.equals("SAME_UPPER") ? total / 2 : total - total / 2;
        return with(window, before, total - before);
      }
      default -> throw new Refusal("has an unknown auto_pad of '%s'", automatic);
    }
  }

  private static Window with(Window window, long before, long after) {
    return new Window(
        window.kernel(), window.stride(), window.dilation(), small(before), small(after));
  }

  static Value maxPool(Node node) {
    node.ignore("storage_order");
    Activation x = node.activation(0);
    requireImage(x);
    Window[] windows = of(node, x.shape, node.integers("kernel_shape"));
    return x.then(Step.of(x.shape, () -> new MaxPooling(windows[0], windows[1])));
  }

  static Value normPool(Node node) {
    Activation x = node.activation(0);
    requireImage(x);
    Window[] windows = of(node, x.shape, node.integers("kernel_shape"));
    Window window = windows[0];
    if (node.integer("p", 2) != 2
        || !window.equals(windows[1])
        || window.dilation() != 1
        || window.before() != window.after()) {
      throw new Refusal("takes norms that are not known here; Euclidean ones of squares are");
    }
    return x.then(
        Step.of(
            x.shape, () -> new L2NormPooling(window.kernel(), window.stride(), window.before())));
  }

  /** Padding that counts is made of zeros, which the mean is taken over. */
  static Value averagePool(Node node) {
    Activation x = node.activation(0);
    requireImage(x);
    boolean countsPadding = node.integer("count_include_pad", 0) != 0;
    boolean roundsUp = node.integer("ceil_mode", 0) != 0;
    Window[] windows = of(node, x.shape, node.integers("kernel_shape"));
    if (Arrays.stream(windows).anyMatch(window -> window.dilation() != 1)) {
      throw new Refusal("has dilated windows, whose means are not known here");
    }
    boolean isPadded = Arrays.stream(windows).anyMatch(w -> w.before() + w.after() > 0);
    if (!countsPadding || !isPadded) {
      return x.then(Step.of(x.shape, () -> new AveragePooling(windows[0], windows[1])));
    }
    if (roundsUp) {
      throw new Refusal(
          "counts padding and rounds sizes up (ceil_mode), which programs understand differently;"
              + " export it without one of them");
    }
    long[] before = {0, 0, windows[0].before(), windows[1].before()};
    long[] after = {0, 0, windows[0].after(), windows[1].after()};
    Activation wide = Rearranging.padded(x, before, after);
    return wide.then(
        Step.of(
            wide.shape, () -> new AveragePooling(with(windows[0], 0, 0), with(windows[1], 0, 0))));
  }

  static Value globalAveragePool(Node node) {
    return mean(node, true);
  }

  static Value reduceMean(Node node) {
    long[] axes = node.integersOr("axes", 1);
    node.ignore("noop_with_empty_axes");
    boolean keeps = node.integer("keepdims", 1) != 0;
    int rank = node.activation(0).shape().length;
    if (rank != 4 || !Rearranging.axes(rank, axes).equals(Set.of(2, 3))) {
      throw new Refusal("takes the mean over axes %s; only that of images is known", axes);
    }
    return mean(node, keeps);
  }

  private static Value mean(Node node, boolean keeps) {
    Activation x = node.activation(0);
    requireImage(x);
    Activation means = x.then(Step.of(x.shape, GlobalAveragePooling::new));
    return keeps ? means.reshaped(Value.BATCH, x.shape.get(0), 1, 1) : means;
  }
}
