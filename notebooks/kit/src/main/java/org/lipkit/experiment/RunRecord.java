package org.lipkit.experiment;

import java.util.List;
import java.util.Objects;
import org.lipkit.bound.Bound;

/**
 * The contents of {@code run.json}: what was run, on what, and how it ended.
 *
 * @param experiment what was asked for
 * @param data the images that it was made on
 * @param outcome how it ended
 * @param network what was trained
 * @param provenance the code and the machine that finished the run; the environment has also the
 *     precision that was really trained in ("precision")
 * @param earlier the parts before that were done by other code, with other threads or on another
 *     machine, in order; null in records that are older than this list
 * @param certification what was proved of the float32 program, or null if that was not tried
 */
public record RunRecord(
    Experiment experiment,
    DataOrigin data,
    Outcome outcome,
    Network network,
    Provenance provenance,
    List<Part> earlier,
    Certification certification) {

  /**
   * Checks that nothing is missing.
   *
   * @param experiment what was asked for
   * @param data the images that it was made on
   * @param outcome how it ended
   * @param network what was trained
   * @param provenance the code and the machine that finished the run
   * @param earlier the parts before, or null
   * @param certification what was proved, or null
   */
  public RunRecord {
    Objects.requireNonNull(experiment, "experiment");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(provenance, "provenance");
  }

  /**
   * How a run ended.
   *
   * @param status whether it was trained to the end
   * @param failure why it ended early, or null
   * @param finished when it ended, in UTC
   * @param epochs how many epochs were finished: the rows of {@code history.csv}
   * @param trainingSeconds time in training steps
   * @param evaluationSeconds time of the final evaluation, bounds included
   */
  public record Outcome(
      Status status,
      String failure,
      String finished,
      int epochs,
      double trainingSeconds,
      double evaluationSeconds) {

    /**
     * Checks that nothing is missing.
     *
     * @param status whether it was trained to the end
     * @param failure why it ended early, or null
     * @param finished when it ended, in UTC
     * @param epochs how many epochs were finished
     * @param trainingSeconds time in training steps
     * @param evaluationSeconds time of the final evaluation, bounds included
     */
    public Outcome {
      Objects.requireNonNull(status, "status");
      Objects.requireNonNull(finished, "finished");
    }
  }

  /**
   * A part of a run that was done with other threads, on another machine or by other code than the
   * next.
   *
   * @param epochs how many epochs were finished when it was cut off
   * @param provenance the code and the machine
   */
  public record Part(int epochs, Provenance provenance) {}

  /**
   * What was trained.
   *
   * @param parameters trained numbers of the network
   * @param multiplyAdds of one image's forward pass
   * @param lipschitz the estimate of the constant common to all margin constants at the end, or
   *     null if training diverged
   * @param weightsSha256 the hash of the frozen weights, or null where the run diverged
   */
  public record Network(
      long parameters, long multiplyAdds, Bound lipschitz, String weightsSha256) {}

  /** How a run ended. */
  public enum Status {
    /** Trained to the end and evaluated. */
    COMPLETE,
    /** The loss stopped being finite. */
    DIVERGED
  }

  RunRecord withExperiment(Experiment same) {
    return new RunRecord(same, data, outcome, network, provenance, earlier, certification);
  }

  RunRecord withCertification(Certification found) {
    return new RunRecord(experiment, data, outcome, network, provenance, earlier, found);
  }
}
