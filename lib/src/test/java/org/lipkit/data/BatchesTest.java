package org.lipkit.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class BatchesTest {

  /** Image i has label i and one pixel: i / 256, plus a random part in training. */
  private record Numbers(int size, Runnable onRead) implements Images {

    Numbers(int size) {
      this(size, () -> {});
    }

    @Override
    public ImageShape shape() {
      return new ImageShape(1, 1, 1);
    }

    @Override
    public int label(int index) {
      return index;
    }

    @Override
    public void read(int index, RandomGenerator random, float[] into, int offset) {
      onRead.run();
      into[offset] = index / 256f + (random == null ? 0 : random.nextFloat());
    }
  }

  private static List<Batch> all(Batches batches) {
    List<Batch> list = new ArrayList<>();
    try (batches) {
      batches.forEach(list::add);
    }
    return list;
  }

  private static int[] labels(List<Batch> batches) {
    return batches.stream().flatMapToInt(b -> Arrays.stream(b.labels())).toArray();
  }

  private static float[] pixels(List<Batch> batches) {
    float[] all = new float[batches.stream().mapToInt(Batch::size).sum()];
    int at = 0;
    for (Batch batch : batches) {
      System.arraycopy(batch.pixels(), 0, all, at, batch.size());
      at += batch.size();
    }
    return all;
  }

  @Property(tries = 50)
  void trainingShowsEveryImageAtMostOnceInFullBatches(
      @ForAll @IntRange(min = 1, max = 200) int size,
      @ForAll @IntRange(min = 1, max = 40) int batchSize,
      @ForAll long seed,
      @ForAll @IntRange(max = 1000) int epoch) {
    if (batchSize > size) {
      return;
    }
    List<Batch> batches = all(Batches.training(new Numbers(size), batchSize, seed, epoch, 0));
    int[] labels = labels(batches);
    assertEquals(size / batchSize, batches.size());
    assertEquals(size / batchSize * batchSize, labels.length);
    Set<Integer> seen = new HashSet<>();
    for (int label : labels) {
      assertTrue(seen.add(label) && label >= 0 && label < size);
    }
  }

  @Property(tries = 50)
  void evaluationShowsEveryImageOnceInOrder(
      @ForAll @IntRange(min = 1, max = 200) int size,
      @ForAll @IntRange(min = 1, max = 40) int batchSize) {
    List<Batch> batches = all(Batches.evaluation(new Numbers(size), batchSize));
    float[] pixels = pixels(batches);
    assertEquals(size, pixels.length);
    for (int i = 0; i < size; i++) {
      assertEquals(i / 256f, pixels[i]);
    }
  }

  @Test
  void sameSeedAndEpochGiveTheSameBytesAndOthersDoNot() {
    Images images = new Numbers(100);
    float[] first = pixels(all(Batches.training(images, 10, 7, 3, 0)));
    assertArrayEquals(first, pixels(all(Batches.training(images, 10, 7, 3, 0))));
    int[] order = labels(all(Batches.training(images, 10, 7, 3, 0)));
    assertFalse(Arrays.equals(order, labels(all(Batches.training(images, 10, 7, 4, 0)))));
    assertFalse(Arrays.equals(order, labels(all(Batches.training(images, 10, 8, 3, 0)))));
  }

  @Test
  void aResumedPassGivesTheRestOfTheWholeOne() {
    Images images = new Numbers(100);
    int[] whole = labels(all(Batches.training(images, 10, 7, 3, 0)));
    int[] rest = labels(all(Batches.training(images, 10, 7, 3, 4)));
    assertArrayEquals(Arrays.copyOfRange(whole, 40, 100), rest);
  }

  @Test
  void anImagesRandomnessDoesNotDependOnTheBatchSize() {
    Images images = new Numbers(60);
    float[] one = pixels(all(Batches.training(images, 1, 7, 3, 0)));
    assertArrayEquals(one, pixels(all(Batches.training(images, 20, 7, 3, 0))));
  }

  @Test
  void neverRunsFurtherAheadThanItsQueue() throws InterruptedException {
    AtomicInteger reads = new AtomicInteger();
    int batchSize = 5;
    CountDownLatch full = new CountDownLatch((Batches.AHEAD + 1) * batchSize);
    Images images =
        new Numbers(
            500,
            () -> {
              reads.incrementAndGet();
              full.countDown();
            });
    try (Batches batches = Batches.training(images, batchSize, 0, 0, 0)) {
      full.await();
      for (int taken = 0; taken < 50; taken++) {
        assertTrue(reads.get() <= (taken + Batches.AHEAD + 1) * batchSize);
        batches.next();
      }
    }
  }

  @Test
  void closeStopsTheThread() {
    Batches batches = Batches.training(new Numbers(1000), 1, 0, 0, 0);
    batches.next();
    batches.close();
    assertStops();
    assertFalse(batches.hasNext());
    assertThrows(NoSuchElementException.class, batches::next);
  }

  private static void assertStops() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          while (Thread.getAllStackTraces().keySet().stream()
              .anyMatch(thread -> thread.getName().equals("lipkit-batches"))) {
            Thread.onSpinWait();
          }
        });
  }

  @Test
  void errorsReachTheReader() {
    AtomicInteger reads = new AtomicInteger();
    Images images =
        new Numbers(
            100,
            () -> {
              if (reads.incrementAndGet() == 25) {
                throw new DataException("picture 25 is damaged");
              }
            });
    Batches batches = Batches.evaluation(images, 10);
    batches.next();
    batches.next();
    assertEquals(
        "picture 25 is damaged", assertThrows(DataException.class, batches::next).getMessage());
    assertStops();
  }

  @Test
  void interruptingTheReaderEndsThePass() {
    CountDownLatch never = new CountDownLatch(1);
    Images images =
        new Numbers(
            10,
            () -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new CancellationException();
              }
            });
    Batches batches = Batches.evaluation(images, 1);
    Thread.currentThread().interrupt();
    assertThrows(CancellationException.class, batches::next);
    assertTrue(Thread.interrupted());
    never.countDown();
    assertStops();
  }

  @Test
  void batchSizesThatMakeNoSense() {
    Images images = new Numbers(10);
    assertThrows(IllegalArgumentException.class, () -> Batches.training(images, 11, 0, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> Batches.training(images, 0, 0, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> Batches.evaluation(images, 0));
  }
}
