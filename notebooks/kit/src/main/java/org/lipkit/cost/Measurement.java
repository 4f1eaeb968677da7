package org.lipkit.cost;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * One row of {@code speed.csv}: how long a piece of work takes.
 *
 * @param network its name in {@code Models}
 * @param batch images per step or forward pass
 * @param precision {@link #FLOAT32} or {@link #MIXED}
 * @param what what was timed
 * @param times how often it was timed
 * @param millis the mean time in ms
 * @param error half the width of the 99.9 % confidence interval of the mean, in ms; null where it
 *     was timed fewer than three times
 * @param toPlain the time as a multiple of that of {@link Work#plain}, the median of the rounds';
 *     where {@link Work#isLong}, of that work's mean time
 * @param toFloor the time as a multiple of that of {@link Work#floor}, likewise
 * @param peakMebibytes the process's largest resident memory during it, weights, optimizer, Java
 *     heap and what the process keeps of earlier work included; null where it cannot be measured
 */
@JsonPropertyOrder({
  "network",
  "batch",
  "precision",
  "what",
  "times",
  "ms",
  "error_ms",
  "ratio_to_plain",
  "ratio_to_floor",
  "peak_mib"
})
public record Measurement(
    String network,
    int batch,
    String precision,
    Work what,
    int times,
    @JsonProperty("ms") double millis,
    @JsonProperty("error_ms") Double error,
    @JsonProperty("ratio_to_plain") double toPlain,
    @JsonProperty("ratio_to_floor") double toFloor,
    @JsonProperty("peak_mib") Double peakMebibytes) {

  /** Everything in float32. */
  public static final String FLOAT32 = "float32";

  /** Activations and their gradients in bfloat16. */
  public static final String MIXED = "mixed";

  /**
   * What counting products predicts of a certified step, as a multiple of the plain step. A power
   * iteration applies every layer to one image and its adjoint to the result; the bound itself
   * applies it once more and differentiates by the weights; a plain step does both, and the images'
   * gradients, for N images: {@code 1 + (2 t + 2) / (3 N)} plain steps with t iterations.
   *
   * @return the prediction, 1 or more
   */
  public double predictedToPlain() {
    return 1 + (2 * what.iterations() + 2) / (3.0 * batch);
  }

  /** What was timed. */
  public enum Work {
    /**
     * The network's convolutions and matrix products and their gradients, with no activation,
     * bound, loss or optimizer. As in a step, the batch is first copied from Java and laid out for
     * the engine.
     */
    FLOOR_STEP("only products, with gradients"),
    /** Forward, cross entropy, backward, AdamW. */
    PLAIN_STEP("plain training step"),
    /** Forward, bound, EMMA, backward, AdamW. */
    CERTIFIED_STEP_1("certified step, 1 power iteration"),
    /** The same with more iterations. */
    CERTIFIED_STEP_10("certified step, 10 power iterations"),
    /** The convolutions and matrix products of a forward pass. */
    FLOOR_FORWARD("only products, forward"),
    /** A forward pass in evaluation mode. */
    FORWARD("forward pass"),
    /** A forward pass and every image's radius, the bound being known. */
    CERTIFY("forward pass and radii"),
    /** All margin constants as in training, in float32. */
    BOUND_10("bound, 10 power iterations"),
    /** All margin constants by at most 100 power iterations, in float64. */
    BOUND_CONVERGED("bound, converged estimate"),
    /** All margin constants with proved norms. */
    BOUND_SOUND("bound, proved");

    private final String label;

    Work(String label) {
      this.label = label;
    }

    /**
     * What it is in a few words.
     *
     * @return for tables and charts
     */
    public String label() {
      return label;
    }

    /**
     * The power iterations of a certified step.
     *
     * @return their number, 0 for other work
     */
    public int iterations() {
      return this == CERTIFIED_STEP_1 ? 1 : this == CERTIFIED_STEP_10 ? 10 : 0;
    }

    /**
     * Whether it is a training step or its products alone; these are timed in mixed precision too
     * where that is faster.
     *
     * @return true for the first four
     */
    public boolean isTraining() {
      return ordinal() <= CERTIFIED_STEP_10.ordinal();
    }

    /**
     * Whether it takes so long that it is timed only once, by its first call.
     *
     * @return true for the bounds that certificates are computed from
     */
    public boolean isLong() {
      return this == BOUND_CONVERGED || this == BOUND_SOUND;
    }

    private boolean isForward() {
      return this == FLOOR_FORWARD || this == FORWARD || this == CERTIFY;
    }

    /**
     * The work without certificates that it is compared with.
     *
     * @return {@link #FORWARD} for forward passes, otherwise {@link #PLAIN_STEP}
     */
    public Work plain() {
      return isForward() ? FORWARD : PLAIN_STEP;
    }

    /**
     * The products that it is compared with.
     *
     * @return {@link #FLOOR_FORWARD} for forward passes, otherwise {@link #FLOOR_STEP}
     */
    public Work floor() {
      return isForward() ? FLOOR_FORWARD : FLOOR_STEP;
    }
  }
}
