package org.lipkit.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lipkit.catalogue.Catalogue;
import org.lipkit.experiment.Cluster;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Results;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.Runner;
import org.lipkit.experiment.Training;
import org.lipkit.experiment.Workers;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Runs many experiments on a cluster. */
@Command(
    name = "train",
    description = {
      "Trains and certifies experiments at the same time and writes their records.",
      "Prints one line for each that is finished, and a table at the end. A recorded run is only",
      "shown; a run that was cut off goes on where it stopped."
    },
    footer = {
      "  environment/lipkit cluster --master spark://host:7077 train mnist-2c2f-emma mnist-2c2f-lmt",
      "  environment/lipkit cluster --master spark://host:7077 train --family losses-cifar10-"
    })
final class ClusterTrainCommand implements Callable<Integer> {

  /** Which experiments. */
  private static final class Choice {

    @Parameters(
        arity = "1..*",
        paramLabel = "NAME",
        description = "the experiments; \"environment/lipkit list\" shows all names")
    private List<String> names;

    @Option(
        names = "--family",
        paramLabel = "START",
        description = "all experiments whose names begin so")
    private String family;

    List<String> names() {
      return family == null ? names : Catalogue.family(family);
    }
  }

  @ArgGroup(multiplicity = "1")
  private Choice choice;

  @Mixin private RunOptions options;

  @Option(
      names = "--made-up",
      description = "train on drawn pictures that stand in for the data's files, in build/results")
  private boolean madeUp;

  @ParentCommand private ClusterCommand parent;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<Training> tasks = choice.names().stream().distinct().map(this::task).toList();
    PrintWriter out = spec.commandLine().getOut();
    Report report = new Report(tasks);
    long started = System.nanoTime();
    try (Cluster cluster = parent.join()) {
      try {
        cluster.run(tasks, report);
      } finally {
        ResultsCommand.table(finished(tasks)).print(out);
      }
    }
    out.printf(
        Locale.ROOT,
        "%d of %d experiments in %.0f s%n",
        tasks.size() - report.failed,
        tasks.size(),
        (System.nanoTime() - started) / 1e9);
    return report.failed == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private Training task(String name) {
    Experiment experiment = Catalogue.get(name, options.scale());
    Path folder = madeUp ? Results.folder(experiment, true) : options.folder(name);
    return new Training(experiment, folder.toAbsolutePath().toString(), madeUp);
  }

  private static List<Run> finished(List<Training> tasks) {
    return tasks.stream()
        .map(task -> Path.of(task.folder()))
        .filter(Runner::isFinished)
        .map(Run::load)
        .toList();
  }

  /** One line for each experiment, as soon as it is finished. */
  private final class Report implements Workers.Outcomes<Boolean> {

    private final List<Training> tasks;
    private int finished;
    private int failed;

    Report(List<Training> tasks) {
      this.tasks = tasks;
    }

    @Override
    public void done(int n, Boolean complete) {
      print(spec.commandLine().getOut(), n, complete ? "done" : "diverged");
    }

    @Override
    public void failed(int n, String sentence) {
      failed++;
      print(spec.commandLine().getErr(), n, "failed: " + sentence);
    }

    private void print(PrintWriter out, int n, String what) {
      finished++;
      out.printf(
          Locale.ROOT,
          "%d of %d: %s %s%n",
          finished,
          tasks.size(),
          tasks.get(n).experiment().name(),
          what);
      out.flush();
    }
  }
}
