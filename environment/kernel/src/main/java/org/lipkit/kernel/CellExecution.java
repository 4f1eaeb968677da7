package org.lipkit.kernel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import jdk.jshell.execution.LocalExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/**
 * Runs snippets in this JVM, keeps the object that the last one returned and can interrupt the one
 * that runs: politely first, then with all the force the JDK has, and at last by leaving it behind.
 */
final class CellExecution extends LocalExecutionControl {

  /** How long interrupted code may take to end by itself, for example to save its work. */
  private static final long GRACE_MILLIS = 3000;

  /** How long stopped code may take to die before the kernel goes on without it. */
  private static final long STOP_MILLIS = 2000;

  private static final InheritableThreadLocal<Call> CALL = new InheritableThreadLocal<>();
  private static final Method RUN_CALL = runCall();

  private volatile Call current;
  private volatile boolean interrupted;
  private Object result;
  private boolean leftBehind;

  /** One run of one snippet. */
  private static final class Call {
    final Method snippet;
    final BooleanSupplier interrupted;
    volatile Thread thread;
    volatile FutureTask<String> task;
    Object result;

    Call(Method snippet, BooleanSupplier interrupted) {
      this.snippet = snippet;
      this.interrupted = interrupted;
    }
  }

  /** What the last snippet returned, null if nothing. The object is handed out once. */
  Object takeResult() {
    Object taken = result;
    result = null;
    return taken;
  }

  /** Whether the last snippet ignored even being stopped and still runs in the background. */
  boolean leftBehind() {
    return leftBehind;
  }

  /** A new cell begins: earlier interrupts are over. */
  void begin() {
    interrupted = false;
  }

  /** Whether the cell was interrupted since it began. */
  boolean interrupted() {
    return interrupted;
  }

  /**
   * Interrupts the running snippet and returns at once. No further snippet runs until the next cell
   * begins.
   */
  void interrupt() {
    interrupted = true;
    Call call = current;
    if (call == null) {
      return;
    }
    Thread thread = call.thread;
    if (thread != null) {
      thread.interrupt();
    }
    after(GRACE_MILLIS, call, this::stopQuietly);
    after(GRACE_MILLIS + STOP_MILLIS, call, () -> call.task.cancel(false));
  }

  private void after(long millis, Call call, Runnable action) {
    CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              if (current == call) {
                action.run();
              }
            });
  }

  private void stopQuietly() {
    try {
      stop();
    } catch (EngineTerminationException | InternalException e) {
      System.err.println("The cell could not be stopped: " + e.getMessage());
    }
  }

  @Override
  protected String invoke(Method snippet) throws Exception {
    Call call = new Call(snippet, this::interrupted);
    // The superclass waits for the snippet's thread without a way out; a thread of our own waits
    // there instead, so that this one can leave.
    call.task = new FutureTask<>(() -> super.invoke(RUN_CALL));
    leftBehind = false;
    current = call;
    CALL.set(call);
    try {
      if (interrupted) {
        throw new ExecutionControl.StoppedException();
      }
      new Thread(call.task, "cell").start();
      call.task.get();
      result = call.result;
      return "";
    } catch (CancellationException e) {
      leftBehind = true;
      throw new ExecutionControl.StoppedException();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    } finally {
      CALL.remove();
      current = null;
    }
  }

  /** Runs on the snippet's own thread, which inherited the call. */
  private static Object run() throws Throwable {
    Call call = CALL.get();
    CALL.remove();
    call.thread = Thread.currentThread();
    if (call.interrupted.getAsBoolean()) {
      call.thread.interrupt();
    }
    try {
      call.result = call.snippet.invoke(null);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    return null;
  }

  private static Method runCall() {
    try {
      Method run = CellExecution.class.getDeclaredMethod("run");
      run.setAccessible(true);
      return run;
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  /** Gives JShell this execution. */
  ExecutionControlProvider provider() {
    return new ExecutionControlProvider() {
      @Override
      public String name() {
        return "lipkit";
      }

      @Override
      public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
        return CellExecution.this;
      }
    };
  }
}
