package org.lipkit.certify;

import java.util.List;

/**
 * McNemar's test: whether one classifier is ahead of another on the same samples by more than the
 * luck of the samples. Only the samples that one of the two certifies and the other does not count.
 *
 * @param onlyFirst how many samples only the first one certifies
 * @param onlySecond how many samples only the second one certifies
 */
public record McNemar(int onlyFirst, int onlySecond) {

  /**
   * Compares two classifiers sample by sample.
   *
   * @param first certificates of the first one
   * @param second certificates of the second one, of the same samples in the same order
   * @param eps a radius in pixels of [0, 1], at least 0; at 0 the clean accuracies are compared
   * @return how often only one of them is correct and certified at eps
   * @throws IllegalArgumentException if the samples differ in number or label, or eps is below 0
   */
  public static McNemar of(List<Certificate> first, List<Certificate> second, double eps) {
    CertifiedAccuracy.requireRadius(eps);
    if (first.size() != second.size()) {
      throw new IllegalArgumentException(
          "McNemar's test compares the same samples, not "
              + first.size()
              + " and "
              + second.size()
              + ".");
    }
    int onlyFirst = 0;
    int onlySecond = 0;
    for (int i = 0; i < first.size(); i++) {
      if (first.get(i).label() != second.get(i).label()) {
        throw new IllegalArgumentException(
            "McNemar's test compares the same samples, but number " + i + " has two labels.");
      }
      boolean inFirst = first.get(i).robust(eps);
      boolean inSecond = second.get(i).robust(eps);
      onlyFirst += inFirst && !inSecond ? 1 : 0;
      onlySecond += inSecond && !inFirst ? 1 : 0;
    }
    return new McNemar(onlyFirst, onlySecond);
  }

  /**
   * The lead of the first one in standard deviations.
   *
   * @return {@code (b - c) / sqrt(b + c)} with b and c the two counts, 0 where they are equal; luck
   *     alone gives more than 3 or less than -3 about three times in a thousand
   */
  public double z() {
    return onlyFirst == onlySecond
        ? 0
        : (onlyFirst - onlySecond) / Math.sqrt(onlyFirst + onlySecond);
  }
}
