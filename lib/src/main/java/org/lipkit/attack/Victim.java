package org.lipkit.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.lipkit.bound.NotFiniteException;
import org.lipkit.data.ImageShape;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * A classifier as an attack sees it: images go in, logits and gradients with respect to the images
 * come out. The gradients of its weights are not touched, and no array lives longer than a call.
 */
public final class Victim {

  private final UnaryOperator<NDArray> classifier;
  private final ImageShape image;
  private final Domain domain;
  private final Supplier<NDManager> managers;

  /**
   * The logits of some images and a gradient for each.
   *
   * @param logits one row per image
   * @param gradients one per image, laid out like it; null if none were asked for
   */
  public record Answer(double[][] logits, double[][] gradients) {}

  /**
   * Any classifier of images.
   *
   * @param classifier from images (N, C, H, W), FLOAT32, to logits (N, classes), each sample on its
   *     own, with gradients
   * @param image the size of an image
   * @param domain which images an attack may use
   */
  public Victim(UnaryOperator<NDArray> classifier, ImageShape image, Domain domain) {
    this(classifier, image, domain, Tensors::newManager);
  }

  private Victim(
      UnaryOperator<NDArray> classifier,
      ImageShape image,
      Domain domain,
      Supplier<NDManager> managers) {
    this.classifier = classifier;
    this.image = image;
    this.domain = domain;
    this.managers = managers;
  }

  /**
   * {@return an initialised classifier as it is evaluated, confined to images with values in [0,
   * 1]}
   *
   * @param classifier an initialised classifier
   */
  public static Victim of(Classifier classifier) {
    return of(classifier, Domain.UNIT_BOX);
  }

  /**
   * {@return an initialised classifier as it is evaluated}
   *
   * @param classifier an initialised classifier
   * @param domain the images that an attack may use
   */
  public static Victim of(Classifier classifier, Domain domain) {
    Given.notNull("The domain", domain);
    Shape shape = Given.notNull("The classifier", classifier).inputShape();
    ImageShape image = new ImageShape((int) shape.get(0), (int) shape.get(1), (int) shape.get(2));
    return new Victim(classifier::apply, image, domain, classifier::newManager);
  }

  /** {@return the images that an attack may use} */
  public Domain domain() {
    return domain;
  }

  /** {@return the size of an image} */
  public ImageShape image() {
    return image;
  }

  /**
   * {@return the logits of one image}
   *
   * @param x C H W values
   */
  public double[] logits(float[] x) {
    return logits(new float[][] {x})[0];
  }

  /**
   * {@return the logits of some images, one row per image}
   *
   * @param images at least one, each C H W values
   * @throws NotFiniteException if a logit is not finite
   */
  public double[][] logits(float[][] images) {
    return scoped(
        manager ->
            logits(Tensors.withoutGradient(() -> classifier.apply(create(manager, images)))));
  }

  /**
   * {@return the gradient of {@code y_i - y_j} at an image, in its layout}
   *
   * @param x C H W values
   * @param i the class whose logit counts with a plus
   * @param j the class whose logit counts with a minus
   */
  public double[] gradient(float[] x, int i, int j) {
    Objective lead = Objective.difference(j, i);
    return logitsAndGradients(new float[][] {x}, y -> new double[][] {lead.gradient(y[0])})
        .gradients[0];
  }

  /**
   * {@return the logits of some images and, for each image x with logits y, the gradient {@code J^T
   * c} of {@code <c, y>} with respect to x}
   *
   * @param images at least one, each C H W values
   * @param cotangents gives the rows c from all rows y
   * @throws NotFiniteException if a logit or a gradient is not finite
   */
  public Answer logitsAndGradients(float[][] images, UnaryOperator<double[][]> cotangents) {
    return scoped(
        manager -> {
          double[][][] logits = new double[1][][];
          NDList found =
              Gradients.pullBack(
                  create(manager, images),
                  classifier,
                  y -> {
                    logits[0] = logits(y);
                    double[] c =
                        Arrays.stream(cotangents.apply(logits[0]))
                            .flatMapToDouble(Arrays::stream)
                            .toArray();
                    return Tensors.ofDoubles(manager, c, y.getShape(), y.getDataType());
                  });
          return new Answer(logits[0], rows(found.get(1), "gradient"));
        });
  }

  private <T> T scoped(Function<NDManager, T> computation) {
    try (NDManager manager = managers.get()) {
      return Tensors.scoped(() -> computation.apply(manager));
    }
  }

  /** Refuses what is not an image of the domain. */
  void requireImage(float[] values, String what) {
    if (values.length != image.values()) {
      throw Given.refused(
          "%s has %d values but the classifier takes images of %s.", what, values.length, image);
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(
            what + " has a value of " + value + "; images must be finite.");
      }
      if (domain.clamp(value) != value) {
        throw Given.refused(
            "%s has a value of %s outside [0, 1]; scale the images, or attack in"
                + " Domain.WHOLE_SPACE.",
            what, value);
      }
    }
  }

  private NDArray create(NDManager manager, float[][] images) {
    int size = image.values();
    float[] values = new float[Math.multiplyExact(images.length, size)];
    for (int n = 0; n < images.length; n++) {
      System.arraycopy(images[n], 0, values, n * size, size);
    }
    return manager.create(
        values, new Shape(images.length, image.channels(), image.height(), image.width()));
  }

  private static double[][] logits(NDArray y) {
    Shape shape = y.getShape();
    if (shape.dimension() != 2 || shape.get(1) < 2) {
      throw new IllegalArgumentException(
          "The attacked classifier must give logits (N, classes) of two or more classes, not "
              + shape);
    }
    return rows(y, "logit");
  }

  private static double[][] rows(NDArray array, String what) {
    double[] values = Tensors.toDoubles(array);
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new NotFiniteException(
            "The attacked classifier gave a "
                + what
                + " of "
                + value
                + ", so nothing can be said of its robustness; the model has diverged, or the attack"
                + " went to an image too far away for float32 (Domain.UNIT_BOX keeps it near).");
      }
    }
    double[][] rows = new double[(int) array.getShape().get(0)][];
    int size = values.length / rows.length;
    Arrays.setAll(rows, n -> Arrays.copyOfRange(values, n * size, (n + 1) * size));
    return rows;
  }
}
