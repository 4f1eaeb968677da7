package org.lipkit.bound;

/**
 * One axis of a convolution: output o reads input {@code stride o + a - padding} with tap a, where
 * that lies in {@code [0, length)}.
 *
 * <p><b>Stride.</b> Write the input index as {@code stride i + r} with a phase r in [0, stride):
 * then tap a of phase r lies {@code b} pixels away from output o, {@code a = stride b + r +
 * padding}, so a strided convolution is exactly one of stride 1 with stride times as many input
 * channels, one per phase, each {@code ceil(length / stride)} long (shorter phases are extended by
 * zeros, which cannot lower the norm; input that no window reaches is left out first).
 *
 * <p><b>Padding.</b> Output o now reads pixels {@code o + b}, {@code first <= b <= last}. On a
 * circle of N pixels those outside the image fall on pixels outside the image too, provided N is at
 * least {@code pixels - first} (to the left), {@code outputs + last} (to the right), {@code pixels}
 * and {@code outputs}. The zero-padded operator is then a sub-block of the circular one.
 *
 * @param length the input's length
 * @param kernel the kernel's length
 * @param stride the step
 * @param padding zeros added on each side
 */
public record ConvolutionAxis(int length, int kernel, int stride, int padding) {

  int outputs() {
    return (length + 2 * padding - kernel) / stride + 1;
  }

  int first() {
    return Math.floorDiv(-padding, stride);
  }

  int last() {
    return Math.floorDiv(kernel - 1 - padding, stride);
  }

  /** The tap that reads a phase at a distance; outside [0, kernel) if there is none. */
  int tap(int distance, int phase) {
    return stride * distance + phase + padding;
  }

  /**
   * In how many windows one input pixel can lie, {@code ceil(min(k, n + 2p - k + 1) / stride)}:
   * windows that hold it start within k consecutive places, of which at most one in {@code stride}
   * is taken, and there are no more of them than outputs.
   *
   * @return the number of windows
   */
  public int uses() {
    return Math.min((kernel + stride - 1) / stride, outputs());
  }

  /** How many pixels the circle needs; 1 for a single tap, which mixes no pixels. */
  int circle() {
    if (first() == last()) {
      return 1;
    }
    int reached = Math.min(length, stride * (outputs() - 1) + kernel - padding);
    int pixels = Math.max(0, Math.floorDiv(reached + stride - 1, stride));
    return Math.max(Math.max(pixels, pixels - first()), Math.max(outputs(), outputs() + last()));
  }
}
