package org.dflib.jjava.runtime;

import org.lipkit.draw.FakeKernels;

/** The name and signatures of the display class of JJava up to 1.0-a5. */
public final class Display {

  private Display() {}

  public static String display(Object value, String... mimes) {
    return FakeKernels.display(Display.class, value, mimes[0]);
  }

  public static void updateDisplay(String id, Object value, String... mimes) {
    FakeKernels.update(Display.class, id, value, mimes[0]);
  }
}
