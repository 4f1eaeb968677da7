package org.lipkit.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;
import org.apache.spark.launcher.JavaModuleOptions;
import org.lipkit.text.Text;

/**
 * A real standalone cluster of Spark on this machine alone: one master and some workers, each a
 * process of its own, with the classes of this program. They listen on 127.0.0.1 at free ports. The
 * processes are noted in the file {@code processes}, so that another program can stop them.
 */
public final class LocalCluster implements AutoCloseable {

  private static final String HOST = "127.0.0.1";
  private static final String PROCESSES = "processes";
  private static final int SECONDS_TO_START = 60;

  private final Path folder;
  private final int port;
  private final List<Process> workers = new ArrayList<>();

  private LocalCluster(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /**
   * Starts a cluster.
   *
   * @param folder where its processes write; made if it is missing
   * @param workers how many workers, at least 1
   * @param cores how many cores each worker gives, at least 1
   * @param memory how much memory each worker gives to Java heaps, for example {@code 2g}
   * @return the cluster, whose master listens
   * @throws IllegalArgumentException if a number is too small or the memory is none
   * @throws IllegalStateException if the folder's cluster runs already, or the master does not
   *     start
   */
  public static LocalCluster start(Path folder, int workers, int cores, String memory) {
    if (workers < 1 || cores < 1) {
      throw new IllegalArgumentException(
          "A cluster needs at least one worker and one core for each, not "
              + workers
              + " and "
              + cores
              + ".");
    }
    SparkCluster.requireMemory(memory);
    if (processes(folder).findAny().isPresent()) {
      throw new IllegalStateException("A cluster runs already in " + folder + "; stop it first.");
    }
    try {
      // A worker looks there for a distribution of Spark, and finds an empty one.
      Files.createDirectories(folder.resolve("jars"));
      Files.deleteIfExists(folder.resolve(PROCESSES));
      LocalCluster cluster = new LocalCluster(folder, freePort());
      cluster.startMaster();
      for (int n = 1; n <= workers; n++) {
        cluster.startWorker("worker-" + n, cores, memory);
      }
      return cluster;
    } catch (IOException e) {
      stop(folder);
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    }
  }

  private void startMaster() throws IOException {
    Process master = start("master", Master.class, "--port", String.valueOf(port));
    for (int tries = 0; !listens(); tries++) {
      if (!master.isAlive() || tries == 10 * SECONDS_TO_START) {
        stop(folder);
        throw new IllegalStateException(
            "The cluster's master does not start; see " + folder.resolve("master.log") + ".");
      }
      pause();
    }
  }

  private void startWorker(String name, int cores, String memory) throws IOException {
    Path work = Files.createDirectories(folder.resolve(name));
    workers.add(
        start(
            name,
            Worker.class,
            "--port",
            "0",
            "--cores",
            String.valueOf(cores),
            "--memory",
            memory,
            "--work-dir",
            work.toString(),
            master()));
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(HOST, port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Interrupted while the cluster started.");
    }
  }

  private Process start(String name, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().strip().split("\\s+")));
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(main.getName(), "--host", HOST, "--webui-port", "0"));
    command.addAll(List.of(arguments));
    Path log = folder.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    // Not as an argument: a long command line cannot be asked for.
    environment.put("CLASSPATH", System.getProperty("java.class.path"));
    environment.put("SPARK_HOME", folder.toAbsolutePath().toString());
    environment.put("SPARK_LOCAL_IP", HOST);
    environment.put("SPARK_SCALA_VERSION", "2.13");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    Path file = folder.resolve(PROCESSES);
    String known = Files.exists(file) ? Files.readString(file) : "";
    Files.writeString(file, known + process.pid() + "\n");
    return process;
  }

  /**
   * The address that programs join it by.
   *
   * @return spark://127.0.0.1:port
   */
  public String master() {
    return Text.of("spark://%s:%d", HOST, port);
  }

  /**
   * Kills a worker and the executors that it has, as a machine that fails does.
   *
   * @param n which worker, from 0
   */
  public void kill(int n) {
    kill(workers.get(n).toHandle());
  }

  private static void kill(ProcessHandle process) {
    List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process)).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle one : all) {
      try {
        one.onExit().get(10, TimeUnit.SECONDS);
      } catch (Exception e) {
        // It was told to end, and nothing more can be done.
      }
    }
  }

  /** Stops every process of the cluster. */
  @Override
  public void close() {
    stop(folder);
  }

  /**
   * Stops the cluster that was started in a folder, by whatever program.
   *
   * @param folder the folder of {@link #start}
   * @return whether one ran
   */
  public static boolean stop(Path folder) {
    List<ProcessHandle> running = processes(folder).toList();
    running.forEach(LocalCluster::kill);
    return !running.isEmpty();
  }

  /** Those of the noted processes that run and are Spark's: numbers of ended ones come again. */
  private static Stream<ProcessHandle> processes(Path folder) {
    Path file = folder.resolve(PROCESSES);
    if (!Files.exists(file)) {
      return Stream.empty();
    }
    try {
      return Files.readAllLines(file).stream()
          .map(line -> ProcessHandle.of(Long.parseLong(line)))
          .flatMap(Optional::stream)
          .filter(LocalCluster::isSpark);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isSpark(ProcessHandle process) {
    String[] arguments = process.info().arguments().orElse(new String[0]);
    return process.isAlive()
        && Stream.of(arguments)
            .filter(Objects::nonNull)
            .anyMatch(word -> word.startsWith("org.apache.spark.deploy."));
  }

  /**
   * What {@code environment/cluster-local} runs: {@code start FOLDER WORKERS CORES MEMORY} prints
   * the address of a new cluster, {@code stop FOLDER} stops it.
   *
   * @param arguments as above
   */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[1]);
    if (arguments[0].equals("stop")) {
      System.out.println(stop(folder) ? "The cluster is stopped." : "No cluster runs here.");
      return;
    }
    try {
      System.out.println(
          start(folder, count(arguments[2]), count(arguments[3]), arguments[4]).master());
    } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static int count(String number) {
    if (!number.matches("[0-9]{1,4}")) {
      throw new IllegalArgumentException(
          "The numbers of workers and cores are whole numbers, not \"" + number + "\".");
    }
    return Integer.parseInt(number);
  }
}
