package org.lipkit.train;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Regularizers by the names that the run records use. */
public final class Regularizers {

  private static final Pattern ONE_NUMBER =
      Pattern.compile("(weight decay|Parseval|spectral norm) " + Optimizers.NUMBER);
  private static final Pattern ADVERSARIAL =
      Pattern.compile("adversarial " + Optimizers.NUMBER + " (\\d{1,6})");

  private Regularizers() {}

  /**
   * Finds a regularizer by name.
   *
   * @param name "none" or, with their numbers, for example "weight decay 5e-4", "Parseval 1e-4",
   *     "spectral norm 0.01" or "adversarial 0.5 10" (radius and steps of PGD)
   * @return the regularizer
   * @throws IllegalArgumentException if the name is unknown or one of its numbers impossible
   */
  public static Regularizer create(String name) {
    if (name.equals("none")) {
      return Regularizer.NONE;
    }
    Matcher adversarial = ADVERSARIAL.matcher(name);
    if (adversarial.matches()) {
      return new AdversarialTraining(
          Double.parseDouble(adversarial.group(1)), Integer.parseInt(adversarial.group(2)));
    }
    Matcher known = ONE_NUMBER.matcher(name);
    if (!known.matches()) {
      throw new IllegalArgumentException(
          "There is no regularizer \""
              + name
              + "\"; use none, weight decay <rate>, Parseval <rate>, spectral norm <rate> or"
              + " adversarial <radius> <steps>.");
    }
    double rate = Double.parseDouble(known.group(2));
    return switch (known.group(1)) {
      case "weight decay" -> new WeightDecay(rate);
      case "Parseval" -> new Parseval(rate);
      default -> new SpectralNorm(rate);
    };
  }
}
