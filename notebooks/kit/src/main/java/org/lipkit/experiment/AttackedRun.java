package org.lipkit.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.lipkit.attack.Attacked;
import org.lipkit.text.Given;

/**
 * A finished run with what attacks found against some of its test samples. Accuracies are shares of
 * these samples.
 *
 * @param samples the attacked samples
 * @param distances by the name of an attack, one distance per sample: how near it found an image of
 *     another class than the predicted one, in pixels of [0, 1], infinite if it found none
 * @param chain the four radii of some of these samples
 */
public record AttackedRun(
    Run run, List<Sample> samples, Map<String, List<Double>> distances, List<RadiusChain> chain) {

  /**
   * What {@code attacks.csv} and {@code chain.csv} say; the certified radii are those of the run
   * now.
   */
  static AttackedRun of(Run run, List<AttackedSample> rows, List<RadiusChain> chain) {
    Map<String, List<Double>> distances = new LinkedHashMap<>();
    distances.put("Carlini-Wagner", rows.stream().map(AttackedSample::carliniWagner).toList());
    distances.put("DeepFool", rows.stream().map(AttackedSample::deepFool).toList());
    List<Sample> samples = rows.stream().map(row -> run.samples().get(row.index())).toList();
    List<RadiusChain> certified =
        chain.stream()
            .map(row -> row.withCertified(run.samples().get(row.index()).certified().radius()))
            .toList();
    return new AttackedRun(run, samples, distances, certified);
  }

  /**
   * Adds the results of another attack.
   *
   * @param attack its name
   * @param found its results against the predictions, one per sample in the same order
   * @return the run with one attack more
   * @throws IllegalArgumentException if there is not one result per sample
   * @throws IllegalStateException if an image within a certified radius is classified differently,
   *     so that the certificate is void
   */
  public AttackedRun with(String attack, List<Attacked> found) {
    if (found.size() != samples.size()) {
      throw Given.refused(
          "%s has %d results for %d attacked samples; attack run.testImages().evenlySpaced(%d).",
          attack, found.size(), samples.size(), samples.size());
    }
    List<Double> added = new ArrayList<>();
    for (int n = 0; n < samples.size(); n++) {
      samples.get(n).withAttack(found.get(n));
      added.add(found.get(n).distance());
    }
    Map<String, List<Double>> all = new LinkedHashMap<>(distances);
    all.put(attack, added);
    return new AttackedRun(run, samples, all, chain);
  }

  /**
   * Accuracy under an attack: an upper bound of what can be certified.
   *
   * @param attack the name of an attack
   * @param eps a radius in pixels of [0, 1]
   * @return the share of samples that are correct and that the attack did not change within less
   *     than eps
   * @throws IllegalArgumentException if no such attack was run
   */
  public double accuracyUnder(String attack, double eps) {
    List<Double> found = distances.get(attack);
    if (found == null) {
      throw new IllegalArgumentException(
          "No attack is called \"" + attack + "\" here; there are " + distances.keySet() + ".");
    }
    return share(eps, n -> found.get(n));
  }

  /**
   * Certified accuracy on the same samples.
   *
   * @param eps a radius in pixels of [0, 1]
   * @return the share of samples that are correct with a proved radius of at least eps
   */
  public double certified(double eps) {
    return share(eps, n -> samples.get(n).certified().radius());
  }

  private double share(double eps, ToDoubleFunction<Integer> radius) {
    int standing = 0;
    for (int n = 0; n < samples.size(); n++) {
      boolean correct = samples.get(n).estimated().correct();
      standing += correct && radius.applyAsDouble(n) >= eps ? 1 : 0;
    }
    return standing / (double) samples.size();
  }
}
