package org.lipkit.view;

import org.lipkit.draw.Hue;
import org.lipkit.experiment.Run;

/** The colour of each way to train, the same in all pictures of runs. */
final class Hues {

  private Hues() {}

  /** Returns the colour of how a run was trained, or null where that has none. */
  static Hue of(Run run) {
    return of(run.experiment().method());
  }

  static Hue of(String method) {
    return switch (method.replaceAll(" [0-9].*", "")) {
      case "TRADES", "TRADES-CE" -> Hue.PINK;
      case "EMMA" -> Hue.BLUE;
      case "LMT" -> Hue.SKY;
      case "GloRo" -> Hue.BROWN;
      case "fixed margin" -> Hue.YELLOW;
      case "LA" -> Hue.PURPLE;
      case "plain" -> Hue.GREY;
      case "plain, weight decay" -> Hue.OLIVE;
      case "plain, Parseval" -> Hue.NAVY;
      case "plain, spectral norm" -> Hue.TAN;
      case "plain, adversarial, radius" -> Hue.CRIMSON;
      default -> null;
    };
  }
}
