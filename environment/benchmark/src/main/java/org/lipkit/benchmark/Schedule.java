package org.lipkit.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.lipkit.cost.Measurement;
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
  record Task(Work work, boolean mixed) {

    /** {@return the precision as the records name it} */
    String precision() {
      return mixed ? Measurement.MIXED : Measurement.FLOAT32;
    }
  }

  /**
   * The schedule of a network.
   *
   * @param network the network
   * @param quick whether this is only a check that the benchmark works
   * @param bfloat16 whether training is timed in mixed precision too
   */
  static Schedule of(Network network, boolean quick, boolean bfloat16) {
    List<Task> all =
        tasks(Arrays.stream(Work.values()).filter(network::has).toList(), bfloat16).toList();
    List<Task> round = all.stream().filter(task -> !task.work().isLong()).toList();
    List<Task> measured = new ArrayList<>();
    Collections.nCopies(network.rounds(quick), round).forEach(measured::addAll);
    all.stream().filter(task -> task.work().isLong()).forEach(measured::add);
    return new Schedule(round, measured);
  }

  /**
   * Work in float32, then that of it which is training in mixed precision.
   *
   * @param works what is done
   * @param bfloat16 whether there is mixed precision
   */
  static Stream<Task> tasks(List<Work> works, boolean bfloat16) {
    Stream<Task> mixed =
        works.stream()
            .filter(work -> bfloat16 && work.isTraining())
            .map(work -> new Task(work, true));
    return Stream.concat(works.stream().map(work -> new Task(work, false)), mixed);
  }

  Stream<Task> all() {
    return Stream.concat(warmUp.stream(), measured.stream());
  }
}
