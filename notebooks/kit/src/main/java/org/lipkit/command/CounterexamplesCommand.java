package org.lipkit.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lipkit.data.DataException;
import org.lipkit.data.DataHome;
import org.lipkit.data.Dataset;
import org.lipkit.data.Datasets;
import org.lipkit.experiment.Provenance;
import org.lipkit.experiment.Results;
import org.lipkit.fetch.CounterexampleFetcher;
import org.lipkit.pitfall.CounterexampleRecord;
import org.lipkit.pitfall.PublishedCounterexamples;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Gets the published counterexamples, or certifies their points and records what came of it. */
@Command(
    name = "counterexamples",
    description = {
      "Certifies points whose published certificates are known to be false.",
      "One row per set: how many pairs the published rule claims with estimated norms, and how many",
      "the sound certifier does; then the accuracy that it keeps on MNIST's test images."
    },
    footer = {
      "  environment/lipkit counterexamples --get",
      "  environment/lipkit counterexamples --get --from ~/python-certifier",
      "  environment/lipkit counterexamples"
    })
final class CounterexamplesCommand implements Callable<Integer> {

  private static final PublishedCounterexamples ON_MNIST = PublishedCounterexamples.MNIST;
  private static final double RADIUS = 0.3;

  @Option(names = "--get", description = "get the files and convert them, nothing else")
  private boolean get;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "with --get: take the files from this copy of python-certifier")
  private Path from;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "where data sets lie (default: $$LIPKIT_DATA, or the user's cache folder)")
  private Path to;

  @Option(
      names = "--record",
      description = "replace the record in notebooks/results, instead of that in build/results")
  private boolean record;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (!get) {
      Lipkit.refuse(spec, List.of("--from"), "needs --get.");
    }
    Path home = to == null ? DataHome.path() : to.toAbsolutePath().normalize();
    PrintWriter out = spec.commandLine().getOut();
    if (get) {
      for (PublishedCounterexamples set : sets(home)) {
        out.println(set.id() + ": in " + set.file(home));
      }
    } else {
      run(home, out);
    }
    return 0;
  }

  private List<PublishedCounterexamples> sets(Path home) throws InterruptedException {
    CounterexampleFetcher fetcher = new CounterexampleFetcher(home, DataCommand::watch);
    try {
      return from == null ? fetcher.download() : fetcher.takeFrom(from);
    } catch (IOException e) {
      throw new DataException("The counterexamples could not be put in place (" + e + ")");
    }
  }

  private void run(Path home, PrintWriter out) {
    List<PublishedCounterexamples> missing =
        Stream.of(PublishedCounterexamples.values())
            .filter(set -> !Files.exists(set.file(home)))
            .toList();
    String sentence =
        missing.stream()
            .map(PublishedCounterexamples::id)
            .collect(
                Collectors.joining(
                    ", ", "Not in " + home + ": ", "; data-scripts/counterexamples gets them."));
    if (missing.contains(ON_MNIST)) {
      throw new DataException(sentence);
    }
    if (!missing.isEmpty()) {
      out.println(sentence);
    }
    Dataset mnist = Datasets.load("mnist", home);
    List<CounterexampleRecord.Row> rows = new ArrayList<>();
    TextTable table = new TextTable("set", "pairs", "two classes", "claimed", "certified");
    for (PublishedCounterexamples published : PublishedCounterexamples.values()) {
      if (!missing.contains(published)) {
        CounterexampleRecord.Row row =
            CounterexampleRecord.row(published.id(), published.load(home));
        rows.add(row);
        table.add(
            row.set(),
            "" + row.pairs(),
            "" + row.broken(),
            "" + row.claimed(),
            "" + row.certified());
      }
    }
    table.print(out);
    CounterexampleRecord.Accuracy accuracy =
        CounterexampleRecord.accuracy(
            ON_MNIST.id(), ON_MNIST.load(home), mnist.title(), mnist.test(), RADIUS);
    out.printf(
        Locale.ROOT,
        "VRA of %s at %s on %d images: estimated %s, in exact arithmetic %s, certified %s%n",
        accuracy.set(),
        accuracy.radius(),
        accuracy.images(),
        accuracy.estimated(),
        accuracy.exactArithmetic(),
        accuracy.certified());
    Path folder = Results.counterexamples(!record);
    new CounterexampleRecord(rows, accuracy, Provenance.here()).save(folder);
    out.println("Recorded in " + folder);
  }
}
