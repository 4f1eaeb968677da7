package org.dflib.jjava.jupyter.kernel;

import org.lipkit.draw.FakeKernels;

/** The name and signatures of JJava's display class. */
public final class BaseNotebookStatics {

  private BaseNotebookStatics() {}

  public static String display(Object value, String... mimes) {
    return FakeKernels.display(BaseNotebookStatics.class, value, mimes[0]);
  }

  public static void updateDisplay(String id, Object value, String... mimes) {
    FakeKernels.update(BaseNotebookStatics.class, id, value, mimes[0]);
  }
}
