package org.lipkit.command;

import org.lipkit.experiment.Cluster;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Divides work among the machines of a cluster. */
@Command(
    name = "cluster",
    description = {
      "Trains, certifies, attacks and smooths on the machines of an Apache Spark cluster.",
      "A task is one experiment, or a range of the test images of one run. The records are those of",
      "the same commands without a cluster, with the same number of threads. A task whose machine is",
      "lost is begun again on another one; a training goes on from its last epoch.",
      "",
      "All machines need this checkout, the data and the results under the same paths, for example in",
      "a shared folder (NFS) whose file locks work on all machines. Each executor does one task at a",
      "time. Clusters need Spark 4.2 and the JDK that is used here; the machines here become one with",
      "\"environment/cluster-local start\"."
    },
    subcommands = {
      ClusterTrainCommand.class,
      ClusterCertifyCommand.class,
      ClusterAttackCommand.class,
      ClusterSmoothCommand.class
    },
    footer = {
      "  environment/lipkit cluster --master spark://host:7077 train --family losses-cifar10-",
      "  environment/lipkit cluster --master spark://host:7077 --cores 4 certify mnist-2c2f-emma",
      "  environment/lipkit cluster --master 'local[*]' smooth imagenet-liresnet-noise --images 10"
    })
final class ClusterCommand implements Runnable {

  @Option(
      names = "--master",
      paramLabel = "ADDRESS",
      description = "spark://host:port, or local[*] for one worker in this program")
  private String master;

  @Option(
      names = "--cores",
      paramLabel = "N",
      defaultValue = "1",
      description = "cores, and threads of the engine, for each task (default: 1)")
  private int cores;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "2g",
      description = "Java heap of each executor (default: 2g); the engine's arrays lie beside it")
  private String memory;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  /** Asked for only now: help of the subcommands needs no cluster. */
  Cluster join() {
    if (master == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: --master=ADDRESS");
    }
    return Cluster.join(master, cores, memory);
  }
}
