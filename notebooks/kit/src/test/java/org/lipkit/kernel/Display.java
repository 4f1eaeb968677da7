package org.lipkit.kernel;

import org.lipkit.draw.FakeKernels;

/** The name and signatures of our own kernel's display class. */
public final class Display {

  private Display() {}

  public static String display(Object value, String mime) {
    return FakeKernels.display(Display.class, value, mime);
  }

  public static void update(String id, Object value, String mime) {
    FakeKernels.update(Display.class, id, value, mime);
  }
}
