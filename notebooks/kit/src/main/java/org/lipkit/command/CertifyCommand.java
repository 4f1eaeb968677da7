package org.lipkit.command;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.lipkit.certify.Gap;
import org.lipkit.experiment.Certification;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunCertifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Certifies the float32 program of a finished run again, without training. */
@Command(
    name = "certify",
    description = {
      "Proves a radius for every test image of a finished run.",
      "Every rounding of float32 is counted. The radii are written to the run's record."
    },
    footer = {
      "  environment/lipkit certify mnist-2c2f-emma",
      "  environment/lipkit certify build/results/mnist-2c2f-emma/smoke"
    })
final class CertifyCommand implements Callable<Integer> {

  @Mixin private FinishedRun choice;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Run run;
    try (TerminalProgress progress =
        new TerminalProgress(choice.title(), spec.commandLine().getOut())) {
      run = RunCertifier.certify(Run.load(choice.folder()), progress);
    }
    Certification certification = run.record().certification();
    if (certification == null) {
      throw new IllegalStateException(run.record().outcome().failure());
    }
    Gap vra = certification.vra();
    spec.commandLine()
        .getOut()
        .printf(
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
    return 0;
  }
}
