package org.lipkit.train;

import org.lipkit.data.Dataset;

/** Hears how training goes on, in the thread that trains. */
public interface TrainingListener {

  /** Hears nothing. */
  TrainingListener SILENT = new TrainingListener() {};

  /**
   * Another program is at work in the same folder; this one goes on when that ends.
   *
   * @param folder where both write
   */
  default void waiting(String folder) {}

  /**
   * The images are here that a run trains on and is evaluated on.
   *
   * @param data the data set
   */
  default void opened(Dataset data) {}

  /**
   * Training begins, or goes on from a checkpoint.
   *
   * @param epochs how many are behind it
   */
  default void started(int epochs) {}

  /**
   * A step ended.
   *
   * @param done steps done since the very start, earlier sessions included
   * @param total steps there will be
   * @param loss the step's loss
   */
  default void stepEnded(long done, long total, double loss) {}

  /**
   * An epoch ended. Heard once more if this is cut off by a {@link
   * java.util.concurrent.CancellationException}.
   *
   * @param summary what it brought
   */
  default void epochEnded(EpochSummary summary) {}

  /**
   * An evaluation went on.
   *
   * @param done samples certified
   * @param total samples there are
   */
  default void certified(int done, int total) {}

  /**
   * An attack went on.
   *
   * @param attack what it is called
   * @param done samples attacked
   * @param total samples there are
   */
  default void attacked(String attack, int done, int total) {}
}
