package org.lipkit.experiment;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;
import org.lipkit.attack.Attacked;
import org.lipkit.attack.LipschitzLowerBound;
import org.lipkit.attack.Victim;
import org.lipkit.certify.Certificate;
import org.lipkit.data.Counter;
import org.lipkit.data.Images;
import org.lipkit.data.Range;
import org.lipkit.text.Text;

/**
 * Four radii of one sample, between what is certified and what is broken (Tsuzuku et al. 2018,
 * section 5.1, "analysis of tightness"), in pixels of [0, 1]:
 *
 * <pre>
 *   A  certified, from upper bounds of the margins' constants K_ji
 *   B  min_i (y_j - y_i) / G_ji   G_ji: the empirical constant of y_j - y_i over all images
 *   C  min_i (y_j - y_i) / L_ji   L_ji: likewise, over the images within D of the sample
 *   D  the distance of the nearest adversarial image known</pre>
 *
 * G_ji is the largest of what is found anywhere, the samples' L_ji included, so B is at most C. The
 * constants are found with pairs of images, so both are too small and B and C too large; the search
 * for L_ji begins with the sample and the adversarial image, so that C is at most D unless these
 * are nearer than half the search's separation (the local radius is at least the separation).
 *
 * @param index the sample's place in its split
 * @param certified A, a float32 number that is rounded down once more in a file ({@link
 *     org.lipkit.certify.RoundedDown})
 * @param global B, infinite for a margin that never changed
 * @param local C, likewise
 * @param attack D, infinite if nothing was found
 */
@JsonPropertyOrder({"index", "certified", "global", "local", "attack"})
public record RadiusChain(
    int index,
    @JsonSerialize(using = ProvedRadius.class) double certified,
    double global,
    double local,
    double attack) {

  /** What float32 logits may put B and D off by. */
  private static final double ROUNDING = 1e-3;

  /**
   * Checks {@code A <= B <= C} and {@code A <= D}, with a thousandth for rounding where A is
   * compared.
   *
   * @param index the sample's place in its split
   * @param certified A
   * @param global B
   * @param local C
   * @param attack D
   * @throws IllegalStateException if the order is violated
   */
  public RadiusChain {
    double lowered = certified * (1 - ROUNDING);
    if (!(lowered <= global && global <= local && lowered <= attack)) {
      throw new IllegalStateException(
          Text.of(
              "Sample %d: the certified radius %s must not exceed the radius %s by global constants"
                  + " and the attack distance %s, nor the second the radius %s by local constants;"
                  + " the certificate is void or the inputs are of different models.",
              index, certified, global, attack, local));
    }
  }

  /** The same chain with another certified radius, as after a second certification. */
  RadiusChain withCertified(double radius) {
    return new RadiusChain(index, radius, global, local, attack);
  }

  /**
   * The chain of every sample. If the thread is interrupted, the chains of the samples searched so
   * far are returned and the thread stays interrupted.
   *
   * @param images the split, in its evaluation view
   * @param certificates one for each sample, in order
   * @param attacked the results of minimum-norm attacks against the predictions, one for each
   *     sample
   * @param victim the classifier
   * @param search how to look for pairs of images
   * @param seed of the search
   * @param done told the number of samples searched so far
   * @return one chain for each sample, in order
   * @throws IllegalArgumentException if there is not one certificate and one result for each
   *     sample, for the same class
   * @throws IllegalStateException if a sample violates the order
   */
  public static List<RadiusChain> of(
      Images images,
      List<Certificate> certificates,
      List<Attacked> attacked,
      Victim victim,
      LipschitzLowerBound search,
      long seed,
      IntConsumer done) {
    requireSameSamples(images.size(), certificates, attacked);
    return of(
        certificates,
        attacked,
        search(images, Range.all(images), attacked, victim, search, seed, done));
  }

  /**
   * What is found around one sample.
   *
   * @param margins y_j - y_i for each class i, at least 0
   * @param local for each i what was found for L_ji
   * @param anywhere for each i what was found for G_ji from pairs that are not held near the sample
   */
  record Constants(double[] margins, double[] local, double[] anywhere) implements Serializable {}

  /**
   * The constants around some consecutive samples. If the thread is interrupted, those of the
   * samples searched so far are returned and the thread stays interrupted.
   *
   * @param images the split, in its evaluation view
   * @param range which of its samples
   * @param attacked the results of minimum-norm attacks against the predictions, one for each
   *     sample of the split
   * @param victim the classifier
   * @param search how to look for pairs of images
   * @param seed of the search
   * @param done told the number of samples searched so far
   * @return for each sample of the range, in order
   */
  static List<Constants> search(
      Images images,
      Range range,
      List<Attacked> attacked,
      Victim victim,
      LipschitzLowerBound search,
      long seed,
      IntConsumer done) {
    List<Constants> found = new ArrayList<>();
    for (int n = range.from(); n < range.to() && !Thread.currentThread().isInterrupted(); n++) {
      float[] x = images.image(n);
      Attacked broken = attacked.get(n);
      int j = broken.attackedClass();
      double[] y = victim.logits(x);
      double radius = Math.max(broken.distance(), search.separation());
      double everywhere = Double.POSITIVE_INFINITY;
      long own = Counter.random(seed, n).nextLong();
      found.add(
          new Constants(
              Arrays.stream(y).map(logit -> Math.max(0, y[j] - logit)).toArray(),
              search.marginsAround(victim, j, x, broken.image(), radius, own),
              search.marginsAround(victim, j, x, null, everywhere, own)));
      done.accept(found.size());
    }
    return found;
  }

  /** The chain of every sample whose constants were found: of the first ones, at most all. */
  static List<RadiusChain> of(
      List<Certificate> certificates, List<Attacked> attacked, List<Constants> found) {
    requireSameSamples(certificates.size(), certificates, attacked);
    int classes = found.isEmpty() ? 0 : found.get(0).margins.length;
    double[][] global = new double[classes][classes];
    for (int n = 0; n < found.size(); n++) {
      int j = certificates.get(n).prediction();
      raise(global, j, found.get(n).local);
      raise(global, j, found.get(n).anywhere);
    }
    List<RadiusChain> chains = new ArrayList<>();
    for (int n = 0; n < found.size(); n++) {
      int j = certificates.get(n).prediction();
      double[] margins = found.get(n).margins;
      chains.add(
          new RadiusChain(
              certificates.get(n).index(),
              certificates.get(n).radius(),
              radius(margins, j, global[j]),
              radius(margins, j, found.get(n).local),
              attacked.get(n).distance()));
    }
    return chains;
  }

  private static void requireSameSamples(
      int count, List<Certificate> certificates, List<Attacked> attacked) {
    boolean same = certificates.size() == count && attacked.size() == count;
    for (int n = 0; same && n < count; n++) {
      same = certificates.get(n).prediction() == attacked.get(n).attackedClass();
    }
    if (!same) {
      throw new IllegalArgumentException(
          "A chain of radii needs one certificate and one attack against the same predicted class"
              + " for each of the "
              + count
              + " samples; attack with Against.PREDICTION.");
    }
  }

  /** The constants of {@code y_j - y_i} and of {@code y_i - y_j} are the same. */
  private static void raise(double[][] constants, int j, double[] found) {
    for (int i = 0; i < found.length; i++) {
      constants[j][i] = Math.max(constants[j][i], found[i]);
      constants[i][j] = constants[j][i];
    }
  }

  private static double radius(double[] margins, int j, double[] constants) {
    double radius = Double.POSITIVE_INFINITY;
    for (int i = 0; i < margins.length; i++) {
      if (i != j) {
        radius = Math.min(radius, margins[i] == 0 ? 0 : margins[i] / constants[i]);
      }
    }
    return radius;
  }

  /**
   * How much each step of the chain loses: medians over the samples of the quotients of
   * neighbouring radii, 1 where nothing is lost.
   *
   * @param bound B / A, by bounding the constants layer by layer
   * @param locality C / B, by one constant for all images
   * @param linearity D / C, by a constant instead of the function, and by imperfect attacks
   * @param whole D / A
   */
  public record Looseness(double bound, double locality, double linearity, double whole) {}

  /**
   * How much each step of the chain loses.
   *
   * @param chains the samples' chains; those with a certified radius of 0 or no adversarial image
   *     have no quotients and are left out
   * @return the medians
   * @throws IllegalArgumentException if no chain is left
   */
  public static Looseness looseness(List<RadiusChain> chains) {
    List<RadiusChain> whole =
        chains.stream()
            .filter(chain -> chain.certified > 0 && chain.attack < Double.POSITIVE_INFINITY)
            .toList();
    if (whole.isEmpty()) {
      throw new IllegalArgumentException(
          "No sample has a certified radius above 0 and an adversarial image, so there is nothing"
              + " to compare.");
    }
    return new Looseness(
        median(whole, chain -> chain.global / chain.certified),
        median(whole, chain -> chain.local / chain.global),
        median(whole, chain -> chain.attack / chain.local),
        median(whole, chain -> chain.attack / chain.certified));
  }

  private static double median(List<RadiusChain> chains, ToDoubleFunction<RadiusChain> quotient) {
    double[] sorted = chains.stream().mapToDouble(quotient).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
