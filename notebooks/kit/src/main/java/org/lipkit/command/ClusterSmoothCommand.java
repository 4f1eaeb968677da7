package org.lipkit.command;

import java.util.Locale;
import org.lipkit.experiment.Cluster;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.SmoothedRun;
import org.lipkit.smoothing.SmoothedRadius;
import org.lipkit.smoothing.Smoothing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Smooths the model of a finished run on a cluster. */
@Command(
    name = "smooth",
    description = {
      "Estimates by randomized smoothing within what radius the prediction for test images holds.",
      "This is a baseline and no certificate: each radius may be wrong with probability alpha. The",
      "result is written to smoothing.json in the run's folder."
    },
    footer = {
      "  environment/lipkit cluster --master spark://host:7077 smooth imagenet-liresnet-noise \\",
      "    --images 100 --draws 10000"
    })
final class ClusterSmoothCommand implements Runnable {

  @Mixin private FinishedRun choice;

  @Option(
      names = "--sigma",
      paramLabel = "S",
      description = "deviation of the noise, in pixels of [0, 1] (default: that of the training)")
  private Double sigma;

  @Option(
      names = "--alpha",
      paramLabel = "P",
      defaultValue = "0.001",
      description = "how often a radius may be wrong (default: 0.001)")
  private double alpha;

  @Option(
      names = "--selection",
      paramLabel = "N",
      defaultValue = "100",
      description = "draws that choose the class (default: 100)")
  private int selection;

  @Option(
      names = "--draws",
      paramLabel = "N",
      defaultValue = "500",
      description = "draws that bound its probability (default: 500)")
  private int draws;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "50",
      description = "draws per forward pass (default: 50)")
  private int batch;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "50",
      description = "how many test images, evenly spaced (default: 50)")
  private int images;

  @ParentCommand private ClusterCommand parent;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Run run = Run.load(choice.folder());
    double noise = sigma == null ? run.experiment().recipe().noise() : sigma;
    Smoothing settings = new Smoothing(noise, alpha, selection, draws, batch);
    int count = Math.min(images, run.samples().size());
    SmoothedRun smoothed;
    try (Cluster cluster = parent.join();
        TerminalProgress progress =
            new TerminalProgress(choice.title(), spec.commandLine().getOut())) {
      smoothed =
          SmoothedRun.of(
              run, settings, count, cluster, done -> progress.attacked("smoothing", done, count));
    }
    double eps = run.experiment().radius();
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "%s: %.2f %% of %d images correct with a radius of at least %.4g, each wrong with"
                + " probability up to %s; %.0f s%n",
            run.dataTitle(),
            100 * SmoothedRadius.probabilisticAccuracy(smoothed.radii(), eps),
            count,
            eps,
            alpha,
            smoothed.seconds());
  }
}
