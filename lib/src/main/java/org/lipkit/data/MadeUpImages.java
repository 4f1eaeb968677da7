package org.lipkit.data;

import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * A split drawn by the kit. Image and label are functions of (seed, index): drawn when asked for,
 * the same every time, with the classes equally often.
 */
abstract class MadeUpImages implements Images {

  private static final long LABEL = 1;
  private static final long DRAWING = 2;

  private final int size;
  private final int classes;
  private final int channels;
  private final int height;
  private final int width;
  private final long seed;

  MadeUpImages(int size, int classes, int channels, int height, int width, long seed) {
    this.size = size;
    this.classes = classes;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.seed = seed;
  }

  /** Writes an example of the class; all that varies is drawn from {@code random}. */
  abstract void draw(int label, RandomGenerator random, float[] into, int offset);

  @Override
  public int size() {
    return size;
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

  /** Every run of as many images as there are classes shows each once, from a random one on. */
  @Override
  public int label(int index) {
    int run = Objects.checkIndex(index, size) / classes;
    return (index + Counter.random(seed, LABEL, run).nextInt(classes)) % classes;
  }

  @Override
  public void read(int index, RandomGenerator random, float[] into, int offset) {
    draw(label(index), Counter.random(seed, DRAWING, index), into, offset);
  }
}
