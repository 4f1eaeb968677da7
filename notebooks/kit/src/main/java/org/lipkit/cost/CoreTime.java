package org.lipkit.cost;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The processor time of all threads of this program together, in core-seconds. Unlike the time on a
 * clock, it hardly depends on what else the machine does.
 */
public final class CoreTime {

  private static final double NANO = 1e-9;

  private CoreTime() {}

  /**
   * The time since the program started.
   *
   * @return core-seconds
   */
  public static double seconds() {
    return NANO
        * ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }
}
