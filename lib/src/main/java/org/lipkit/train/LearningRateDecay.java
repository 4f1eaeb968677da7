package org.lipkit.train;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** How the learning rate falls once it has warmed up, as a share of the largest one. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "shape")
@JsonSubTypes({
  @JsonSubTypes.Type(value = LearningRateDecay.Cosine.class, name = "cosine"),
  @JsonSubTypes.Type(value = LearningRateDecay.Steps.class, name = "steps"),
  @JsonSubTypes.Type(value = LearningRateDecay.AfterHalf.class, name = "after half")
})
public sealed interface LearningRateDecay {

  /**
   * The share at a time.
   *
   * @param epoch the time in epochs since the start of training, fractions included
   * @param start when the warm-up ended
   * @param end when training ends, at least {@code start}
   * @return the share of the largest learning rate, in [0, 1]
   */
  double at(double epoch, double start, double end);

  /**
   * A cosine from the warm-up's end to the end of training (Hu et al. 2023, appendix).
   *
   * @param last the share at the end, in [0, 1]
   */
  record Cosine(double last) implements LearningRateDecay {

    /** Checks the number. */
    public Cosine {
      requireShare(last >= 0 && last <= 1, "cosine", last);
    }

    @Override
    public double at(double epoch, double start, double end) {
      double share = Math.min(1, (epoch - start) / Math.max(end - start, 1e-9));
      return last + (1 - last) * (1 + Math.cos(Math.PI * share)) / 2;
    }
  }

  /**
   * A drop at each of some epochs (Tsuzuku et al. 2018: by 0.1 at epochs 80 and 120 of 160).
   *
   * @param factor what the learning rate is multiplied with each time, in (0, 1]
   * @param epochs when, in epochs since the start
   */
  record Steps(double factor, List<Double> epochs) implements LearningRateDecay {

    /** Checks the factor. */
    public Steps {
      requireShare(factor > 0 && factor <= 1, "stepwise", factor);
      epochs = List.copyOf(epochs);
    }

    @Override
    public double at(double epoch, double start, double end) {
      return Math.pow(factor, epochs.stream().filter(drop -> drop <= epoch).count());
    }
  }

  /**
   * Constant for the first half of training, then falling by an even factor to its end (Leino et
   * al. 2021, "decay after half" in their code).
   *
   * @param last the share at the end, in (0, 1]
   */
  record AfterHalf(double last) implements LearningRateDecay {

    /** Checks the number. */
    public AfterHalf {
      requireShare(last > 0 && last <= 1, "half-time", last);
    }

    @Override
    public double at(double epoch, double start, double end) {
      return Math.pow(last, Math.max(0, Math.min(1, 2 * epoch / end - 1)));
    }
  }

  private static void requireShare(boolean holds, String decay, double share) {
    if (!holds) {
      throw new IllegalArgumentException(
          "A " + decay + " decay of the learning rate cannot go down to the share " + share + ".");
    }
  }
}
