package org.lipkit.loss;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Losses by the names that the papers and the run records use. */
public final class Losses {

  private static final Pattern WITH_NUMBER = Pattern.compile("(TRADES|EMMA) (\\d+(?:\\.\\d+)?)");

  private Losses() {}

  /**
   * Finds a loss by name.
   *
   * @param name "plain", "fixed margin", "LMT", "EMMA", "GloRo", with its lambda, for example
   *     "TRADES 2", or with another floor, for example "EMMA 0.1"
   * @return the loss
   * @throws IllegalArgumentException if the name is unknown
   */
  public static Loss create(String name) {
    Matcher numbered = WITH_NUMBER.matcher(name);
    if (numbered.matches()) {
      double number = Double.parseDouble(numbered.group(2));
      return numbered.group(1).equals("EMMA") ? new Emma(number) : new Trades(number);
    }
    return switch (name) {
      case "plain" -> new CrossEntropy();
      case "fixed margin" -> new FixedMargin();
      case "LMT" -> new Lmt();
      case "EMMA" -> new Emma();
      case "GloRo" -> Trades.gloro();
      default ->
          throw new IllegalArgumentException(
              "There is no loss \""
                  + name
                  + "\"; use plain, fixed margin, LMT, EMMA, GloRo, TRADES <lambda> or EMMA <floor>.");
    };
  }
}
