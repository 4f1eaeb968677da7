package org.lipkit.experiment;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.lipkit.bound.Bound;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.certify.Gap;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.EngineState;

/**
 * What is estimated and what is proved of a network that may come from anywhere. As JSON ({@link
 * RecordFiles#json}) its fields have the names of the components here. Certified radii and radii
 * proved in exact arithmetic are decimal numbers of nine significant digits that are at most what
 * was proved; proved constants are at least what was proved.
 *
 * @param network the network and the file that it was read from
 * @param version the version of the kit
 * @param provenance the commit of the kit, and the machine
 * @param engine the engine that the certificates were proved on, with its threads and instructions
 * @param seed the seed of power iteration, from which the estimates follow
 * @param time when this was computed, in UTC
 * @param seconds how long that took, once the network was read
 * @param layers one row per layer, and below a sum of branches one row per layer of its branches
 * @param constants the Lipschitz constants of the whole network
 * @param radius the radius that accuracy is about, in pixels of [0, 1]
 * @param samples one row per image, in order; none if the network alone was looked at
 * @param accuracy over the images whose class is known, or null if there are none
 */
public record NetworkReport(
    Network network,
    String version,
    Provenance provenance,
    EngineState engine,
    long seed,
    String time,
    double seconds,
    List<LayerConstant> layers,
    Constants constants,
    double radius,
    List<CertifiedSample> samples,
    Accuracy accuracy) {

  /**
   * A network.
   *
   * @param file the file that it was read from, or null
   * @param fileSha256 SHA-256 of that file, or null
   * @param weightsSha256 {@link Classifier#sha256} of the frozen network
   * @param input the shape of one input, (C, H, W)
   * @param classes how many classes it tells apart
   * @param parameters how many numbers training changed
   * @param remarks what was done to read it and to make images fit, one sentence each
   */
  public record Network(
      String file,
      String fileSha256,
      String weightsSha256,
      List<Long> input,
      int classes,
      long parameters,
      List<String> remarks) {}

  /**
   * A layer's Lipschitz constant, both ways; of a linear layer it is the norm.
   *
   * @param layer the layer's path, as files name its weights, for example {@code
   *     01body_01Convolution}
   * @param output the shape of one output
   * @param parameters how many numbers training changed
   * @param estimated by power iteration, where there is no closed form
   * @param proved an upper bound
   */
  public record LayerConstant(
      String layer, List<Long> output, long parameters, Bound estimated, Bound proved) {}

  /**
   * A Lipschitz constant, both ways.
   *
   * @param estimated from estimated norms
   * @param proved from upper bounds
   */
  public record Constant(Bound estimated, Bound proved) {}

  /**
   * The Lipschitz constants of a network.
   *
   * @param body that of everything before the last layer, K_sub
   * @param largestMargin the largest K_ji, of the margin between two classes
   */
  public record Constants(Constant body, Constant largestMargin) {}

  /**
   * What is certified for one image.
   *
   * @param source the data set's title, or the picture's file
   * @param index its place in the data set's test split; 0 for a picture
   * @param label its class, or null if that is not known
   * @param prediction the class that the network predicts, or null if a logit or pixel is not
   *     finite
   * @param margin the largest logit minus the second largest
   * @param radius in pixels of [0, 1]: estimated, proved in exact arithmetic, and certified for the
   *     float32 program
   * @param refusal why nothing is certified, or null
   */
  public record CertifiedSample(
      String source,
      int index,
      Integer label,
      Integer prediction,
      double margin,
      Gap radius,
      String refusal) {

    /**
     * {@return whether the prediction is proved to stay the same up to a radius, for the float32
     * program}
     *
     * @param eps in pixels of [0, 1]
     */
    public boolean holdsAt(double eps) {
      return prediction != null && radius.certified() >= eps;
    }

    private Certificate certificate(ToDoubleFunction<Gap> kind) {
      int predicted = prediction == null ? Certificate.NONE : prediction;
      return new Certificate(index, label, predicted, margin, kind.applyAsDouble(radius));
    }
  }

  /**
   * Accuracy, as shares of the images whose class is known.
   *
   * @param samples how many these are
   * @param clean share of them that is classified correctly, in [0, 1]
   * @param vra verified-robust accuracy at the report's radius, in [0, 1]
   */
  public record Accuracy(int samples, double clean, Gap vra) {

    /** Of the samples with a class; null if there are none. */
    static Accuracy of(List<CertifiedSample> samples, double eps) {
      List<CertifiedSample> labelled =
          samples.stream().filter(sample -> sample.label != null).toList();
      if (labelled.isEmpty()) {
        return null;
      }
      return new Accuracy(
          labelled.size(),
          curve(labelled, Gap::certified).clean(),
          new Gap(
              curve(labelled, Gap::estimated).at(eps),
              curve(labelled, Gap::exactArithmetic).at(eps),
              curve(labelled, Gap::certified).at(eps)));
    }

    private static CertifiedAccuracy curve(
        List<CertifiedSample> labelled, ToDoubleFunction<Gap> kind) {
      return new CertifiedAccuracy(
          labelled.stream().map(sample -> sample.certificate(kind)).toList());
    }
  }

  /** {@return the linear or other smallest layer with the largest proved constant} */
  public LayerConstant largestLayer() {
    return layers.stream()
        .filter(row -> layers.stream().noneMatch(part -> part.layer.startsWith(row.layer + "_")))
        .max(Comparator.comparingDouble(row -> row.proved.value()))
        .orElseThrow();
  }

  /**
   * {@return the means of the radii over all samples, in pixels of [0, 1]; NaN if there are none}
   */
  public Gap meanRadius() {
    return new Gap(mean(Gap::estimated), mean(Gap::exactArithmetic), mean(Gap::certified));
  }

  private double mean(ToDoubleFunction<Gap> kind) {
    return samples.stream()
        .map(CertifiedSample::radius)
        .mapToDouble(kind)
        .average()
        .orElse(Double.NaN);
  }
}
