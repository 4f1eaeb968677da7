package org.lipkit.certify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.lipkit.bound.NormMethod;
import org.lipkit.data.Batch;
import org.lipkit.data.Images;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.ArgMax;
import org.lipkit.tensor.Tensors;

/**
 * Certifies a radius for each sample, {@code min_{i != j} (y_j - y_i) / K_ji} with j the predicted
 * class (Tsuzuku et al. 2018, proposition 1; Leino et al. 2021, theorem 2). The constants are
 * computed once, so that a certificate costs one forward pass. It is a guarantee in exact
 * arithmetic if the constants are upper bounds, and an estimate otherwise.
 */
public final class Certifier {

  private final Classifier classifier;
  private final MarginConstants constants;

  Certifier(Classifier classifier, MarginConstants constants) {
    this.classifier = classifier;
    this.constants = constants;
  }

  /**
   * Prepares the certifier by bounding all margins.
   *
   * @param classifier an initialised classifier; later changes of its weights are not noticed
   * @param method how to find the norms of its linear layers
   */
  public Certifier(Classifier classifier, NormMethod method) {
    this(classifier, MarginConstants.of(classifier, method));
  }

  /**
   * The margins' Lipschitz constants.
   *
   * @return the constants
   */
  public MarginConstants constants() {
    return constants;
  }

  /**
   * Certifies every sample of a split.
   *
   * @param images the split
   * @param batchSize samples per forward pass
   * @param done told the number of samples certified so far, after each batch
   * @return one certificate per sample, in order
   */
  public List<Certificate> certify(Images images, int batchSize, IntConsumer done) {
    return Split.certify(images, batchSize, done, this::certify);
  }

  /**
   * Certifies every sample of a split, in silence.
   *
   * @param images the split
   * @return one certificate per sample, in order
   */
  public List<Certificate> certify(Images images) {
    return certify(images, Split.BATCH, done -> {});
  }

  /**
   * Certifies the samples of a batch.
   *
   * @param batch the samples
   * @param first the place of its first sample in its split
   * @return one certificate per sample, in order
   */
  public List<Certificate> certify(Batch batch, int first) {
    double[] logits = Tensors.scoped(() -> logits(batch));
    int classes = constants.classes();
    List<Certificate> certificates = new ArrayList<>(batch.size());
    for (int n = 0; n < batch.size(); n++) {
      double[] y = Arrays.copyOfRange(logits, n * classes, (n + 1) * classes);
      certificates.add(certificate(first + n, batch.labels()[n], y));
    }
    return certificates;
  }

  private double[] logits(Batch batch) {
    try (NDManager manager = Tensors.newManager()) {
      NDArray x = Split.array(batch, manager);
      return Tensors.toDoubles(Tensors.withoutGradient(() -> classifier.apply(x)));
    }
  }

  /**
   * Certifies one sample from its logits.
   *
   * @param index the sample's place in its split
   * @param label its true class
   * @param y its logits, one per class
   * @return the certificate
   * @throws IllegalArgumentException if a logit is not finite, or there is not one per class
   */
  public Certificate certificate(int index, int label, double[] y) {
    if (y.length != constants.classes()) {
      throw new IllegalArgumentException(
          "Sample "
              + index
              + " has "
              + y.length
              + " logits but the classifier has "
              + constants.classes()
              + " classes.");
    }
    for (int i = 0; i < y.length; i++) {
      if (!Double.isFinite(y[i])) {
        throw new IllegalArgumentException(
            "Sample "
                + index
                + " has a logit of "
                + y[i]
                + ", so nothing can be certified; the model has diverged or its input is not"
                + " finite.");
      }
    }
    int j = ArgMax.of(y);
    double margin = Double.POSITIVE_INFINITY;
    double radius = Double.POSITIVE_INFINITY;
    for (int i = 0; i < y.length; i++) {
      if (i != j) {
        double difference = y[j] - y[i];
        margin = Math.min(margin, difference);
        radius = Math.min(radius, difference == 0 ? 0 : difference / constants.of(j, i));
      }
    }
    return new Certificate(index, label, j, margin, radius);
  }
}
