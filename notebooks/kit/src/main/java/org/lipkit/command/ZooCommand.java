package org.lipkit.command;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.List;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.RoundedDown;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.data.Dataset;
import org.lipkit.experiment.Results;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.Zoo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the recorded models, or certifies some test images with one of them. */
@Command(
    name = "zoo",
    description = {
      "Lists the trained models, or certifies some test images with one of them.",
      "One row per model: clean accuracy and verified-robust accuracy (VRA) at the run's radius in",
      "percent, estimated as in the papers and certified."
    },
    footer = {
      "  environment/lipkit zoo",
      "  environment/lipkit zoo mnist-2c2f-fixed-margin --images 20"
    })
final class ZooCommand implements Runnable {

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "a model of the list")
  private String name;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "10",
      description = "how many test images, evenly spaced (default: 10)")
  private int images;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if (name == null) {
      ResultsCommand.table(models()).print(spec.commandLine().getOut());
    } else {
      certify();
    }
  }

  /** The recorded runs that have weights. */
  static List<Run> models() {
    return Results.recorded().stream()
        .filter(run -> Files.exists(run.folder().resolve(Run.WEIGHTS)))
        .toList();
  }

  private void certify() {
    PrintWriter out = spec.commandLine().getOut();
    try (Zoo zoo = Zoo.load(name)) {
      Dataset data = zoo.run().dataset();
      TextTable table = new TextTable("image", "class", "predicted", "proved radius", "");
      for (SoundCertificate proof : zoo.certifier().certify(data.test().evenlySpaced(images))) {
        table.add(row(proof, data));
      }
      out.println(name + " on test images of " + data.title());
      table.print(out);
    }
  }

  private static String[] row(SoundCertificate proof, Dataset data) {
    Certificate certificate = proof.certificate();
    return new String[] {
      String.valueOf(certificate.index()),
      data.classNames().get(certificate.label()),
      certificate.prediction() == Certificate.NONE
          ? "none"
          : data.classNames().get(certificate.prediction()),
      RoundedDown.text(certificate.radius(), 4),
      proof.refusal() == null ? "" : proof.refusal()
    };
  }
}
