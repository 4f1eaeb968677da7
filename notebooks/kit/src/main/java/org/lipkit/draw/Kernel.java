package org.lipkit.draw;

import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The display methods of the notebook kernel that this program runs in. They are found by name, so
 * that this library depends on no kernel.
 */
enum Kernel {
  IJAVA("io.github.spencerpark.ijava.runtime.Display", false),
  JJAVA("org.dflib.jjava.jupyter.kernel.BaseNotebookStatics", false),
  JJAVA_UP_TO_1_0_A5("org.dflib.jjava.runtime.Display", false),
  RAPAIO("org.rapaio.jupyter.kernel.global.Global", true);

  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private final String className;
  private final boolean mimeFirst;
  private final Class<?> mimeType;

  Kernel(String className, boolean mimeFirst) {
    this.className = className;
    this.mimeFirst = mimeFirst;
    mimeType = mimeFirst ? String.class : String[].class;
  }

  /** Something on the screen, which may be replaced by another value. */
  record Shown(Kernel kernel, String id) {

    /** Puts a value in the place of the one shown; returns false where the kernel cannot. */
    boolean replace(Object value, String mime) {
      try {
        Method update =
            kernel.mimeFirst
                ? kernel.method("updateDisplay", String.class, kernel.mimeType, Object.class)
                : kernel.method("updateDisplay", String.class, Object.class, kernel.mimeType);
        Object as = kernel.mime(mime);
        Object[] arguments =
            kernel.mimeFirst ? new Object[] {id, as, value} : new Object[] {id, value, as};
        update.invoke(null, arguments);
        return true;
      } catch (ReflectiveOperationException e) {
        return false;
      }
    }
  }

  /**
   * Shows a value in the first kernel that is running; empty where none is. If Jupyter started this
   * program, it runs a kernel that is not known here; then a sentence on the error stream says so,
   * once.
   */
  static Optional<Shown> show(Object value, String mime) {
    return show(value, mime, System.getenv("JPY_PARENT_PID") != null, WARNED);
  }

  /** Warns in Jupyter unless {@code warned} is set, and sets it. */
  static Optional<Shown> show(Object value, String mime, boolean inJupyter, AtomicBoolean warned) {
    for (Kernel kernel : values()) {
      try {
        return Optional.of(new Shown(kernel, kernel.display(value, mime)));
      } catch (ReflectiveOperationException | LinkageError e) {
        // Absent, or on the class path without running: the next one.
      }
    }
    if (inJupyter && warned.compareAndSet(false, true)) {
      System.err.println(
          "This Java kernel has no display that LipKit knows, so tables and pictures are printed as"
              + " text; use IJava or JJava (environment/install-kernel installs IJava).");
    }
    return Optional.empty();
  }

  private String display(Object value, String mime) throws ReflectiveOperationException {
    Object id =
        mimeFirst
            ? method("display", mimeType, Object.class).invoke(null, mime(mime), value)
            : method("display", Object.class, mimeType).invoke(null, value, mime(mime));
    return String.valueOf(id);
  }

  private Method method(String name, Class<?>... types) throws ReflectiveOperationException {
    return Class.forName(className).getMethod(name, types);
  }

  private Object mime(String mime) {
    return mimeType.isArray() ? new String[] {mime} : mime;
  }
}
