package org.lipkit.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.lipkit.experiment.Cluster;
import org.lipkit.experiment.Results;
import org.lipkit.experiment.Workers;
import org.lipkit.text.Text;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** A cluster of Apache Spark: each executor is a worker, one task at a time. */
final class SparkCluster implements Cluster {

  private static final Pattern MASTER =
      Pattern.compile("(local)(\\[([1-9][0-9]*|\\*)])?|spark://([^:/]+):[0-9]+(,[^,]+:[0-9]+)*");

  private static final Pattern MEMORY = Pattern.compile("[1-9][0-9]{0,5}[mg]");

  private static final String STANDALONE = "spark://";

  /** Milliseconds that a master has to answer. */
  private static final int PATIENCE = 5000;

  /** How often a task is tried; losses of its executor count. */
  private static final int ATTEMPTS = 4;

  /** Variables that decide what a worker computes or where it finds data. */
  private static final List<String> VARIABLES =
      List.of(
          "LIPKIT_DATA",
          "LIPKIT_DEVICE",
          "LIPKIT_TF32",
          "PYTORCH_LIBRARY_PATH",
          "PYTORCH_VERSION",
          "PYTORCH_FLAVOR",
          "ONEDNN_MAX_CPU_ISA",
          "OMP_WAIT_POLICY",
          "GOMP_SPINCOUNT",
          "GLIBC_TUNABLES",
          "TORCH_CPP_LOG_LEVEL",
          "DJL_CACHE_DIR",
          "LC_ALL");

  private final JavaSparkContext context;

  /** Makes this cluster known to the kit. */
  public static final class Provider implements Cluster.Provider {

    /** For the service loader. */
    public Provider() {}

    @Override
    public Cluster join(String master, int cores, String memory) {
      return new SparkCluster(configuration(master, cores, memory));
    }
  }

  private SparkCluster(SparkConf configuration) {
    requireMaster(configuration.get("spark.master"));
    try {
      context = new JavaSparkContext(configuration);
    } catch (Exception e) { // Spark throws what it does not declare
      throw new IllegalStateException(
          Text.of(
              "The cluster %s cannot be joined (%s); look whether it runs and has this address.",
              configuration.get("spark.master"), firstLine(e)),
          e);
    }
  }

  /** Spark itself tries for a minute, and then tells it in many lines. */
  private static void requireMaster(String master) {
    if (master.startsWith(STANDALONE)
        && Arrays.stream(master.substring(STANDALONE.length()).split(","))
            .noneMatch(SparkCluster::answers)) {
      throw new IllegalStateException(
          "No cluster answers at " + master + "; look whether it runs and has this address.");
    }
  }

  private static boolean answers(String address) {
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon);
    try (Socket socket = new Socket()) {
      int port = Integer.parseInt(address.substring(colon + 1));
      socket.connect(new InetSocketAddress(host, port), PATIENCE);
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  /** What Spark does not understand it tells where nobody looks. */
  static void requireMemory(String memory) {
    if (!MEMORY.matcher(memory).matches()) {
      throw new IllegalArgumentException(
          "Memory is a number of MiB or GiB such as 800m or 2g, not \"" + memory + "\".");
    }
  }

  private static SparkConf configuration(String master, int cores, String memory) {
    requireMemory(memory);
    Matcher parts = MASTER.matcher(master);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "A cluster's address is spark://host:port, or local[*] for this program itself, not \""
              + master
              + "\".");
    }
    SparkConf configuration =
        new SparkConf()
            .setMaster(master)
            .setAppName("LipKit")
            .set("spark.ui.enabled", "false")
            .set("spark.speculation", "false")
            .set("spark.task.maxFailures", String.valueOf(ATTEMPTS))
            .set("spark.driver.maxResultSize", "0")
            .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .set(
                "spark.executor.extraJavaOptions",
                "-Djava.awt.headless=true -Duser.language=en -Duser.country=US -Dlipkit.root=\""
                    + Results.root()
                    + '"')
            .set("spark.executor.memory", memory);
    boolean local = parts.group(1) != null;
    if (!local) {
      configuration
          .set("spark.executor.cores", String.valueOf(cores))
          .set("spark.task.cpus", String.valueOf(cores));
    }
    if (local || List.of("127.0.0.1", "localhost").contains(parts.group(4))) {
      configuration
          .set("spark.driver.host", "127.0.0.1")
          .set("spark.driver.bindAddress", "127.0.0.1");
    }
    configuration.setExecutorEnv("OMP_NUM_THREADS", String.valueOf(cores));
    for (String variable : VARIABLES) {
      if (System.getenv(variable) != null) {
        configuration.setExecutorEnv(variable, System.getenv(variable));
      }
    }
    return configuration;
  }

  @Override
  public <R> void run(List<? extends Task<R>> tasks, Workers.Outcomes<R> results) {
    JavaRDD<Task<R>> divided = context.parallelize(List.<Task<R>>copyOf(tasks), tasks.size());
    try {
      context
          .sc()
          .runJob(
              divided.rdd(),
              new Attempt<R>(context.isLocal() ? 1 : ATTEMPTS),
              new AbstractFunction2<Object, Attempt.Outcome<R>, BoxedUnit>() {
                @Override
                public BoxedUnit apply(Object n, Attempt.Outcome<R> outcome) {
                  if (outcome.failure() == null) {
                    results.done((Integer) n, outcome.result());
                  } else {
                    results.failed((Integer) n, outcome.failure());
                  }
                  return BoxedUnit.UNIT;
                }
              },
              ClassTag$.MODULE$.apply(Attempt.Outcome.class));
    } catch (Exception e) {
      throw failure(e);
    }
  }

  /** Spark throws what it does not declare. */
  private RuntimeException failure(Exception thrown) {
    context.cancelAllJobs();
    if (thrown instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return new CancellationException("The work on the cluster was interrupted.");
    }
    Throwable cause = thrown;
    while (cause instanceof SparkException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof IllegalStateException foreseen
        ? foreseen
        : new IllegalStateException("The work on the cluster failed: " + firstLine(cause), thrown);
  }

  private static String firstLine(Throwable thrown) {
    return String.valueOf(thrown.getMessage()).lines().findFirst().orElse(thrown.toString());
  }

  @Override
  public void close() {
    context.close();
  }
}
