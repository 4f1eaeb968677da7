package org.lipkit.command;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.lipkit.certify.Gap;
import org.lipkit.experiment.Certification;
import org.lipkit.experiment.NetworkCertifier;
import org.lipkit.experiment.NetworkInputs;
import org.lipkit.experiment.NetworkReport;
import org.lipkit.experiment.RecordFiles;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunCertifier;
import org.lipkit.io.ArrayFile;
import org.lipkit.onnx.Onnx;
import org.lipkit.text.Given;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Certifies the float32 program of a finished run again, or of a network from a file. */
@Command(
    name = "certify",
    description = {
      "Proves radii for the float32 program of a network; every rounding is counted.",
      "Of a finished run, every test image is certified and the radii are written to its record.",
      "Of an ONNX file, the layers, the network's constants and the radii of pictures and test",
      "images are printed, each estimated and proved."
    },
    footer = {
      "  environment/lipkit certify mnist-2c2f-emma",
      "  environment/lipkit certify build/results/mnist-2c2f-emma/smoke",
      "  environment/lipkit certify model.onnx picture.png --radius 0.3",
      "  environment/lipkit certify model.onnx --data mnist --images 100 --json report.json"
    })
final class CertifyCommand implements Callable<Integer> {

  private static final Pattern NETWORK = Pattern.compile("(?i).*\\.onnx");
  private static final Pattern WEIGHTS =
      Pattern.compile("(?i).*\\.(pth?|bin|ckpt|safetensors|npz)");

  @Parameters(
      index = "0",
      paramLabel = "RUN|FILE",
      description = "an experiment's name, the folder of a run, or an ONNX file")
  private String what;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "PICTURE",
      description = "with FILE: pictures to certify (JPEG, PNG, GIF or BMP)")
  private List<Path> pictures = List.of();

  @Mixin private NetworkOptions network;

  @Mixin private RunOptions run;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (isFile()) {
      Lipkit.refuse(spec, RunOptions.NAMES, "goes with a run, not with a file");
      certify(Path.of(what));
    } else {
      Lipkit.refuse(spec, NetworkOptions.NAMES, "goes with the file of a network, not with a run");
      if (!pictures.isEmpty()) {
        throw wrong("Pictures go with the file of a network, not with a run");
      }
      certifyRun();
    }
    return 0;
  }

  private boolean isFile() {
    return Files.isRegularFile(Path.of(what))
        || NETWORK.matcher(what).matches()
        || WEIGHTS.matcher(what).matches();
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }

  private void certify(Path file) {
    PrintWriter out = spec.commandLine().getOut();
    if (WEIGHTS.matcher(what).matches()) {
      throw weightsAlone(file);
    }
    double radius = network.radius();
    Path json = network.jsonFile();
    Onnx.Imported imported = Onnx.read(file);
    NetworkReport report;
    try (TerminalProgress progress = new TerminalProgress(what, out)) {
      List<NetworkInputs> inputs = network.inputs(imported.classifier(), pictures);
      int images = inputs.stream().mapToInt(some -> some.images().size()).sum();
      report =
          NetworkCertifier.certify(
              file, imported, inputs, radius, done -> progress.certified(done, images));
    } finally {
      imported.classifier().close();
    }
    if (network.printsJson()) {
      out.println(RecordFiles.json(report));
    } else {
      NetworkText.print(report, out);
    }
    if (json != null) {
      RecordFiles.writeJson(json, report);
    }
  }

  /** What to say of a file that holds weights but not what is computed with them. */
  private static IllegalArgumentException weightsAlone(Path file) {
    try (ArrayFile weights = ArrayFile.open(file)) {
      return Given.refused(
          "%s holds %d arrays of weights but not the structure of the network; export the"
              + " network from PyTorch with torch.onnx.export(model, torch.zeros(1, C, H, W), \"model.onnx\")"
              + " and certify that file, or build the model in Java and call"
              + " Classifier.load(file, names).",
          file, weights.names().size());
    }
  }

  private void certifyRun() {
    Run certified;
    try (TerminalProgress progress = new TerminalProgress(what, spec.commandLine().getOut())) {
      certified = RunCertifier.certify(Run.load(FinishedRun.folder(what, run)), progress);
    }
    report(certified, spec.commandLine().getOut());
  }

  /** What was proved of a run, in one line. */
  static void report(Run run, PrintWriter out) {
    Certification certification = run.record().certification();
    if (certification == null) {
      throw new IllegalStateException(run.record().outcome().failure());
    }
    Gap vra = certification.vra();
    out.printf(
        Locale.ROOT,
        "%s: VRA at %.4g estimated %.2f %%, certified %.2f %%; of the gap %.2f points come from"
            + " bounds and %.2f from rounding; %d samples refused, %.0f s%n",
        run.dataTitle(),
        run.experiment().radius(),
        100 * vra.estimated(),
        100 * vra.certified(),
        100 * vra.bound(),
        100 * vra.rounding(),
        certification.refused(),
        certification.seconds());
  }
}
