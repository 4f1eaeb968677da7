package org.lipkit.pitfall;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.lipkit.bound.SoundNorm;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.Batch;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.EngineState;
import org.lipkit.tensor.Tensors;

/**
 * A claimed certificate that is false, with the input that proves it, beside what {@link
 * SoundCertifier} says of the same network and the same sample. The claim is the published rule
 * {@code margin / K} (Tsuzuku et al. 2018, proposition 1) with a constant K that somebody got
 * wrong, or right for another program than the one that runs.
 *
 * @param name what goes wrong, in words
 * @param classifier the network, with two classes
 * @param image the sample, (C, H, W) in row-major order
 * @param claimedConstant the constant K of the margin that the claim rests on
 * @param claimedRadius the radius claimed for the sample, in pixels
 * @param counterexample an input of another predicted class (or without any: its logits are no
 *     numbers), nearer than the claimed radius
 * @param distance its Euclidean distance from the sample, in pixels
 * @param soundRadius the radius that is proved, 0 if none
 * @param refusal why nothing is proved, or null
 */
public record Pitfall(
    String name,
    Classifier classifier,
    float[] image,
    double claimedConstant,
    double claimedRadius,
    float[] counterexample,
    double distance,
    double soundRadius,
    String refusal) {

  /** The program that is claimed to be certified: logits (N, 2) of images (N, C, H, W). */
  interface Program extends UnaryOperator<NDArray> {}

  /**
   * Makes the claim, breaks it and asks the sound certifier.
   *
   * @param claimed the constant K that the claim rests on
   * @param program what runs; the claim is made from the float32 logits
   * @param candidates inputs to break the claim with; the nearest that does is kept
   * @throws IllegalStateException if none of them breaks it
   */
  static Pitfall of(
      String name,
      Classifier classifier,
      float[] image,
      double claimed,
      Program program,
      List<float[]> candidates,
      NDManager manager) {
    Shape shape = classifier.getInputShapes()[0].slice(1);
    double[] logits = logits(x -> classifier.apply(x), shape, image, manager);
    int prediction = prediction(logits);
    double radius = Math.abs(logits[0] - logits[1]) / claimed;
    float[] nearest = null;
    for (float[] candidate : candidates) {
      boolean nearer = distance(image, candidate) < radius;
      if (nearer && (nearest == null || distance(image, candidate) < distance(image, nearest))) {
        int there = prediction(logits(program, shape, candidate, manager));
        nearest = there == prediction ? nearest : candidate;
      }
    }
    if (nearest == null) {
      throw new IllegalStateException(name + ": no candidate breaks the claimed certificate.");
    }
    SoundCertificate sound = sound(classifier, shape, image, prediction, manager);
    return new Pitfall(
        name,
        classifier,
        image,
        claimed,
        radius,
        nearest,
        distance(image, nearest),
        sound.certificate().radius(),
        sound.refusal());
  }

  /** The same claim about a program that the sound certifier refuses. */
  Pitfall refused(String reason) {
    return new Pitfall(
        name,
        classifier,
        image,
        claimedConstant,
        claimedRadius,
        counterexample,
        distance,
        0,
        reason);
  }

  private static SoundCertificate sound(
      Classifier classifier, Shape shape, float[] image, int prediction, NDManager manager) {
    int[] sides = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      sides[axis] = (int) shape.get(axis);
    }
    Batch batch = new Batch(image, new int[] {prediction}, 1, sides[0], sides[1], sides[2]);
    try (SoundCertifier certifier = new SoundCertifier(classifier, SoundNorm.TIGHT)) {
      return certifier.certify(batch, 0).get(0);
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      return new SoundCertificate(
          new Certificate(0, prediction, prediction, 0, 0), 0, e.getMessage(), EngineState.now());
    }
  }

  /** The class with the larger logit, the first on a tie; -1 if a logit is no number. */
  private static int prediction(double[] logits) {
    if (Double.isNaN(logits[0]) || Double.isNaN(logits[1])) {
      return -1;
    }
    return logits[1] > logits[0] ? 1 : 0;
  }

  /** The logits that a program computes for one image. */
  static double[] logits(Program program, Shape shape, float[] image, NDManager manager) {
    return Tensors.scoped(
        () ->
            Tensors.toDoubles(
                Tensors.withoutGradient(
                    () -> program.apply(manager.create(image, new Shape(1).addAll(shape))))));
  }

  /** The Euclidean distance of two inputs. */
  static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }
}
