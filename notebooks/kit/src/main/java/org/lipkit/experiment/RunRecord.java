package org.lipkit.experiment;

import java.util.Map;
import org.lipkit.bound.Bound;

/**
 * The contents of {@code run.json}: what was run, on what, and how it ended.
 *
 * @param experiment what was asked for
 * @param status how it ended
 * @param failure why it ended early, or null
 * @param madeUpData whether the images were drawn by the kit
 * @param dataChecksums SHA-256 of the data files, by name
 * @param environment versions and machine: java, engine, operating system, processor, cores, the
 *     variables that set the engine's threads where they are set; and the precision that was really
 *     trained in. Older records lack the last two
 * @param gitCommit the commit of the code that ran, with "+" if the tree had changes, or "unknown"
 * @param finished when it ended, in UTC
 * @param trainingSeconds time in training steps
 * @param evaluationSeconds time of the final certification, bounds included
 * @param parameters trained numbers of the model
 * @param lipschitz the factor common to all margin constants at the end, or null if it diverged
 * @param certification what was proved of the float32 program, or null if that was not tried
 */
public record RunRecord(
    Experiment experiment,
    Status status,
    String failure,
    boolean madeUpData,
    Map<String, String> dataChecksums,
    Map<String, String> environment,
    String gitCommit,
    String finished,
    double trainingSeconds,
    double evaluationSeconds,
    long parameters,
    Bound lipschitz,
    Certification certification) {

  RunRecord withCertification(Certification found) {
    return new RunRecord(
        experiment,
        status,
        failure,
        madeUpData,
        dataChecksums,
        environment,
        gitCommit,
        finished,
        trainingSeconds,
        evaluationSeconds,
        parameters,
        lipschitz,
        found);
  }

  /** How a run ended. */
  public enum Status {
    /** Trained to the end and evaluated. */
    COMPLETE,
    /** The loss stopped being finite. */
    DIVERGED
  }
}
