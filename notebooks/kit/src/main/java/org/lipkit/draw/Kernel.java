package org.lipkit.draw;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;

/**
 * The display methods of the notebook kernel that this program runs in. They are found by name, so
 * that this library depends on no kernel.
 */
enum Kernel {
  LIPKIT("org.lipkit.kernel.Display", "update", false, String.class),
  IJAVA("io.github.spencerpark.ijava.runtime.Display", "updateDisplay", false, String[].class),
  JJAVA(
      "org.dflib.jjava.jupyter.kernel.BaseNotebookStatics", "updateDisplay", false, String[].class),
  RAPAIO("org.rapaio.jupyter.kernel.global.Global", "updateDisplay", true, String.class);

  private final String className;
  private final String updateMethod;
  private final boolean mimeFirst;
  private final Class<?> mimeType;

  Kernel(String className, String updateMethod, boolean mimeFirst, Class<?> mimeType) {
    this.className = className;
    this.updateMethod = updateMethod;
    this.mimeFirst = mimeFirst;
    this.mimeType = mimeType;
  }

  /** Something on the screen, which may be replaced by another value. */
  record Shown(Kernel kernel, String id) {

    /** Puts a value in the place of the one shown; returns false where the kernel cannot. */
    boolean replace(Object value, String mime) {
      try {
        Method update =
            kernel.mimeFirst
                ? kernel.method(kernel.updateMethod, String.class, kernel.mimeType, Object.class)
                : kernel.method(kernel.updateMethod, String.class, Object.class, kernel.mimeType);
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

  /** Shows a value in the first kernel that is running; empty where none is. */
  static Optional<Shown> show(Object value, String mime) {
    for (Kernel kernel : List.of(values())) {
      try {
        return Optional.of(new Shown(kernel, kernel.display(value, mime)));
      } catch (ReflectiveOperationException e) {
        // Absent, or on the class path without running: the next one.
      }
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
