package org.lipkit.checker;

/**
 * Moves four groups of channels by one pixel each, up, down, left and right in this order; what
 * leaves the image on one side comes back on the other. The other channels stay.
 *
 * @param channels of the image; they alternate fastest
 * @param group how many channels each group has; the first group begins with the first channel
 * @param side the image's height and width
 */
record ChannelShift(int channels, int group, int side) implements Exact {

  @Override
  public int source(double[] m, int k) {
    int channel = k % channels;
    int x = k / channels % side;
    int y = k / channels / side;
    switch (group == 0 ? 4 : channel / group) {
      case 0 -> y = (y + 1) % side;
      case 1 -> y = (y + side - 1) % side;
      case 2 -> x = (x + 1) % side;
      case 3 -> x = (x + side - 1) % side;
      default -> {
        // Stays.
      }
    }
    return (y * side + x) * channels + channel;
  }

  @Override
  public int sign(double[] m, int k) {
    return 1;
  }
}
