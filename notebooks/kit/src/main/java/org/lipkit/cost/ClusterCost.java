package org.lipkit.cost;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.lipkit.catalogue.Catalogue;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunScale;
import org.lipkit.experiment.Workers;

/**
 * The time that divided work takes on several machines, extrapolated from what it took on one. The
 * machines are like that one; what passes between them takes no time, as it is little: names,
 * numbers and, from a shared folder, weights and images.
 *
 * @param work what is done
 * @param before seconds of what one machine does first, alone
 * @param tasks seconds of each task; a task stays on one machine
 */
public record ClusterCost(String work, double before, List<Double> tasks) {

  /**
   * The certificates of many images: first the norms are proved, then the images are divided into
   * {@link Workers#PARTS} equal parts.
   *
   * @param work what the table calls it
   * @param cost the measurement, in seconds of one core, all of whose machine's cores are counted
   *     on
   * @param images how many
   * @return the cost
   */
  public static ClusterCost certifying(String work, MeasuredCost cost, int images) {
    int cores = Integer.parseInt(cost.environment().get("cores"));
    double part = images * cost.certifiedImage() / cores / Workers.PARTS;
    return new ClusterCost(
        work, cost.proofSeconds() / cores, Collections.nCopies(Workers.PARTS, part));
  }

  /**
   * A grid of experiments as it is recorded: each is one task of training, evaluation and
   * certification.
   *
   * @param work what the table calls it
   * @param runs the recorded runs
   * @return the cost
   */
  public static ClusterCost grid(String work, List<Run> runs) {
    return new ClusterCost(work, 0, runs.stream().map(ClusterCost::seconds).toList());
  }

  /**
   * The same grid at paper scale: the time of each run times the quotient of the multiply-adds of
   * both trainings ({@link Operations#ofTraining(Run)}). What is not training is left out.
   *
   * @param work what the table calls it
   * @param runs recorded runs of the {@link Catalogue}
   * @return the cost of those whose number of training images is known
   */
  public static ClusterCost gridAtPaperScale(String work, List<Run> runs) {
    Map<String, Long> perImage = new HashMap<>();
    return new ClusterCost(
        work,
        0,
        runs.stream()
            .flatMapToDouble(
                run -> {
                  Experiment paper = Catalogue.get(run.experiment().name(), RunScale.PAPER);
                  long operations =
                      perImage.computeIfAbsent(
                          paper.model() + " on " + paper.data(),
                          unused -> Operations.perImage(paper));
                  double seconds = run.record().outcome().trainingSeconds();
                  return Operations.ofTraining(paper, operations).stream()
                      .map(product -> seconds * product / Operations.ofTraining(run));
                })
            .boxed()
            .toList());
  }

  private static double seconds(Run run) {
    double training =
        run.record().outcome().trainingSeconds() + run.record().outcome().evaluationSeconds();
    return run.record().certification() == null
        ? training
        : training + run.record().certification().seconds();
  }

  /**
   * The time on some machines, each of which takes the next task of the list when it has none.
   *
   * @param machines how many, at least 1
   * @return seconds until the last task is finished
   */
  public double seconds(int machines) {
    if (machines < 1) {
      throw new IllegalArgumentException("Work needs at least one machine, not " + machines + ".");
    }
    PriorityQueue<Double> free = new PriorityQueue<>(Collections.nCopies(machines, before));
    double last = before;
    for (double task : tasks) {
      double finished = free.remove() + task;
      free.add(finished);
      last = Math.max(last, finished);
    }
    return last;
  }
}
