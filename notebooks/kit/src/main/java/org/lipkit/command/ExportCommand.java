package org.lipkit.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lipkit.certify.RoundedUp;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.experiment.Zoo;
import org.lipkit.onnx.Onnx;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the frozen network of a finished run for other programs. */
@Command(
    name = "export",
    description = {
      "Writes the frozen network of a finished run for other programs.",
      "An .onnx file holds the network and, in its metadata, the constants of its certificate; \"check\" derives them anew. A .safetensors or .npz file holds the weights alone."
    },
    footer = {
      "  environment/lipkit export mnist-2c2f-emma network.onnx",
      "  environment/lipkit export notebooks/results/mnist-2c2f-emma/laptop weights.safetensors",
      "  environment/lipkit check network.onnx"
    })
final class ExportCommand implements Callable<Integer> {

  private static final List<String> ENDINGS = List.of(".onnx", ".safetensors", ".npz");

  private static final int DIGITS = 6;

  @Mixin private FinishedRun choice;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "the file to write, which ends in .onnx, .safetensors or .npz")
  private Path file;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    String name = file.toString();
    if (ENDINGS.stream().noneMatch(name::endsWith)) {
      throw new IllegalArgumentException(
          "A network is exported as .onnx, .safetensors or .npz; give "
              + file
              + " one of these endings.");
    }
    try (Zoo zoo = Zoo.load(choice.folder())) {
      SoundCertifier proof = zoo.certifier();
      if (name.endsWith(".onnx")) {
        Onnx.write(file, proof);
      } else {
        zoo.classifier().save(file);
      }
      spec.commandLine()
          .getOut()
          .printf(
              Locale.ROOT,
              "%s: the network of %s, SHA-256 of its weights %s, Lipschitz constant before the last"
                  + " layer at most %s%n",
              file,
              choice.title(),
              zoo.classifier().sha256(),
              RoundedUp.digits(proof.body().value(), DIGITS));
    }
    return 0;
  }
}
