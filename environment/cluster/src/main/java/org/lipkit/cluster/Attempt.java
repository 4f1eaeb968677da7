package org.lipkit.cluster;

import java.io.Serializable;
import java.util.Objects;
import org.apache.spark.TaskContext;
import org.lipkit.experiment.Workers.Task;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/**
 * How an executor does a task. The engine's threads and its generator of random numbers belong to
 * the whole program, so a program does one task at a time. A task that fails is tried again, on
 * another executor if there is one: its machine may lack something.
 *
 * @param <R> what the task gives
 */
final class Attempt<R> extends AbstractFunction2<TaskContext, Iterator<Task<R>>, Attempt.Outcome<R>>
    implements Serializable {

  private static final long serialVersionUID = 1;

  /** An executor that was lost may write for so long: its task waits before it begins again. */
  private static final long MILLIS_TO_END = 5000;

  private final int attempts;

  /**
   * What came of a task.
   *
   * @param result what it gave
   * @param failure why it gave nothing, or null
   */
  record Outcome<R>(R result, String failure) implements Serializable {}

  /**
   * Tries every task some times.
   *
   * @param attempts how often it is tried
   */
  Attempt(int attempts) {
    this.attempts = attempts;
  }

  @Override
  public Outcome<R> apply(TaskContext context, Iterator<Task<R>> tasks) {
    synchronized (Attempt.class) {
      try {
        if (context.attemptNumber() > 0) {
          Thread.sleep(MILLIS_TO_END);
        }
        return new Outcome<>(tasks.next().run(), null);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } catch (RuntimeException e) {
        if (context.isInterrupted() || context.attemptNumber() + 1 < attempts) {
          throw e;
        }
        return new Outcome<>(null, Objects.requireNonNullElse(e.getMessage(), e.toString()));
      }
    }
  }
}
