package org.lipkit.data;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.lipkit.text.Given;

/**
 * One pass over a split in batches, assembled ahead of the reader by a thread of its own, which
 * shares the images of one batch among the processors. At most {@value #AHEAD} finished batches
 * wait while the next one is assembled, so memory stays bounded however large the split is.
 *
 * <p>Order and augmentation depend only on (seed, epoch, index): two passes with the same numbers
 * give the same bytes, in this program or after a restart.
 *
 * <p>Iterate once, and close when leaving early: {@code try (Batches batches =
 * Batches.training(...)) { for (Batch batch : batches) ... }}.
 */
public final class Batches implements Iterable<Batch>, Iterator<Batch>, AutoCloseable {

  /** How many batches may wait for the reader while another one is assembled. */
  static final int AHEAD = 2;

  private static final long ORDER = 1;
  private static final long SAMPLE = 2;

  private final Images images;
  private final int batchSize;
  private final int[] order;
  private final int count;
  private final IntFunction<RandomGenerator> random;
  private final ExecutorService assembler = Executors.newSingleThreadExecutor(Batches::daemon);
  private final Queue<Future<Batch>> ahead = new ArrayDeque<>();
  private int begun;
  private volatile boolean closed;

  private Batches(
      Images images,
      int batchSize,
      int[] order,
      int count,
      IntFunction<RandomGenerator> random,
      int first) {
    this.images = images;
    this.batchSize = batchSize;
    this.order = order;
    this.count = count;
    this.random = random;
    this.begun = first;
    for (int i = 0; i <= AHEAD; i++) {
      beginNext();
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "lipkit-batches");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * {@return the training view: shuffled, augmented where the split augments, all batches full}
   * Images that do not fill a batch are left out; in the next epoch it is others. Close the
   * batches.
   *
   * @param images the split, at least one batch long
   * @param batchSize images per batch
   * @param seed decides the order and the augmentation, together with the epoch
   * @param epoch from 0; another epoch, another order
   * @param first the batch to begin with, from 0: a resumed run skips those it has seen
   * @throws IllegalArgumentException if the split does not fill one batch
   */
  public static Batches training(Images images, int batchSize, long seed, int epoch, int first) {
    if (batchSize < 1 || batchSize > Given.notNull("The images", images).size()) {
      throw Given.refused(
          "batch size %s: it must lie between 1 and the %s images of the training split",
          batchSize, images.size());
    }
    int[] order = Counter.shuffled(images.size(), Counter.random(seed, epoch, ORDER));
    return new Batches(
        images,
        batchSize,
        order,
        images.size() / batchSize,
        index -> Counter.random(seed, epoch, SAMPLE, index),
        first);
  }

  /**
   * {@return the evaluation view: every image once, in order, without augmentation} The last batch
   * may be smaller. Close the batches.
   *
   * @param images the split
   * @param batchSize images per batch, at least 1
   * @throws IllegalArgumentException while batches are made, if a value is so far from [0, 1] that
   *     it is no pixel in these units
   */
  public static Batches evaluation(Images images, int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size " + batchSize + ": it must be at least 1");
    }
    int count = (Given.notNull("The images", images).size() + batchSize - 1) / batchSize;
    return new Batches(
        images, batchSize, IntStream.range(0, images.size()).toArray(), count, index -> null, 0);
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
    return !ahead.isEmpty();
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
    Future<Batch> next = ahead.remove();
    try {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      Batch batch = next.get();
      beginNext();
      return batch;
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for a batch");
    } catch (ExecutionException e) {
      close();
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    }
  }

  /** Stops the assembling thread; harmless when it has ended. */
  @Override
  public void close() {
    closed = true;
    assembler.shutdownNow();
    ahead.clear();
  }

  private void beginNext() {
    if (begun < count) {
      int number = begun++;
      ahead.add(assembler.submit(() -> assemble(number)));
    } else {
      assembler.shutdown();
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
              RandomGenerator augmentation = random.apply(index);
              images.read(index, augmentation, pixels, i * values);
              if (augmentation == null) {
                FloatImages.requireUnits(index, pixels, i * values, values);
              }
              labels[i] = images.label(index);
            });
    return new Batch(pixels, labels, size, images.channels(), images.height(), images.width());
  }
}
