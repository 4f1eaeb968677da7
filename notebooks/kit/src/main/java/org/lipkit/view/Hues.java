package org.lipkit.view;

import org.lipkit.draw.Hue;
import org.lipkit.experiment.Run;

/** The colour of each loss, the same in all pictures of runs. */
final class Hues {

  private Hues() {}

  /** Returns the colour of a run's loss, or null where the run differs in more than its loss. */
  static Hue of(Run run) {
    return of(run.experiment().method());
  }

  static Hue of(String method) {
    if (method.startsWith("TRADES")) {
      return Hue.PINK;
    }
    return switch (method) {
      case "EMMA" -> Hue.BLUE;
      case "LMT" -> Hue.SKY;
      case "GloRo" -> Hue.BROWN;
      case "fixed margin" -> Hue.YELLOW;
      case "plain" -> Hue.GREY;
      default -> null;
    };
  }
}
