package org.lipkit.certify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.lipkit.data.Batch;
import org.lipkit.data.Batches;
import org.lipkit.data.Images;

/** Walks through a split batch by batch. */
final class Split {

  static final int BATCH = 256;

  /** Certifies the samples of a batch whose first one has the given place in the split. */
  interface BatchCertifier<T> {
    List<T> certify(Batch batch, int first);
  }

  private Split() {}

  static <T> List<T> certify(
      Images images, int batchSize, IntConsumer done, BatchCertifier<T> certifier) {
    List<T> certificates = new ArrayList<>(images.size());
    try (Batches batches = Batches.evaluation(images, batchSize)) {
      for (Batch batch : batches) {
        certificates.addAll(certifier.certify(batch, certificates.size()));
        done.accept(certificates.size());
      }
    }
    return certificates;
  }

  /** The images as an array, (N, C, H, W). */
  static NDArray array(Batch batch, NDManager manager) {
    Shape shape = new Shape(batch.size(), batch.channels(), batch.height(), batch.width());
    return manager.create(batch.pixels(), shape);
  }
}
