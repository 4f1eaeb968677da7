package org.lipkit.data;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Mean and standard deviation of every channel over all pixels of a split, in units of [0, 1].
 *
 * @param mean one value a channel
 * @param deviation one value a channel
 */
public record ChannelStatistics(List<Double> mean, List<Double> deviation) {

  /** Reads the evaluation view of every image once; one image is in memory at a time. */
  public static ChannelStatistics of(Images images) {
    int channels = images.channels();
    int plane = images.height() * images.width();
    double[] sum = new double[channels];
    double[] squares = new double[channels];
    float[] pixels = new float[images.values()];
    for (int i = 0; i < images.size(); i++) {
      images.read(i, null, pixels, 0);
      for (int c = 0; c < channels; c++) {
        for (int at = c * plane; at < (c + 1) * plane; at++) {
          double value = pixels[at];
          sum[c] += value;
          squares[c] += value * value;
        }
      }
    }
    double count = (double) images.size() * plane;
    double[] deviation = new double[channels];
    for (int c = 0; c < channels; c++) {
      sum[c] /= count;
      deviation[c] = Math.sqrt(Math.max(0, squares[c] / count - sum[c] * sum[c]));
    }
    return new ChannelStatistics(
        DoubleStream.of(sum).boxed().toList(), DoubleStream.of(deviation).boxed().toList());
  }
}
