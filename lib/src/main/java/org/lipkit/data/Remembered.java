package org.lipkit.data;

import java.lang.ref.SoftReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.random.RandomGenerator;

/**
 * Pictures kept in memory from the first time they are read, as long as there is room: decoding
 * files anew in every epoch would cost more than training on small pictures. Values are rounded to
 * multiples of 1/255, one byte each, as if the picture had been saved in its new size. Every view
 * is the evaluation view.
 */
final class Remembered implements ImagesView {

  private static final float LARGEST = 255;

  private final Images images;
  private final AtomicReferenceArray<SoftReference<byte[]>> seen;

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
    SoftReference<byte[]> kept = seen.get(index);
    byte[] bytes = kept == null ? null : kept.get();
    if (bytes == null) {
      images.read(index, null, into, offset);
      bytes = new byte[values()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) Math.round(into[offset + i] * LARGEST);
      }
      seen.set(index, new SoftReference<>(bytes));
    }
    for (int i = 0; i < bytes.length; i++) {
      into[offset + i] = (bytes[i] & 0xff) / LARGEST;
    }
  }
}
