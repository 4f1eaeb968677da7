package org.lipkit.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.experiment.Cluster;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunAttacker;
import org.lipkit.experiment.RunCertifier;
import org.lipkit.experiment.RunScale;
import org.lipkit.experiment.Runner;
import org.lipkit.experiment.SmoothedRun;
import org.lipkit.experiment.Training;
import org.lipkit.experiment.Workers;
import org.lipkit.smoothing.Smoothing;
import org.lipkit.train.Recipe;
import org.lipkit.train.TrainingListener;

/** A master and two workers, each a process, beside this one. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterTest {

  private static final int EXPERIMENTS = 12;

  @TempDir private static Path folder;

  private static LocalCluster machines;
  private static Thread stopping;
  private static Cluster cluster;

  @BeforeAll
  static void start() {
    machines = LocalCluster.start(folder.resolve("cluster"), 2, 1, "1g");
    stopping = new Thread(machines::close);
    Runtime.getRuntime().addShutdownHook(stopping);
    cluster = Cluster.join(machines.master(), 1, "1g");
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
    if (machines != null) {
      machines.close();
      Runtime.getRuntime().removeShutdownHook(stopping);
    }
  }

  private static Experiment experiment(String name) {
    return Experiment.named(name)
        .scale(RunScale.SMOKE)
        .data("strokes")
        .trainImages(100)
        .testImages(40)
        .model("LiResNet L1 W4 D8")
        .recipe(Recipe.radius(0.1).epochs(2).batch(50).rate(2e-3).warmup(0))
        .radius(0.3);
  }

  private static Path copy(Path run, String name) throws IOException {
    Path copy = Files.createDirectories(folder.resolve(name));
    try (Stream<Path> files = Files.list(run)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private static void assertSame(Path one, Path other, String... files) throws IOException {
    for (String file : files) {
      assertEquals(
          Files.readAllLines(one.resolve(file)), Files.readAllLines(other.resolve(file)), file);
    }
  }

  /** What must be equal of run.json: everything but times. */
  private static List<String> timeless(Path run) throws IOException {
    return Files.readAllLines(run.resolve("run.json")).stream()
        .filter(line -> !line.matches(" *\"(finished|seconds|[a-z]+Seconds)\".*"))
        .toList();
  }

  /** Without the time of an epoch, its second column. */
  private static List<String> history(Path run) throws IOException {
    return Files.readAllLines(run.resolve("history.csv")).stream()
        .map(line -> line.replaceFirst(",[^,]*,", ","))
        .toList();
  }

  @Test
  @Order(1)
  void certificatesAttacksAndSmoothingAreThoseOfOneProgram() throws IOException {
    Path here = folder.resolve("here");
    Experiment experiment = experiment("divided").testImages(0);
    Run run = Runner.run(experiment, here, TrainingListener.SILENT);
    assertEquals(2000, run.samples().size());
    Path there = copy(here, "there");
    List<String> first = Files.readAllLines(there.resolve("run.json"));

    List<Integer> told = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void certified(int done, int total) {
            told.add(done);
          }
        };
    RunCertifier.certify(Run.load(there), cluster, listener);
    assertSame(here, there, "samples.csv");
    assertNotEquals(first, Files.readAllLines(there.resolve("run.json")), "written anew");
    assertEquals(timeless(here), timeless(there));
    assertEquals(IntStream.rangeClosed(1, 40).mapToObj(n -> 50 * n).toList(), told);

    RunAttacker.attack(Run.load(here), TrainingListener.SILENT);
    RunAttacker.attack(Run.load(there), cluster, TrainingListener.SILENT);
    assertSame(here, there, "attacks.csv", "chain.csv", "samples.csv");

    Smoothing settings = new Smoothing(0.1, 0.1, 5, 25, 10);
    SmoothedRun one = SmoothedRun.of(Run.load(here), settings, 9, done -> {});
    SmoothedRun other = SmoothedRun.of(Run.load(there), settings, 9, cluster, done -> {});
    assertEquals(one.radii(), other.radii());
    assertEquals(one.environment(), other.environment());
  }

  @Test
  @Order(2)
  void whatATaskRefusesIsToldInItsSentence() throws IOException {
    Path run = copy(folder.resolve("here"), "damaged");
    Workers.Task<Boolean> task = new Training(experiment("other"), run.toString(), false);
    Exception refusal =
        assertThrows(
            IllegalStateException.class, () -> cluster.run(List.of(task), (n, result) -> fail()));
    assertTrue(refusal.getMessage().contains("another version"), refusal::getMessage);
  }

  @Test
  @Order(3)
  void aLostMachineCostsOnlyTheTasksThatItHad() throws IOException {
    List<Training> tasks =
        IntStream.range(0, EXPERIMENTS)
            .mapToObj(n -> experiment("grid-" + n).seed(n + 1))
            .map(e -> new Training(e, folder.resolve(e.name()).toString(), false))
            .toList();
    List<Integer> finished = new ArrayList<>();
    cluster.run(
        tasks,
        (n, complete) -> {
          assertTrue(complete);
          finished.add(n);
          if (finished.size() == EXPERIMENTS / 3) {
            machines.kill(0);
          }
        });
    assertEquals(
        IntStream.range(0, EXPERIMENTS).boxed().toList(),
        finished.stream().sorted().toList(),
        "each once");
    for (Training task : tasks) {
      Path there = Path.of(task.folder());
      Path here = folder.resolve("alone").resolve(task.experiment().name());
      Runner.run(task.experiment(), here, TrainingListener.SILENT);
      assertSame(here, there, "samples.csv");
      assertEquals(history(here), history(there));
      assertEquals(timeless(here), timeless(there));
      assertEquals(names(here), names(there), "nothing is left over");
    }
  }

  private static String names(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      return files
          .map(file -> file.getFileName().toString())
          .sorted()
          .collect(Collectors.joining(" "));
    }
  }

  @Test
  @Order(4)
  void anAddressThatIsNoneIsRefused() {
    for (String address :
        List.of("", "host:7077", "yarn", "spark://host", "local[x]", "local[0]")) {
      Exception refusal =
          assertThrows(IllegalArgumentException.class, () -> Cluster.join(address, 1, "1g"));
      assertTrue(refusal.getMessage().contains("spark://host:port"), refusal::getMessage);
    }
  }

  @Test
  @Order(5)
  void aMasterThatDoesNotAnswerIsToldAtOnce() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    for (String address : List.of("spark://127.0.0.1:" + port, "spark://127.0.0.1:70000")) {
      Exception refusal =
          assertThrows(IllegalStateException.class, () -> Cluster.join(address, 1, "1g"));
      assertTrue(refusal.getMessage().startsWith("No cluster answers at "), refusal::getMessage);
    }
  }

  /** A worker that does not understand its arguments ends, and work would wait for it forever. */
  @Test
  @Order(6)
  void whatNoWorkerUnderstandsIsRefused() {
    for (String memory : List.of("", "2x", "0g", "2 g", "-1g")) {
      Exception refusal =
          assertThrows(IllegalArgumentException.class, () -> Cluster.join("local[1]", 1, memory));
      assertTrue(refusal.getMessage().startsWith("Memory is"), refusal::getMessage);
      Path unused = folder.resolve("unused");
      assertThrows(
          IllegalArgumentException.class, () -> LocalCluster.start(unused, 1, 1, memory).close());
      assertThrows(
          IllegalArgumentException.class, () -> LocalCluster.start(unused, 0, 1, "1g").close());
      assertThrows(
          IllegalArgumentException.class, () -> LocalCluster.start(unused, 1, 0, "1g").close());
    }
  }
}
