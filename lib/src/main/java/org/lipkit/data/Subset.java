package org.lipkit.data;

import java.util.Objects;
import java.util.random.RandomGenerator;

/** Evenly spaced images of another split. */
record Subset(Images images, int size) implements ImagesView {

  private int original(int index) {
    return (int) ((long) Objects.checkIndex(index, size) * images.size() / size);
  }

  @Override
  public int label(int index) {
    return images.label(original(index));
  }

  @Override
  public void read(int index, RandomGenerator random, float[] into, int offset) {
    images.read(original(index), random, into, offset);
  }
}
