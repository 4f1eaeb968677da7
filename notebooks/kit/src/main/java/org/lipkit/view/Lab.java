package org.lipkit.view;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lipkit.attack.Attack;
import org.lipkit.catalogue.Catalogue;
import org.lipkit.cost.MeasuredCost;
import org.lipkit.experiment.AttackedRun;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Results;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunAttacker;
import org.lipkit.experiment.RunScale;
import org.lipkit.experiment.Runner;
import org.lipkit.experiment.SmoothedRun;
import org.lipkit.smoothing.Smoothing;

/**
 * How a notebook gets its runs: a recorded run is loaded, a missing one is trained below a progress
 * bar. Two environment variables decide: {@code LIPKIT_SCALE} (smoke, laptop or paper; laptop if
 * unset) is the run scale, and {@code LIPKIT_AGAIN=1} repeats runs that are recorded.
 */
public final class Lab {

  private static final int FEW = 3;

  private Lab() {}

  /**
   * The run scale of this notebook.
   *
   * @return from {@code LIPKIT_SCALE}
   */
  public static RunScale scale() {
    String name = System.getenv("LIPKIT_SCALE");
    return name == null || name.isBlank() ? RunScale.LAPTOP : RunScale.of(name);
  }

  /**
   * Loads or makes one run of the {@link Catalogue} at this notebook's scale. Interrupting the cell
   * keeps what was trained; running it again goes on there.
   *
   * @param name the experiment
   * @return the finished run
   */
  public static Run run(String name) {
    return run(Catalogue.get(name, scale()));
  }

  /**
   * Loads or makes the run of any experiment, such as one that the catalogue does not have.
   *
   * @param experiment the experiment
   * @return the finished run
   */
  public static Run run(Experiment experiment) {
    return run(experiment, again());
  }

  static Run run(Experiment experiment, boolean again) {
    Path folder = Results.folder(experiment, again);
    boolean recorded = Runner.isFinished(folder);
    Run run = run(experiment, folder);
    if (again && recorded) {
      System.out.println(run.recordedRemark());
    }
    return run;
  }

  private static Run run(Experiment experiment, Path folder) {
    try (NotebookProgress progress = new NotebookProgress(experiment.name())) {
      try {
        return Runner.run(experiment, folder, progress);
      } catch (CancellationException e) {
        // A kernel that was interrupted does not wait for this: nobody sees what is thrown.
        progress.say("interrupted; what was done is kept, and the cell goes on there.");
        throw e;
      }
    }
  }

  /**
   * Loads those of several long runs that are recorded, and prints how to make the others. At smoke
   * scale only the first one is made.
   *
   * @param names the experiments
   * @return the recorded runs in that order
   */
  public static List<Run> recorded(String... names) {
    return scale() == RunScale.SMOKE ? runs(names[0]) : recorded(List.of(names), scale());
  }

  /**
   * Loads those of several runs that are recorded at the papers' scale, at any scale of this
   * notebook, and prints how to make the others.
   *
   * @param names the experiments
   * @return the recorded runs in that order, perhaps none
   */
  public static List<Run> atPaperScale(String... names) {
    return recorded(List.of(names), RunScale.PAPER);
  }

  private static List<Run> recorded(List<String> names, RunScale scale) {
    List<String> recorded = new ArrayList<>(names);
    recorded.removeIf(name -> !Run.exists(Results.folder(Catalogue.get(name, scale), again())));
    if (recorded.size() < names.size()) {
      System.out.println(
          names.stream()
              .filter(name -> !recorded.contains(name))
              .collect(
                  Collectors.joining(
                      ", ",
                      "Not recorded: ",
                      ". environment/lipkit train NAME --scale=" + scale.id())));
    }
    return recorded.stream().map(name -> run(Catalogue.get(name, scale))).toList();
  }

  /**
   * Loads or makes the attacks against a run, and runs other attacks on the same samples.
   *
   * @param run a finished run with its weights
   * @param others your attacks; what they find is not recorded
   * @return the run and what all attacks found
   */
  public static AttackedRun attacked(Run run, Attack... others) {
    try (NotebookProgress progress = new NotebookProgress(run.experiment().name())) {
      AttackedRun attacked = RunAttacker.attack(run, progress);
      for (Attack attack : others) {
        attacked = RunAttacker.with(attacked, attack, progress);
      }
      return attacked;
    }
  }

  /**
   * Loads or makes several runs.
   *
   * @param names the experiments
   * @return the finished runs in that order
   */
  public static List<Run> runs(String... names) {
    return runs(Stream.of(names));
  }

  private static List<Run> runs(Stream<String> names) {
    return names.map(name -> run(name)).toList();
  }

  /**
   * Runs experiments of the {@link Catalogue} at this notebook's scale on an Apache Spark cluster,
   * as {@code environment/lipkit cluster train} does, and loads them. Spark runs in a program of
   * its own. Interrupting the cell stops it; what was trained is kept.
   *
   * @param master the cluster's address, {@code spark://host:port}, or {@code local[*]}
   * @param names the experiments
   * @return the finished runs in that order
   * @throws IllegalStateException if an experiment failed; what is printed says why
   * @throws CancellationException if the cell is interrupted
   */
  public static List<Run> onCluster(String master, String... names) {
    List<String> command = new ArrayList<>();
    command.add(Results.root().resolve("environment/lipkit").toString());
    command.addAll(List.of("cluster", "--master", master, "train", "--scale", scale().id()));
    if (again()) {
      command.add("--again");
    }
    command.addAll(List.of(names));
    if (OtherProgram.run(command, System.out::println) != 0) {
      throw new IllegalStateException(
          "Not every experiment ended well on " + master + "; the lines above say why.");
    }
    return runs(names);
  }

  /**
   * The runs of a family of the {@link Catalogue}. At smoke scale the first few are made. At the
   * other scales those that are recorded are loaded, and the others' names are printed; with none
   * recorded, or with {@code LIPKIT_AGAIN=1}, all are made.
   *
   * @param start how their names begin, for example {@code losses-cifar10-}
   * @return the finished runs, some of which may have diverged
   */
  public static List<Run> family(String start) {
    List<String> names = Catalogue.family(start);
    if (scale() == RunScale.SMOKE) {
      return runs(names.stream().limit(FEW));
    }
    List<Run> recorded = again() ? List.of() : recorded(names, scale());
    return recorded.isEmpty() ? runs(names.stream()) : recorded;
  }

  /**
   * Loads or makes the randomized smoothing of a run's model.
   *
   * @param run a finished run with weights
   * @param settings the noise and the numbers of draws
   * @param images how many test images
   * @return what smoothing gives on these images
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
    RunScale scale = scale();
    String model = scale == RunScale.SMOKE ? "LiResNet L1 W12 D16" : "LiResNet L12 W588";
    Path folder = Results.folder("imagenet-cost", scale, again());
    return MeasuredCost.of(model, folder, System.out::println);
  }

  private static boolean again() {
    return again(System.getenv("LIPKIT_AGAIN"));
  }

  static boolean again(String value) {
    return switch (value == null ? "" : value.strip().toLowerCase(Locale.ROOT)) {
      case "1", "true", "yes" -> true;
      case "", "0", "false", "no" -> false;
      default ->
          throw new IllegalArgumentException(
              "LIPKIT_AGAIN is set to \""
                  + value
                  + "\"; set it to 1 to repeat recorded runs, or unset it to load them.");
    };
  }
}
