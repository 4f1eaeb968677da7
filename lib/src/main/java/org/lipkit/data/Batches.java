package org.lipkit.data;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * One pass over a split in batches, assembled ahead of the reader by a thread of its own, which
 * shares the images of one batch among the processors. At most {@value #AHEAD} finished batches
 * wait, so memory stays bounded whatever the split's size.
 *
 * <p>Order and augmentation are functions of (seed, epoch, index) alone: two passes with the same
 * numbers give the same bytes, in this program or after a restart.
 *
 * <p>Iterate once, and close when leaving early: {@code try (Batches batches =
 * Batches.training(...)) { for (Batch batch : batches) ... }}.
 */
public final class Batches implements Iterable<Batch>, Iterator<Batch>, AutoCloseable {

  /** Finished batches that may wait for the reader. */
  static final int AHEAD = 2;

  private static final long ORDER = 1;
  private static final long SAMPLE = 2;

  private final Images images;
  private final int batchSize;
  private final int[] order;
  private final int count;
  private final long seed;
  private final int epoch;
  private final int first;
  private final boolean training;
  private final BlockingQueue<Object> queue = new ArrayBlockingQueue<>(AHEAD);
  private final Thread thread = new Thread(this::assembleAll, "lipkit-batches");
  private int handedOut;
  private volatile boolean closed;

  private Batches(
      Images images,
      int batchSize,
      int[] order,
      int count,
      long seed,
      int epoch,
      int first,
      boolean training) {
    this.images = images;
    this.batchSize = batchSize;
    this.order = order;
    this.count = count;
    this.seed = seed;
    this.epoch = epoch;
    this.first = first;
    this.handedOut = first;
    this.training = training;
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * The training view: shuffled, augmented where the split augments, all batches full; images left
   * over at the end are dropped (others the next epoch).
   *
   * @param images the split, at least one batch long
   * @param batchSize images per batch
   * @param seed decides the order and the augmentation, together with the epoch
   * @param epoch from 0; another epoch, another order
   * @param first the batch to begin with, from 0: a resumed run skips those it has seen
   * @return the batches from {@code first} on; close them
   * @throws IllegalArgumentException if the split does not fill one batch
   */
  public static Batches training(Images images, int batchSize, long seed, int epoch, int first) {
    if (batchSize < 1 || batchSize > images.size()) {
      throw new IllegalArgumentException(
          "batch size "
              + batchSize
              + ": it must lie between 1 and the "
              + images.size()
              + " images of the training split");
    }
    int[] order = Counter.shuffled(images.size(), Counter.random(seed, epoch, ORDER));
    return new Batches(
        images, batchSize, order, images.size() / batchSize, seed, epoch, first, true);
  }

  /**
   * The evaluation view: every image once, in order, without augmentation; the last may be small.
   *
   * @param images the split
   * @param batchSize images per batch, at least 1
   * @return the batches, to be closed
   */
  public static Batches evaluation(Images images, int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size " + batchSize + ": it must be at least 1");
    }
    int count = (images.size() + batchSize - 1) / batchSize;
    return new Batches(
        images, batchSize, IntStream.range(0, images.size()).toArray(), count, 0, 0, 0, false);
  }

  /** {@return the number of batches of the whole pass, those left out at its beginning included} */
  public int count() {
    return count;
  }

  /** This pass itself, which can be made once. */
  @Override
  public Iterator<Batch> iterator() {
    return this;
  }

  @Override
  public boolean hasNext() {
    return !closed && handedOut < count;
  }

  /**
   * Waits for the next batch.
   *
   * @throws DataException if an image could not be read
   * @throws CancellationException if the waiting thread is interrupted
   * @throws NoSuchElementException after the last batch or after {@link #close()}
   */
  @Override
  public Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no batch is left");
    }
    Object item;
    try {
      item = queue.take();
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for a batch");
    }
    if (item instanceof Batch batch) {
      handedOut++;
      return batch;
    }
    close();
    if (item instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) item;
  }

  /** Stops the assembling thread; harmless when it has ended. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    queue.clear();
  }

  boolean threadAlive() {
    return thread.isAlive();
  }

  private void assembleAll() {
    try {
      for (int i = first; i < count && !closed; i++) {
        queue.put(assembleOrCatch(i));
      }
    } catch (InterruptedException e) {
      // close() asked for it; nobody waits for more.
    }
  }

  private Object assembleOrCatch(int number) {
    try {
      return assemble(number);
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  private Batch assemble(int number) {
    int first = number * batchSize;
    int size = Math.min(batchSize, order.length - first);
    int values = images.values();
    float[] pixels = new float[Math.multiplyExact(size, values)];
    int[] labels = new int[size];
    IntStream.range(0, size)
        .parallel()
        .filter(i -> !closed)
        .forEach(
            i -> {
              int index = order[first + i];
              RandomGenerator random = training ? Counter.random(seed, epoch, SAMPLE, index) : null;
              images.read(index, random, pixels, i * values);
              labels[i] = images.label(index);
            });
    return new Batch(pixels, labels, size, images.channels(), images.height(), images.width());
  }
}
