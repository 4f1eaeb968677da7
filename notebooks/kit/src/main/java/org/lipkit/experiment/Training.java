package org.lipkit.experiment;

import java.nio.file.Path;
import org.lipkit.train.TrainingListener;

/**
 * The task to run an experiment in a folder that all workers share. It is done as {@link Runner}
 * does it: a task that is begun again goes on from the last epoch of the checkpoint, or finds the
 * finished record, and nobody writes to the folder beside it.
 *
 * @param experiment what to run; of a network, a loss or data of one's own only the name is sent
 * @param folder where its files go
 * @param madeUp whether drawn pictures stand in for the data set's files
 */
public record Training(Experiment experiment, String folder, boolean madeUp)
    implements Workers.Task<Boolean> {

  /** {@return whether the run was trained to the end, and did not diverge} */
  @Override
  public Boolean run() {
    Path path = Path.of(folder);
    Run run =
        madeUp
            ? Runner.runMadeUp(experiment, path, TrainingListener.SILENT)
            : Runner.run(experiment, path, TrainingListener.SILENT);
    return run.isComplete();
  }
}
