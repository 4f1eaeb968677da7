package org.lipkit.smoothing;

import java.io.Serializable;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.lipkit.text.Given;

/**
 * Settings of randomized smoothing (Cohen, Rosenfeld and Kolter 2019, section 3.2).
 *
 * @param sigma the noise's standard deviation, in pixels of [0, 1]
 * @param alpha how often a statement about a sample may be wrong, in (0, 1)
 * @param selection n0, draws to choose the class whose probability is then estimated
 * @param draws n, draws to predict or to estimate a probability with
 * @param batchSize draws per forward pass
 */
public record Smoothing(double sigma, double alpha, int selection, int draws, int batchSize)
    implements Serializable {

  /**
   * Checks the numbers.
   *
   * @param sigma above 0, in pixels of [0, 1]
   * @param alpha in (0, 1)
   * @param selection at least 1
   * @param draws at least 1
   * @param batchSize at least 1
   */
  public Smoothing {
    if (!(sigma > 0 && sigma < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Smoothing needs noise of a deviation above 0, not " + sigma + ".");
    }
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException(
          "Smoothing needs a failure probability alpha between 0 and 1, not " + alpha + ".");
    }
    if (Math.min(Math.min(selection, draws), batchSize) < 1) {
      throw Given.refused(
          "Smoothing needs at least one draw to select, to estimate and a batch, not %d, %d"
              + " and %d.",
          selection, draws, batchSize);
    }
  }

  /**
   * The radius of a sample whose draws all agree: {@code sigma Phi^-1(alpha^(1 / n))}. No
   * certificate can be larger, however sure the classifier is.
   *
   * @return in pixels of [0, 1]; 0 if n draws prove nothing
   */
  public double largestRadius() {
    double lower = Binomial.lowerBound(draws, draws, alpha);
    return lower > 0.5
        ? sigma * NormalDistribution.of(0, 1).inverseCumulativeProbability(lower)
        : 0;
  }

  /**
   * How often the base classifier is run for one certificate.
   *
   * @return n0 + n
   */
  public int forwardPasses() {
    return selection + draws;
  }
}
