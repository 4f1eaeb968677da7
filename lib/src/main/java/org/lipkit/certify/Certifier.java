package org.lipkit.certify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.NotFiniteException;
import org.lipkit.data.Batch;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.ArgMax;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;
import org.lipkit.text.Text;

/**
 * Certifies a radius for each sample, {@code min_{i != j} (y_j - y_i) / K_ji} with j the predicted
 * class (Tsuzuku et al. 2018, proposition 1; Leino et al. 2021, theorem 2). The constants are
 * computed once, so that a certificate costs one forward pass. It is a guarantee in exact
 * arithmetic if the constants are upper bounds, and an estimate otherwise.
 */
public final class Certifier implements BatchCertifier<Certificate> {

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
   * {@inheritDoc}
   *
   * <p>A sample whose pixels are not all finite gets {@link Certificate#none}.
   *
   * @throws IllegalArgumentException if a logit of another sample is not finite
   */
  @Override
  public List<Certificate> certify(Batch batch, int first) {
    double[] logits = Tensors.scoped(() -> logits(batch));
    int classes = constants.classes();
    List<Certificate> certificates = new ArrayList<>(batch.size());
    for (int n = 0; n < batch.size(); n++) {
      double[] y = Arrays.copyOfRange(logits, n * classes, (n + 1) * classes);
      certificates.add(
          hasFinitePixels(batch, n)
              ? certificate(first + n, batch.labels()[n], y)
              : Certificate.none(first + n, batch.labels()[n]));
    }
    return certificates;
  }

  private double[] logits(Batch batch) {
    try (NDManager manager = classifier.newManager()) {
      NDArray x = array(batch, manager);
      return Tensors.toDoubles(Tensors.withoutGradient(() -> classifier.apply(x)));
    }
  }

  /** The images as an array, (N, C, H, W). */
  static NDArray array(Batch batch, NDManager manager) {
    Shape shape = new Shape(batch.size(), batch.channels(), batch.height(), batch.width());
    return manager.create(batch.pixels(), shape);
  }

  static boolean hasFinitePixels(Batch batch, int n) {
    int length = batch.pixels().length / batch.size();
    return IntStream.range(n * length, (n + 1) * length)
        .allMatch(i -> Float.isFinite(batch.pixels()[i]));
  }

  /**
   * Certifies one sample from its logits.
   *
   * @param index the sample's place in its split
   * @param label its true class
   * @param y its logits, one per class
   * @return the certificate
   * @throws NotFiniteException if a logit is not finite
   * @throws IllegalArgumentException if there is not one logit per class
   */
  public Certificate certificate(int index, int label, double[] y) {
    if (y.length != constants.classes()) {
      throw Given.refused(
          "Sample %d has %d logits but the classifier has %d classes.",
          index, y.length, constants.classes());
    }
    for (int i = 0; i < y.length; i++) {
      if (!Double.isFinite(y[i])) {
        throw new NotFiniteException(
            Text.of(
                "Sample %d has a logit of %s, so nothing can be certified; the model has diverged"
                    + " or its input is not finite.",
                index, y[i]));
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
