package org.lipkit.experiment;

import java.util.Arrays;
import java.util.Locale;

/** How large a run is. */
public enum RunScale {
  /** Seconds: shows that everything works. */
  SMOKE,
  /** Minutes to an hour on two processor cores: the recorded results. */
  LAPTOP,
  /** The published configuration. */
  PAPER;

  /**
   * Finds a run scale by its lower-case name.
   *
   * @param name smoke, laptop or paper
   * @return the run scale
   * @throws IllegalArgumentException if there is no such run scale
   */
  public static RunScale of(String name) {
    return Arrays.stream(values())
        .filter(scale -> scale.id().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no run scale \"" + name + "\"; use smoke, laptop or paper."));
  }

  /**
   * The lower-case name.
   *
   * @return smoke, laptop or paper
   */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
