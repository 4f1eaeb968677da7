package org.lipkit.loss;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Losses by the names that the papers and the run records use. */
public final class Losses {

  private static final Pattern TRADES = Pattern.compile("TRADES (\\d+(?:\\.\\d+)?)");

  private Losses() {}

  /**
   * Finds a loss by name.
   *
   * @param name "plain", "fixed margin", "LMT", "EMMA", "GloRo" or, with its lambda, for example
   *     "TRADES 2"
   * @return the loss
   * @throws IllegalArgumentException if the name is unknown
   */
  public static Loss create(String name) {
    Matcher trades = TRADES.matcher(name);
    if (trades.matches()) {
      return new Trades(Double.parseDouble(trades.group(1)));
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
                  + "\"; use plain, fixed margin, LMT, EMMA, GloRo or TRADES <lambda>.");
    };
  }
}
