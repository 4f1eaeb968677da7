package org.lipkit.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lipkit.data.Datasets;
import org.lipkit.experiment.NetworkInputs;
import org.lipkit.layer.Classifier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of a command that certifies the network in a file. */
final class NetworkOptions {

  /** The names of the options, to tell them from those of a run. */
  static final List<String> NAMES = List.of("--radius", "--data", "--images", "--json");

  @Option(
      names = "--radius",
      paramLabel = "EPS",
      defaultValue = "0.3",
      description = "with FILE: the radius for accuracy, in pixels of [0, 1] (default: 0.3)")
  private double radius;

  @Option(
      names = "--data",
      paramLabel = "SET",
      description = "with FILE: certify test images of a data set, such as mnist or cifar-10")
  private String data;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "100",
      description = "with --data: how many test images, evenly spaced (default: 100)")
  private int images;

  @Option(
      names = "--json",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "FILE.json",
      description =
          "with FILE: print the report as JSON, or write it to a file whose name ends in .json")
  private String json;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  double radius() {
    if (!(radius >= 0 && radius < Double.POSITIVE_INFINITY)) {
      throw wrong("--radius is a number of pixels of [0, 1] that is at least 0, not " + radius);
    }
    return radius;
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(command.commandLine(), sentence);
  }

  List<NetworkInputs> inputs(Classifier network, List<Path> pictures) {
    List<NetworkInputs> inputs = new ArrayList<>();
    if (!pictures.isEmpty()) {
      inputs.add(NetworkInputs.pictures(network, pictures));
    }
    if (data != null) {
      inputs.add(NetworkInputs.testImages(network, Datasets.load(data), images));
    }
    return inputs;
  }

  /** Whether the report is printed as JSON in place of text. */
  boolean printsJson() {
    return "".equals(json);
  }

  /** Where the report is written as JSON, or null; refuses what is perhaps a picture. */
  Path jsonFile() {
    if (json == null || json.isEmpty()) {
      return null;
    }
    if (!json.endsWith(".json")) {
      throw wrong(
          "--json writes to a file whose name ends in .json, not to \""
              + json
              + "\"; name pictures before --json");
    }
    return Path.of(json);
  }
}
