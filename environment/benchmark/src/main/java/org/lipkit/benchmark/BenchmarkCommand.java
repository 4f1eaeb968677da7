package org.lipkit.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lipkit.cost.Measurement;
import org.lipkit.cost.OperatorTime;
import org.lipkit.cost.SpeedRecord;
import org.lipkit.tensor.BFloat16Speed;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Times every network and records what was found. */
@Command(
    name = "environment/bench",
    mixinStandardHelpOptions = true,
    description = "Times training steps, bounds and certificates; a quarter of an hour.")
public final class BenchmarkCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--quick", description = "small batches and few rounds, to see that it works")
  private boolean quick;

  @Option(names = "--network", description = "only these: ${COMPLETION-CANDIDATES}")
  private List<Network> networks;

  @Option(
      names = "--folder",
      description = {
        "where speed.csv, speed.json and profile.csv go, and older ones are replaced; if not given,",
        "build/benchmark, or build/benchmark-quick with --quick"
      })
  private Path folder;

  @Option(
      names = "--against",
      paramLabel = "FOLDER",
      description = {
        "time nothing, and compare the record in --folder with the one in this folder, such as",
        "notebooks/results/benchmark"
      })
  private Path against;

  @Option(
      names = "--profile",
      description = {
        "time no whole steps but the engine's operators within them, and write profile.csv"
      })
  private boolean profile;

  @Override
  public Integer call() throws RunnerException, IOException {
    if (against != null && (profile || quick || networks != null)) {
      throw new ParameterException(
          spec.commandLine(), "--against times nothing; give it no other option than --folder");
    }
    if (folder == null) {
      folder = Path.of(quick ? "build/benchmark-quick" : "build/benchmark");
    }
    if (against != null) {
      Comparison.lines(load(against), load(folder)).forEach(System.out::println);
      return 0;
    }
    run();
    System.out.println("Written to " + folder);
    return 0;
  }

  /**
   * Whether mixed precision is timed; prints a line if not. Where bfloat16 is emulated, training
   * does not use it, and timing it takes many times as long.
   */
  private static boolean bfloat16Pays() {
    boolean pays = BFloat16Speed.here().isFaster();
    if (!pays) {
      System.out.println("Only float32: training in bfloat16 is no faster on this machine.");
    }
    return pays;
  }

  private void run() throws RunnerException, IOException {
    boolean bfloat16 = bfloat16Pays();
    List<OperatorTime> operators = new ArrayList<>();
    List<Measurement> rows = new ArrayList<>();
    for (Network network : chosen()) {
      System.out.println(network.model());
      // What is done is kept, should a later network take too long.
      if (profile) {
        operators.addAll(Profile.of(network, quick, bfloat16));
        OperatorTime.save(folder, operators);
      } else {
        List<Measurement> found = time(network, bfloat16);
        found.forEach(BenchmarkCommand::print);
        rows.addAll(found);
        SpeedRecord.here(rows).save(folder);
      }
    }
  }

  private SpeedRecord load(Path place) {
    return SpeedRecord.load(place)
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    place + " has no speed.csv; environment/bench --folder makes one"));
  }

  private List<Network> chosen() {
    if (networks != null) {
      return networks;
    }
    return quick ? List.of(Network.C2F2, Network.L6_W64) : List.of(Network.values());
  }

  private List<Measurement> time(Network network, boolean bfloat16) throws RunnerException {
    Schedule schedule = Schedule.of(network, quick, bfloat16);
    RunResult result =
        new Runner(
                new OptionsBuilder()
                    .include(TaskBenchmark.class.getName())
                    .param("network", network.name())
                    .param("quick", String.valueOf(quick))
                    .param("bfloat16", String.valueOf(bfloat16))
                    .addProfiler(PeakMemory.class)
                    .forks(1)
                    .warmupIterations(schedule.warmUp().size())
                    .measurementIterations(schedule.measured().size())
                    .timeout(TimeValue.hours(1))
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .runSingle();
    Collection<IterationResult> iterations =
        result.getBenchmarkResults().iterator().next().getIterationResults();
    return Summary.of(
        network,
        network.batch(quick),
        schedule.measured(),
        iterations.stream().map(iteration -> iteration.getPrimaryResult().getScore()).toList(),
        iterations.stream().map(BenchmarkCommand::peak).toList());
  }

  private static Double peak(IterationResult iteration) {
    Result<?> peak = iteration.getSecondaryResults().get(PeakMemory.LABEL);
    return peak == null ? null : peak.getScore();
  }

  private static void print(Measurement row) {
    System.out.printf(
        Locale.ROOT,
        "  %-8s %-45s %9.1f ms, %6.3f x plain, %6.3f x floor%n",
        row.precision(),
        row.what().label(),
        row.millis(),
        row.toPlain(),
        row.toFloor());
  }

  /**
   * The program.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new BenchmarkCommand()).execute(arguments));
  }
}
