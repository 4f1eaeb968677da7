package org.lipkit.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.lipkit.data.DataException;
import org.lipkit.data.DataHome;
import org.lipkit.data.Dataset;
import org.lipkit.data.OfficialSet;
import org.lipkit.fetch.Fetcher;
import org.lipkit.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Gets a data set and checks it, or lists them all; {@code data-scripts} call this. */
@Command(
    name = "data",
    description = {
      "Lists the data sets, or gets one of them.",
      "The list says which are present, incomplete or missing. With SET: gets that data set from its",
      "official address, or from a folder, and checks it."
    },
    footer = {
      "  environment/lipkit data",
      "  environment/lipkit data mnist",
      "  environment/lipkit data cifar-10 --from ~/Downloads"
    })
final class DataCommand implements Callable<Integer> {

  @Parameters(arity = "0..1", paramLabel = "SET", description = "a data set of the list")
  private String set;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "take the files, packed or unpacked, from this folder")
  private Path from;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "where data sets lie (default: $$LIPKIT_DATA, or the user's cache folder)")
  private Path to;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (set == null) {
      Lipkit.refuse(spec, List.of("--from"), "needs SET, one of the data sets.");
    }
    Path home = to == null ? home() : to.toAbsolutePath().normalize();
    try {
      if (set == null) {
        list(home);
      } else {
        get(official(set), home);
      }
      return 0;
    } catch (IOException e) {
      String what = set == null ? "The data sets" : set;
      throw new DataException(what + " could not be put in place below " + home + " (" + e + ")");
    }
  }

  /** A folder that is to be listed has to be there where one is set; a download makes it. */
  private Path home() {
    return set == null ? DataHome.existing() : DataHome.path();
  }

  private static OfficialSet official(String id) {
    return OfficialSet.of(id)
        .orElseThrow(
            () ->
                new DataException(
                    Arrays.stream(OfficialSet.values())
                        .map(OfficialSet::id)
                        .collect(
                            Collectors.joining(
                                ", ", "There is no data set \"" + id + "\"; there are ", "."))));
  }

  private void get(OfficialSet official, Path home) throws IOException, InterruptedException {
    Fetcher fetcher = fetcher(official, home);
    if (!isPresent(fetcher)) {
      if (from == null) {
        fetcher.download();
      } else {
        fetcher.takeFrom(from.toAbsolutePath().normalize());
      }
    }
    Dataset dataset = fetcher.check();
    requireReadable(dataset);
    out()
        .printf(
            Locale.ROOT,
            "%s: %,d training and %,d test images in %d classes, in %s%n",
            dataset.name(),
            dataset.train().size(),
            dataset.test().size(),
            dataset.classes(),
            official.folder(home));
  }

  /** A broken picture is found now, and not in the middle of a training. */
  private void requireReadable(Dataset dataset) {
    int images = dataset.train().size() + dataset.test().size();
    try (TerminalProgress progress =
        new TerminalProgress(dataset.name(), spec.commandLine().getOut())) {
      dataset.requireReadable(done -> progress.checked(done, images));
    }
  }

  private boolean isPresent(Fetcher fetcher) throws IOException {
    if (!fetcher.exists()) {
      return false;
    }
    try {
      fetcher.check();
      return true;
    } catch (DataException e) {
      out().println("Mending: " + e.getMessage());
      out().flush();
      return false;
    }
  }

  private void list(Path home) throws IOException {
    out().println("Data sets in " + home);
    for (OfficialSet official : OfficialSet.values()) {
      Fetcher fetcher = fetcher(official, home);
      String command = "data-scripts/" + official.id();
      if (!fetcher.exists()) {
        out().printf(Locale.ROOT, "  %-14s missing                 %s%n", official.id(), command);
        continue;
      }
      String size = Text.of("%,.1f MB", fetcher.size() / 1e6);
      try {
        fetcher.check();
        out().printf(Locale.ROOT, "  %-14s present    %12s%n", official.id(), size);
      } catch (DataException e) {
        out().printf(Locale.ROOT, "  %-14s incomplete %12s %s%n", official.id(), size, command);
        out().println("    " + e.getMessage());
      }
      out().flush();
    }
  }

  private static Fetcher fetcher(OfficialSet official, Path home) {
    return Fetcher.of(official, home, DataCommand::watch);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** A progress bar, where there is a terminal to draw it in. */
  static InputStream watch(InputStream in, String name, long have, long total) {
    if (System.console() == null) {
      return in;
    }
    ProgressBarBuilder bar =
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(total)
            .startsFrom(have, Duration.ZERO)
            .setUnit(" MB", 1_000_000)
            .showSpeed();
    return ProgressBar.wrap(in, bar);
  }
}
