package org.lipkit.experiment;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.lipkit.data.Range;

/**
 * A range of the samples of a run, worked on in whatever program has the run's folder and data. A
 * program opens the run once for all tasks that follow each other.
 *
 * @param folder the run's folder
 * @param sha256 the hash of the weights that are meant
 * @param work what to do
 * @param range which samples
 */
record RangeTask<R>(String folder, String sha256, SampleWork<R> work, Range range)
    implements Workers.Task<Workers.Divided<R>> {

  private static OpenRun opened;

  static <R> RangeTask<R> of(Run run, SampleWork<R> work, Range range) {
    String folder = run.folder().toAbsolutePath().toString();
    return new RangeTask<>(folder, run.record().network().weightsSha256(), work, range);
  }

  @Override
  public Workers.Divided<R> run() {
    synchronized (RangeTask.class) {
      OpenRun open = open();
      List<R> found = List.copyOf(work.of(open, range, done -> {}));
      if (found.size() < range.size()) {
        throw new CancellationException(
            "The work on samples " + range.from() + " to " + range.to() + " was interrupted.");
      }
      return new Workers.Divided<>(found, List.of(open.provenance()));
    }
  }

  private OpenRun open() {
    if (opened != null && !isOf(opened.run())) {
      opened.close();
      opened = null;
    }
    if (opened == null) {
      Run run = Run.load(Path.of(folder));
      if (!isOf(run)) {
        throw new IllegalStateException(
            folder
                + " holds other weights here than where the work was divided; share the folder.");
      }
      opened = new OpenRun(run);
    }
    return opened;
  }

  private boolean isOf(Run run) {
    return run.folder().toString().equals(folder)
        && run.record().network().weightsSha256().equals(sha256);
  }
}
