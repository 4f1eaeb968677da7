package org.lipkit.data;

import java.util.Objects;
import java.util.random.RandomGenerator;

/** A split with its labels in memory, whose values come from a function. */
record LabelledImages(ImageShape shape, int[] labels, Pixels pixels) implements Images {

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void read(int index, RandomGenerator random, float[] into, int offset) {
    pixels.read(Objects.checkIndex(index, labels.length), random, into, offset);
  }
}
