package org.lipkit.command;

import org.lipkit.tensor.Devices;
import picocli.CommandLine.Option;

/** The option of the commands that may compute on a GPU. */
final class DeviceOption {

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = {
        "cpu or gpu, in place of LIPKIT_DEVICE (default: cpu); certificates are proved on the",
        "processor in any case"
      })
  private void set(String device) {
    if (device != null) {
      System.setProperty(Devices.PROPERTY, device);
    }
  }
}
