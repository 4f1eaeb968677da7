package org.lipkit.loss;

/** Losses by the names that the papers and the run records use. */
public final class Losses {

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
    if (name.startsWith("TRADES ")) {
      return new Trades(Double.parseDouble(name.substring("TRADES ".length())));
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
