package org.lipkit.data;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.random.RandomGenerator;

/**
 * Pictures kept in memory, a byte a value, from the first time they are read: for splits of small
 * pictures, where decoding the files anew in every epoch would cost more than training on them.
 */
final class Remembered implements ImagesView {

  private static final float LARGEST = 255;

  private final Images images;
  private final AtomicReferenceArray<byte[]> seen;

  /**
   * Remembers another split.
   *
   * @param images a split without augmentation whose values are multiples of 1/255
   */
  Remembered(Images images) {
    this.images = images;
    this.seen = new AtomicReferenceArray<>(images.size());
  }

  @Override
  public Images images() {
    return images;
  }

  @Override
  public void read(int index, RandomGenerator random, float[] into, int offset) {
    byte[] bytes = seen.get(index);
    if (bytes == null) {
      images.read(index, null, into, offset);
      bytes = new byte[values()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) Math.round(into[offset + i] * LARGEST);
      }
      seen.set(index, bytes);
    }
    for (int i = 0; i < bytes.length; i++) {
      into[offset + i] = (bytes[i] & 0xff) / LARGEST;
    }
  }
}
