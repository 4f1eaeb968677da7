package org.lipkit.benchmark;

import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The tasks of a network, one per iteration, in the order of its {@link Schedule}.
 *
 * <p>What matters here are ratios, and the speed of a machine wanders by more than they differ from
 * 1. JMH would measure one task to its end in a process of its own and then the next, minutes
 * apart. So the tasks take turns instead: JMH starts one process per network and times single
 * calls, and each iteration's call is another task, until all have had their turn and the next
 * round begins. A round's times are seconds apart, and a ratio is formed within a round. The long
 * tasks come last and once, with no call before; their ratio is to the mean of all rounds.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class TaskBenchmark {

  /** The network. */
  @Param public Network network;

  /** Whether this is only a check that the benchmark works. */
  @Param("false")
  public boolean quick;

  /** Whether training is timed in mixed precision too. */
  @Param("true")
  public boolean bfloat16;

  private Workbench workbench;
  private Iterator<Schedule.Task> tasks;
  private Schedule.Task task;

  /** Prepares the network. */
  @Setup(Level.Trial)
  public void prepare() {
    workbench = new Workbench(network, network.batch(quick));
    tasks = Schedule.of(network, quick, bfloat16).all().iterator();
  }

  /**
   * Turns to the next task and does it once, untimed, if it is not one of the long ones: the first
   * call after another task is slower, as a training's first step is.
   */
  @Setup(Level.Iteration)
  public void turn() {
    task = tasks.next();
    if (!task.work().isLong()) {
      workbench.run(task);
    }
  }

  /**
   * Does the task once.
   *
   * @return a number that depends on the result, so that no part of it is left out
   */
  @Benchmark
  public double work() {
    return workbench.run(task);
  }

  /** Frees the network. */
  @TearDown(Level.Trial)
  public void cleanUp() {
    workbench.close();
  }
}
