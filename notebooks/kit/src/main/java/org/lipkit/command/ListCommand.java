package org.lipkit.command;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lipkit.catalogue.Catalogue;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Results;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunScale;
import org.lipkit.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the experiments of the {@link Catalogue}. */
@Command(
    name = "list",
    description = {
      "Lists the experiments that can be trained.",
      "One row per experiment, as it is at one scale. The last column names the scales at which a run",
      "is recorded."
    },
    footer = {"  environment/lipkit list", "  environment/lipkit list --scale paper"})
final class ListCommand implements Runnable {

  @Option(
      names = "--scale",
      paramLabel = "SCALE",
      defaultValue = "laptop",
      description = "smoke, laptop (default) or paper")
  private RunScale scale;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    TextTable table = new TextTable("experiment", "data", "model", "method", "radius", "recorded");
    for (String name : Catalogue.names()) {
      Experiment experiment = Catalogue.get(name, scale);
      table.add(
          name,
          experiment.data(),
          experiment.model(),
          experiment.method(),
          Text.of("%.4g", experiment.radius()),
          recorded(name));
    }
    table.print(spec.commandLine().getOut());
  }

  private static String recorded(String name) {
    List<RunScale> scales = List.of(RunScale.LAPTOP, RunScale.PAPER);
    Stream<RunScale> recorded =
        scales.stream().filter(scale -> Run.exists(Results.folder(name, scale, false)));
    return recorded.map(RunScale::id).collect(Collectors.joining(", "));
  }
}
