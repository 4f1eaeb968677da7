package org.rapaio.jupyter.kernel.global;

import org.lipkit.draw.FakeKernels;

/** The name and signatures of rapaio's display class, mime before value. */
public final class Global {

  private Global() {}

  public static String display(String mime, Object value) {
    return FakeKernels.display(Global.class, value, mime);
  }

  public static void updateDisplay(String id, String mime, Object value) {
    FakeKernels.update(Global.class, id, value, mime);
  }
}
