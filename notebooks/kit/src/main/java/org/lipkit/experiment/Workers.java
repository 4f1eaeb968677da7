package org.lipkit.experiment;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntConsumer;
import org.lipkit.data.Range;

/** Who does divided work: this program alone ({@link #HERE}), or others at the same time. */
public interface Workers {

  /** Work on samples is divided into so many parts at most; a worker does one after another. */
  int PARTS = 100;

  /** This program, one piece of work after another. */
  Workers HERE =
      new Workers() {
        @Override
        public <R> void run(List<? extends Task<R>> tasks, Outcomes<R> results) {
          for (int n = 0; n < tasks.size(); n++) {
            results.done(n, tasks.get(n).run());
          }
        }

        @Override
        public <R> Divided<R> divide(
            OpenRun open, SampleWork<R> work, int samples, int batchSize, IntConsumer done) {
          List<R> found = work.of(open, new Range(0, samples), done);
          return new Divided<>(found, List.of(open.provenance()));
        }
      };

  /**
   * A piece of work that does not depend on others. It may be sent to another program, and there it
   * may be begun again after the program that had it was lost.
   *
   * @param <R> what it gives, which must be serializable
   */
  @FunctionalInterface
  interface Task<R> extends Serializable {

    /** {@return what it gives} */
    R run();
  }

  /**
   * What was found by divided work.
   *
   * @param results one per sample, in order
   * @param provenances where they come from, one for each part of the work
   * @param <R> what is found for one sample
   */
  record Divided<R>(List<R> results, List<Provenance> provenances) implements Serializable {}

  /**
   * Hears what came of tasks, as soon as they are finished, one at a time.
   *
   * @param <R> what a task gives
   */
  @FunctionalInterface
  interface Outcomes<R> {

    /**
     * A task is finished.
     *
     * @param n its place in the list of tasks
     * @param result what it gave
     */
    void done(int n, R result);

    /**
     * A task failed wherever it was tried. Unless this is overridden, the others are dropped.
     *
     * @param n its place in the list of tasks
     * @param sentence why
     * @throws IllegalStateException with the sentence
     */
    default void failed(int n, String sentence) {
      throw new IllegalStateException(sentence);
    }
  }

  /**
   * Does some tasks, each once: one whose worker was lost is begun again by another.
   *
   * @param tasks the tasks
   * @param results is told what came of each
   * @param <R> what a task gives
   * @throws IllegalStateException if the workers are lost
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  <R> void run(List<? extends Task<R>> tasks, Outcomes<R> results);

  /**
   * Does work on the first samples of a run. It is divided where batches begin, so that its results
   * are those of the undivided work.
   *
   * @param open the run
   * @param work the work
   * @param samples how many samples
   * @param batchSize samples per batch of the work
   * @param done told the number of samples finished so far
   * @param <R> what is found for one sample
   * @return one result per sample
   */
  default <R> Divided<R> divide(
      OpenRun open, SampleWork<R> work, int samples, int batchSize, IntConsumer done) {
    List<RangeTask<R>> tasks = new ArrayList<>();
    for (Range range : new Range(0, samples).divide(PARTS, batchSize)) {
      tasks.add(RangeTask.of(open.run(), work, range));
    }
    List<Divided<R>> parts = new ArrayList<>(Collections.nCopies(tasks.size(), null));
    int[] finished = {0};
    run(
        tasks,
        (n, part) -> {
          parts.set(n, part);
          finished[0] += part.results().size();
          done.accept(finished[0]);
        });
    return new Divided<>(
        parts.stream().flatMap(part -> part.results().stream()).toList(),
        parts.stream().flatMap(part -> part.provenances().stream()).toList());
  }
}
