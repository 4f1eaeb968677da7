package org.lipkit.notebook;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lipkit.certify.Smoothing;
import org.lipkit.experiment.AttackedRun;
import org.lipkit.experiment.Catalogue;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.MeasuredCost;
import org.lipkit.experiment.Results;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunAttacker;
import org.lipkit.experiment.Runner;
import org.lipkit.experiment.Scale;
import org.lipkit.experiment.SmoothedRun;

/**
 * How a notebook gets its runs: the recorded one is loaded, a missing one is trained while a
 * progress bar shows. Two environment variables decide: {@code LIPKIT_SCALE} (smoke, laptop or
 * paper; laptop if unset), and {@code LIPKIT_AGAIN=1}, which runs anew what is recorded.
 */
public final class Lab {

  private static final int FEW = 6;

  private Lab() {}

  /**
   * The scale that this notebook runs at.
   *
   * @return from {@code LIPKIT_SCALE}
   */
  public static Scale scale() {
    String name = System.getenv("LIPKIT_SCALE");
    return name == null || name.isBlank() ? Scale.LAPTOP : Scale.of(name);
  }

  /**
   * Loads or makes one run of the {@link Catalogue} at this notebook's scale. Interrupting the cell
   * keeps what was trained; running it again goes on there.
   *
   * @param name the experiment
   * @return the finished run
   */
  public static Run run(String name) {
    Experiment experiment = Catalogue.get(name, scale());
    Path folder = Results.folder(experiment, again());
    try (NotebookProgress progress = new NotebookProgress(name)) {
      return Runner.run(experiment, folder, progress);
    }
  }

  /**
   * Loads those of several long runs that are recorded, and says how to make the others; at smoke
   * scale the first is made and stands for all.
   *
   * @param names the experiments
   * @return the recorded runs in that order
   */
  public static List<Run> recorded(String... names) {
    if (scale() == Scale.SMOKE) {
      return runs(names[0]);
    }
    List<Run> runs = new ArrayList<>();
    for (String name : names) {
      Experiment experiment = Catalogue.get(name, scale());
      if (Run.exists(Results.folder(experiment, false))) {
        runs.add(run(name));
      } else {
        System.out.printf(
            "Not recorded: environment/java org.lipkit.experiment.RunCommand %s --scale=%s%n",
            name, scale().id());
      }
    }
    return runs;
  }

  /**
   * Loads or makes the attacks against a run.
   *
   * @param run a finished run with its weights
   * @return the run and what the attacks found
   */
  public static AttackedRun attacked(Run run) {
    try (NotebookProgress progress = new NotebookProgress(run.experiment().name())) {
      return RunAttacker.attack(run.folder(), progress);
    }
  }

  /**
   * Loads or makes several runs.
   *
   * @param names the experiments
   * @return the finished runs in that order
   */
  public static List<Run> runs(String... names) {
    return List.of(names).stream().map(Lab::run).toList();
  }

  /**
   * Loads or makes the runs of a family of the {@link Catalogue}; at smoke scale only the first
   * few.
   *
   * @param start how their names begin, for example {@code losses-cifar10-}
   * @return the finished runs, some of which may have diverged
   */
  public static List<Run> family(String start) {
    List<String> names = Catalogue.family(start);
    int count = scale() == Scale.SMOKE ? Math.min(FEW, names.size()) : names.size();
    return names.subList(0, count).stream().map(Lab::run).toList();
  }

  /**
   * Loads or makes the randomized smoothing of a run's model.
   *
   * @param run the run
   * @param settings the noise and the numbers of draws
   * @param images how many test images
   * @return the record
   */
  public static SmoothedRun smoothed(Run run, Smoothing settings, int images) {
    try (NotebookProgress progress = new NotebookProgress("smoothing")) {
      return SmoothedRun.of(run, settings, images, done -> progress.certified(done, images));
    }
  }

  /**
   * Loads or makes the measurement of what the ImageNet network costs on a machine: LiResNet L12
   * W588, or a tiny one at smoke scale. Making it takes minutes and several GB of memory.
   *
   * @return the measurement
   */
  public static MeasuredCost cost() {
    Scale scale = scale();
    String model = scale == Scale.SMOKE ? "LiResNet L1 W48 D16" : "LiResNet L12 W588";
    Path folder = Results.folder("imagenet-cost", scale, again());
    return MeasuredCost.of(model, folder, System.out::println);
  }

  private static boolean again() {
    return "1".equals(System.getenv("LIPKIT_AGAIN"));
  }
}
