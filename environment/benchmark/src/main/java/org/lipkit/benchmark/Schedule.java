package org.lipkit.benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.lipkit.cost.Measurement.Work;

/**
 * What a network's process does in which order: rounds, each of which does every task once, the
 * first of them to warm up; at the end, once, the tasks that take too long for that.
 *
 * @param warmUp the tasks that are not measured
 * @param measured those that are, whole rounds first
 */
record Schedule(List<Task> warmUp, List<Task> measured) {

  /**
   * A piece of work in one precision.
   *
   * @param work what is done
   * @param mixed whether activations are in bfloat16
   */
  record Task(Work work, boolean mixed) {}

  /**
   * The schedule of a network.
   *
   * @param network the network
   * @param quick whether this is only a check that the benchmark works
   * @param bfloat16 whether training is timed in mixed precision too
   */
  static Schedule of(Network network, boolean quick, boolean bfloat16) {
    List<Task> round = new ArrayList<>();
    List<Task> once = new ArrayList<>();
    for (boolean mixed : precisions(bfloat16)) {
      for (Work work : Work.values()) {
        if (network.has(work) && (!mixed || work.isTraining())) {
          (work.isLong() ? once : round).add(new Task(work, mixed));
        }
      }
    }
    List<Task> measured = new ArrayList<>();
    Collections.nCopies(network.rounds(quick), round).forEach(measured::addAll);
    measured.addAll(once);
    return new Schedule(round, measured);
  }

  /** What {@link Task#mixed} may be. */
  static List<Boolean> precisions(boolean bfloat16) {
    return bfloat16 ? List.of(false, true) : List.of(false);
  }

  Stream<Task> all() {
    return Stream.concat(warmUp.stream(), measured.stream());
  }
}
