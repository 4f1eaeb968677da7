package org.lipkit.data;

import java.util.Objects;
import java.util.random.RandomGenerator;

/** A split held in memory, one byte a value, image after image, channel first. */
final class ByteImages implements Images {

  private static final float[] SCALED = new float[256];

  static {
    for (int i = 0; i < SCALED.length; i++) {
      SCALED[i] = i / 255f;
    }
  }

  private final byte[] bytes;
  private final byte[] labels;
  private final int channels;
  private final int height;
  private final int width;

  ByteImages(byte[] bytes, byte[] labels, int channels, int height, int width) {
    this.bytes = bytes;
    this.labels = labels;
    this.channels = channels;
    this.height = height;
    this.width = width;
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void read(int index, RandomGenerator random, float[] into, int offset) {
    int values = values();
    int first = Objects.checkIndex(index, labels.length) * values;
    for (int i = 0; i < values; i++) {
      into[offset + i] = SCALED[bytes[first + i] & 0xff];
    }
  }
}
