package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.stream.LongStream;
import org.lipkit.tensor.LinearOperators;

/**
 * Moves four groups of channels by one pixel, up, down, left and right, and leaves the others where
 * they are; what leaves the image on one side comes back on the other. A permutation, so
 * 1-Lipschitz and exact: the way in which LipNeXt (arXiv 2601.18513) lets pixels see each other
 * without a convolution.
 *
 * <ul>
 *   <li>x and y: (N, C, H, W)
 * </ul>
 */
public final class ChannelShift extends Layer {

  private static final int[][] MOVES = {{-1, 2}, {1, 2}, {-1, 3}, {1, 3}};

  private final double share;

  /**
   * Creates the layer.
   *
   * @param share of the channels that each of the four groups has, in [0, 1/4]
   */
  public ChannelShift(double share) {
    if (!(share >= 0 && share <= 0.25)) {
      throw new IllegalArgumentException(
          "Each of a ChannelShift's four groups has a share of the channels in [0, 0.25], not "
              + share
              + ".");
    }
    this.share = share;
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireImages(name(), input);
    return input;
  }

  @Override
  public Form form(Pass pass) {
    return exact(this::moved);
  }

  private NDArray moved(NDArray x) {
    long channels = x.getShape().get(1);
    long size = (long) (share * channels);
    if (size == 0) {
      return x;
    }
    long[] ends =
        LongStream.rangeClosed(1, MOVES.length)
            .map(group -> group * size)
            .filter(end -> end < channels)
            .toArray();
    NDList parts = x.split(ends, 1);
    for (int group = 0; group < MOVES.length; group++) {
      int[] move = MOVES[group];
      parts.set(group, LinearOperators.rolled(parts.get(group), move[0], move[1]));
    }
    return NDArrays.concat(parts, 1);
  }
}
