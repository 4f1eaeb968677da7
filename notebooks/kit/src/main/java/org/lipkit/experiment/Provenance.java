package org.lipkit.experiment;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lipkit.tensor.Devices;
import org.lipkit.tensor.EngineState;

/**
 * Where numbers come from.
 *
 * @param environment versions and machine: java, engine, the device that is chosen, operating
 *     system, processor, cores and the variables that set the engine's threads where they are set;
 *     older records lack some
 * @param gitCommit the commit of the code that ran, with "+" if the tree had changes, or "unknown"
 */
public record Provenance(Map<String, String> environment, String gitCommit)
    implements Serializable {

  /**
   * Checks that nothing is missing.
   *
   * @param environment versions and machine, by name
   * @param gitCommit the commit of the code that ran
   */
  public Provenance {
    Objects.requireNonNull(environment, "environment");
    Objects.requireNonNull(gitCommit, "gitCommit");
  }

  /** Variables that set how many threads the engine has and how they wait for each other. */
  private static final List<String> THREADING =
      List.of("OMP_NUM_THREADS", "OMP_WAIT_POLICY", "GOMP_SPINCOUNT");

  /** Asked for once, when numbers are first computed: later commits are not what runs. */
  private static final class Code {
    static final String COMMIT = commit();
  }

  /**
   * This code on this machine.
   *
   * @return the provenance of numbers that are computed now
   */
  public static Provenance here() {
    return new Provenance(machine(), Code.COMMIT);
  }

  /**
   * {@return the same with one more fact about the environment}
   *
   * @param name such as {@code bfloat16}
   * @param value what is to be said of it
   */
  public Provenance with(String name, String value) {
    Map<String, String> more = new TreeMap<>(environment);
    more.put(name, value);
    return new Provenance(more, gitCommit);
  }

  /**
   * {@return where numbers come from that were computed in several places} Values that differ stand
   * side by side.
   *
   * @param places at least one
   */
  static Provenance together(List<Provenance> places) {
    Map<String, String> environment = new TreeMap<>();
    for (String name : places.get(0).environment.keySet()) {
      environment.put(name, joined(places.stream().map(place -> place.environment.get(name))));
    }
    return new Provenance(environment, joined(places.stream().map(Provenance::gitCommit)));
  }

  private static String joined(Stream<String> values) {
    return values.map(String::valueOf).distinct().sorted().collect(Collectors.joining("; "));
  }

  private static Map<String, String> machine() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    environment.put("engine", EngineState.now().toString());
    environment.put("device", Devices.description());
    environment.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    environment.put("processor", processor());
    environment.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    for (String variable : THREADING) {
      String value = System.getenv(variable);
      if (value != null) {
        environment.put(variable, value);
      }
    }
    return environment;
  }

  private static String processor() {
    Path file = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(file)) {
      return "unknown";
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String commit() {
    String commit = git("rev-parse", "HEAD");
    if (commit.isEmpty()) {
      return "unknown";
    }
    return git("status", "--porcelain", "--untracked-files=no").isEmpty() ? commit : commit + "+";
  }

  private static String git(String... arguments) {
    String[] command = Stream.concat(Stream.of("git"), Stream.of(arguments)).toArray(String[]::new);
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(Results.root().toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.onExit().join().exitValue() == 0 ? output.strip() : "";
    } catch (IOException e) {
      return "";
    }
  }
}
