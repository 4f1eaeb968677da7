package org.lipkit.experiment;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.lipkit.attack.Domain;
import org.lipkit.attack.LipschitzLowerBound;
import org.lipkit.attack.Victim;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.PowerIteration;
import org.lipkit.certify.MarginConstants;
import org.lipkit.data.Counter;
import org.lipkit.data.ImageShape;
import org.lipkit.data.Images;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Layer;
import org.lipkit.text.Text;

/**
 * What is known of a network's Lipschitz constant from both sides (Hu et al. 2023, section 4): the
 * largest ratio found of {@code ||f(x) - f(x')|| / ||x - x'||}, and the bound K, the product over
 * the layers.
 *
 * @param lower the lower bound, by {@link LipschitzLowerBound#network}
 * @param upper the upper bound or its estimate, by {@link org.lipkit.layer.Layer#bound}
 */
public record LipschitzBracket(double lower, Bound upper) {

  /** What the float32 logits of the search may be off by. */
  private static final double ROUNDING = 1e-3;

  /**
   * Checks the order.
   *
   * @param lower at most {@code upper} if that is an upper bound, except for rounding
   * @param upper of either kind
   * @throws IllegalStateException if the lower bound is above an upper one
   */
  public LipschitzBracket {
    if (upper.kind() == Bound.Kind.UPPER && lower > upper.value() * (1 + ROUNDING)) {
      throw new IllegalStateException(
          Text.of(
              "Two images show a Lipschitz constant of %s, above the upper bound %s (%s); the bound"
                  + " or the search is wrong.",
              lower, upper.value(), upper.method()));
    }
  }

  /**
   * {@return both bounds of the constant of a trained network} The lower one is searched by {@link
   * LipschitzLowerBound#FAR}, the upper one is an estimate if the method estimates.
   *
   * @param classifier an initialised classifier
   * @param starts the search starts one pair at each of these images
   * @param method how to find the layers' norms
   */
  public static LipschitzBracket of(Classifier classifier, Images starts, NormMethod method) {
    return of(Victim.of(classifier), starts, classifier.bound(method));
  }

  private static LipschitzBracket of(Victim victim, Images starts, Bound upper) {
    float[][] pixels =
        IntStream.range(0, starts.size()).mapToObj(starts::image).toArray(float[][]::new);
    return new LipschitzBracket(
        LipschitzLowerBound.FAR.network(victim, pixels, 1, done -> {}), upper);
  }

  /**
   * {@return both bounds of the body cut off after each of its layers that has parameters, in their
   * order, by the layer's place from 1 and its name} The lower one is searched by {@link
   * LipschitzLowerBound#FAR}, the upper one is an estimate if the method estimates.
   *
   * @param classifier an initialised classifier
   * @param starts the search starts one pair at each of these images
   * @param method how to find the layers' norms
   */
  public static Map<String, LipschitzBracket> parts(
      Classifier classifier, Images starts, NormMethod method) {
    Map<String, LipschitzBracket> parts = new LinkedHashMap<>();
    List<Layer> layers = classifier.body().layers();
    Bound upper = Bound.upper(1, "identity");
    for (int end = 1; end <= layers.size(); end++) {
      Layer last = layers.get(end - 1);
      upper = upper.times(last.bound(method));
      if (!last.getParameters().isEmpty()) {
        List<Layer> part = layers.subList(0, end);
        Victim victim = new Victim(x -> flat(part, x), starts.shape(), Domain.UNIT_BOX);
        parts.put(end + " " + last.name(), of(victim, starts, upper));
      }
    }
    return parts;
  }

  private static NDArray flat(List<Layer> layers, NDArray x) {
    NDArray y = x;
    for (Layer layer : layers) {
      y = layer.apply(y);
    }
    return y.reshape(x.getShape().get(0), -1);
  }

  /**
   * {@return both bounds of each margin {@code y_j - y_i} of a start's label j and its rivals i}
   * The lower one is searched from the start by {@link LipschitzLowerBound#FAR}, the upper one is
   * {@code K_ji}, an estimate if the method estimates. The margins of one start follow those of the
   * start before, in the order of the rivals.
   *
   * @param classifier an initialised classifier
   * @param starts images with their labels
   * @param method how to find the layers' norms
   */
  public static List<LipschitzBracket> margins(
      Classifier classifier, Images starts, NormMethod method) {
    MarginConstants constants = MarginConstants.of(classifier, method);
    Victim victim = Victim.of(classifier);
    List<LipschitzBracket> margins = new ArrayList<>();
    for (int n = 0; n < starts.size(); n++) {
      int j = starts.label(n);
      double[] lower =
          LipschitzLowerBound.FAR.marginsAround(
              victim, j, starts.image(n), null, Double.POSITIVE_INFINITY, n);
      for (int i = 0; i < lower.length; i++) {
        if (i != j) {
          Bound scale = constants.scale();
          Bound upper = new Bound(constants.of(j, i), scale.kind(), scale.method());
          margins.add(new LipschitzBracket(lower[i], upper));
        }
      }
    }
    return margins;
  }

  /**
   * {@return both bounds of the constant of one layer} The lower one is searched with pairs of near
   * images from 8 random ones, the upper one is that of {@link PowerIteration#PUBLISHED}.
   *
   * @param layer an initialised layer
   * @param image the size of an input
   */
  public static LipschitzBracket of(Layer layer, ImageShape image) {
    float[][] starts = new float[8][image.values()];
    for (int n = 0; n < starts.length; n++) {
      RandomGenerator random = Counter.random(1, n);
      for (int i = 0; i < starts[n].length; i++) {
        starts[n][i] = random.nextFloat();
      }
    }
    Victim victim = new Victim(x -> flat(List.of(layer), x), image, Domain.UNIT_BOX);
    LipschitzLowerBound search = new LipschitzLowerBound(200, 0.02, 0.1);
    double lower = search.network(victim, starts, 1, done -> {});
    return new LipschitzBracket(lower, layer.bound(PowerIteration.PUBLISHED));
  }

  /** {@return lower / upper, in [0, 1] except for rounding; 1 if both are 0} */
  public double tightness() {
    return lower == upper.value() ? 1 : lower / upper.value();
  }
}
