package org.lipkit.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.lipkit.data.DataException;
import org.lipkit.data.DataHome;
import org.lipkit.data.Dataset;
import org.lipkit.data.OfficialSet;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The program behind {@code data-scripts}: gets a data set, checks it, or lists them all. */
@Command(
    name = "data-scripts",
    description = "Gets a data set from its official address, or from a folder, and checks it.")
public final class FetchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SET", description = "A data set's id, or 'all' to list what is there.")
  private String set;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "Take the files, packed or unpacked, from this folder.")
  private Path from;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "Where data sets live; otherwise $$LIPKIT_DATA or the user's cache folder.")
  private Path to;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  /**
   * Runs the command and ends the program: status 0 if the data set is there and right, 1 if not, 2
   * if the command line is wrong.
   *
   * @param arguments a data set's id or {@code all}, and options
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new FetchCommand()).execute(arguments));
  }

  /** Does what the command line asks; returns the exit status. */
  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Path home = to == null ? DataHome.path() : to.toAbsolutePath().normalize();
    try {
      if (set.equals("all")) {
        list(home, out);
      } else {
        fetch(home, out);
      }
      return 0;
    } catch (DataException e) {
      err.println(e.getMessage());
    } catch (IOException e) {
      err.println(set + " could not be put in place below " + home + " (" + e + ")");
    }
    return 1;
  }

  private void fetch(Path home, PrintWriter out) throws IOException, InterruptedException {
    OfficialSet official =
        OfficialSet.of(set)
            .orElseThrow(
                () ->
                    new DataException(
                        "no data set is called '"
                            + set
                            + "'; there are "
                            + Arrays.stream(OfficialSet.values())
                                .map(OfficialSet::id)
                                .collect(Collectors.joining(", "))));
    Fetcher fetcher = fetcher(official, home);
    if (!isPresent(fetcher, out)) {
      if (from == null) {
        fetcher.download();
      } else {
        fetcher.takeFrom(from.toAbsolutePath().normalize());
      }
    }
    Dataset dataset = fetcher.check();
    out.printf(
        Locale.ROOT,
        "%s: %,d training and %,d test images in %d classes, in %s%n",
        dataset.name(),
        dataset.train().size(),
        dataset.test().size(),
        dataset.classes(),
        official.folder(home));
  }

  private static boolean isPresent(Fetcher fetcher, PrintWriter out) throws IOException {
    if (!fetcher.exists()) {
      return false;
    }
    try {
      fetcher.check();
      return true;
    } catch (DataException e) {
      out.println("Mending: " + e.getMessage());
      out.flush();
      return false;
    }
  }

  private static void list(Path home, PrintWriter out) throws IOException {
    out.println("Data sets in " + home);
    for (OfficialSet official : OfficialSet.values()) {
      Fetcher fetcher = fetcher(official, home);
      String command = "data-scripts/" + official.id();
      if (!fetcher.exists()) {
        out.printf("  %-14s missing                 %s%n", official.id(), command);
        continue;
      }
      String size = String.format(Locale.ROOT, "%,.1f MB", fetcher.size() / 1e6);
      try {
        fetcher.check();
        out.printf("  %-14s present    %12s%n", official.id(), size);
      } catch (DataException e) {
        out.printf("  %-14s incomplete %12s %s%n", official.id(), size, command);
        out.println("    " + e.getMessage());
      }
      out.flush();
    }
  }

  private static Fetcher fetcher(OfficialSet official, Path home) {
    return new Fetcher(Source.of(official), home, new Downloader(FetchCommand::watch));
  }

  /** A progress bar, where there is a terminal to draw it in. */
  private static InputStream watch(InputStream in, String name, long have, long total) {
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
