package org.lipkit.certify;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.lipkit.data.Batch;
import org.lipkit.data.Batches;
import org.lipkit.data.Images;
import org.lipkit.data.Range;

/**
 * Says of each sample within what radius its prediction holds.
 *
 * @param <T> what is said of one sample
 */
@FunctionalInterface
public interface BatchCertifier<T> {

  /** How many samples go through the network together unless something else is said. */
  int BATCH = 256;

  /**
   * Certifies the samples of a batch.
   *
   * @param batch the samples
   * @param first the place of its first sample in its split
   * @return one certificate per sample, in order
   */
  List<T> certify(Batch batch, int first);

  /**
   * Certifies some consecutive samples of a split.
   *
   * @param images the split
   * @param range which of its samples
   * @param batchSize samples per forward pass
   * @param done told the number of samples certified so far, after each batch
   * @return one certificate per sample of the range, in order, with its place in the whole split
   */
  default List<T> certify(Images images, Range range, int batchSize, IntConsumer done) {
    List<T> certificates = new ArrayList<>(range.size());
    try (Batches batches = Batches.evaluation(range.of(images), batchSize)) {
      for (Batch batch : batches) {
        certificates.addAll(certify(batch, range.from() + certificates.size()));
        done.accept(certificates.size());
      }
    }
    return certificates;
  }

  /**
   * Certifies every sample of a split.
   *
   * @param images the split
   * @param batchSize samples per forward pass
   * @param done told the number of samples certified so far, after each batch
   * @return one certificate per sample, in order
   */
  default List<T> certify(Images images, int batchSize, IntConsumer done) {
    return certify(images, Range.all(images), batchSize, done);
  }

  /**
   * Certifies every sample of a split, {@link #BATCH} at a time and in silence.
   *
   * @param images the split
   * @return one certificate per sample, in order
   */
  default List<T> certify(Images images) {
    return certify(images, BATCH, done -> {});
  }
}
