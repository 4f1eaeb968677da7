package org.lipkit.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

/**
 * A classifier as an attack sees it: images go in, logits and gradients with respect to the images
 * come out. Its weights' gradients are not touched, and no array outlives a call.
 */
public final class Victim {

  private final UnaryOperator<NDArray> classifier;
  private final Shape image;
  private final Domain domain;
  private final NDManager manager;

  /**
   * The logits of some images and a gradient for each.
   *
   * @param logits one row an image
   * @param gradients one an image, laid out like it; null if none were asked for
   */
  public record Answer(double[][] logits, float[][] gradients) {}

  /**
   * Any classifier of images.
   *
   * @param classifier from images (N, C, H, W), FLOAT32, to logits (N, classes), each sample on its
   *     own, with gradients
   * @param image (C, H, W)
   * @param domain which images an attack may hand out
   * @param manager where images may be created; all arrays are freed again
   */
  public Victim(UnaryOperator<NDArray> classifier, Shape image, Domain domain, NDManager manager) {
    this.classifier = classifier;
    this.image = image;
    this.domain = domain;
    this.manager = manager;
  }

  /**
   * A classifier of this library as it is evaluated, confined to images with values in [0, 1].
   *
   * @param classifier an initialised classifier
   * @param image (C, H, W)
   * @param manager where images may be created; all arrays are freed again
   * @return the victim
   */
  public static Victim of(Classifier classifier, Shape image, NDManager manager) {
    return new Victim(x -> classifier.apply(x), image, Domain.UNIT_BOX, manager);
  }

  /**
   * Which images an attack may hand out.
   *
   * @return the domain
   */
  public Domain domain() {
    return domain;
  }

  /**
   * The shape of an image.
   *
   * @return (C, H, W)
   */
  public Shape image() {
    return image;
  }

  /**
   * The logits of some images.
   *
   * @param images at least one, each C H W values
   * @return one row an image
   * @throws NotFiniteException if a logit is not finite
   */
  public double[][] logits(float[][] images) {
    return Tensors.scoped(
        () -> rows(Tensors.withoutGradient(() -> classifier.apply(create(images)))));
  }

  /**
   * The logits of some images and, for each image x with logits y, the gradient {@code J^T c} of
   * {@code <c, y>} with respect to x.
   *
   * @param images at least one, each C H W values
   * @param cotangents gives the rows c from all rows y
   * @return logits and gradients
   * @throws NotFiniteException if a logit or a gradient is not finite
   */
  public Answer logitsAndGradients(float[][] images, UnaryOperator<double[][]> cotangents) {
    return Tensors.scoped(
        () -> {
          double[][][] logits = new double[1][][];
          NDList found =
              Gradients.pullBack(
                  create(images),
                  classifier,
                  y -> {
                    logits[0] = rows(y);
                    return create(cotangents.apply(logits[0]), y);
                  });
          return new Answer(logits[0], gradients(found.get(1), images.length));
        });
  }

  /** Refuses what is not an image of the domain. */
  void requireImage(float[] values, int index) {
    if (values.length != image.size()) {
      throw new IllegalArgumentException(
          String.format(
              "Sample %d has %d values but the classifier takes images of shape %s.",
              index, values.length, image));
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(
            "Sample " + index + " has a value of " + value + "; images must be finite.");
      }
      if (domain.clamp(value) != value) {
        throw new IllegalArgumentException(
            "Sample "
                + index
                + " has a value of "
                + value
                + " outside [0, 1]; scale the images, or attack in Domain.WHOLE_SPACE.");
      }
    }
  }

  private NDArray create(float[][] images) {
    int size = (int) image.size();
    float[] values = new float[Math.multiplyExact(images.length, size)];
    for (int n = 0; n < images.length; n++) {
      System.arraycopy(images[n], 0, values, n * size, size);
    }
    return manager.create(values, new Shape(images.length).addAll(image));
  }

  private NDArray create(double[][] rows, NDArray like) {
    double[] values = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    return Tensors.ofDoubles(manager, values, like.getShape(), like.getDataType());
  }

  private static double[][] rows(NDArray logits) {
    Shape shape = logits.getShape();
    if (shape.dimension() != 2 || shape.get(1) < 2) {
      throw new IllegalArgumentException(
          "The attacked classifier must give logits (N, classes) of at least two classes, not "
              + shape
              + ".");
    }
    int classes = (int) shape.get(1);
    double[] values = Tensors.toDoubles(logits);
    double[][] rows = new double[values.length / classes][];
    for (int n = 0; n < rows.length; n++) {
      rows[n] = Arrays.copyOfRange(values, n * classes, (n + 1) * classes);
      for (double value : rows[n]) {
        requireFinite("logit", value);
      }
    }
    return rows;
  }

  private static float[][] gradients(NDArray gradient, int count) {
    float[] values = gradient.toFloatArray();
    int size = values.length / count;
    for (float value : values) {
      requireFinite("gradient", value);
    }
    float[][] rows = new float[count][];
    for (int n = 0; n < count; n++) {
      rows[n] = Arrays.copyOfRange(values, n * size, (n + 1) * size);
    }
    return rows;
  }

  private static void requireFinite(String what, double value) {
    if (!Double.isFinite(value)) {
      throw new NotFiniteException(what, value);
    }
  }
}
