package org.lipkit.notebook;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lipkit.experiment.Accelerator;
import org.lipkit.experiment.MeasuredCost;
import org.lipkit.experiment.TrainingCost;
import org.lipkit.model.LayerCost;
import tech.tablesaw.api.Table;

/** What networks cost, as tables. */
public final class CostViews {

  private static final double MEGA = 1e6;
  private static final double GIGA = 1e9;

  private CostViews() {}

  /**
   * A row a kind of layer that stands several times in succession with its activation, then the
   * whole network: multiply-adds for one image, in millions.
   *
   * @param title above the table
   * @param layers the layers of a network
   * @return the table
   */
  public static Table layers(String title, List<LayerCost> layers) {
    List<List<Object>> rows = new ArrayList<>();
    for (int from = 0; from < layers.size(); ) {
      int to = from;
      while (to < layers.size() && like(layers, from, to)) {
        to += 2;
      }
      boolean alone = to <= from + 2;
      int width = alone ? 1 : 2;
      int times = alone ? 1 : (to - from) / 2;
      String name = layers.get(from).layer() + (alone ? "" : " - " + layers.get(from + 1).layer());
      rows.add(row(name, times, layers.subList(from, from + width * times)));
      from += width * times;
    }
    rows.add(row("whole network", 1, layers));
    return Tables.of(
        new Title(title, false),
        List.of("layers", "times", "outputs, million", "parameters", "multiply-adds, million"),
        rows);
  }

  /** Whether the pair of layers at {@code to} is the same as that at {@code from}. */
  private static boolean like(List<LayerCost> layers, int from, int to) {
    return to + 1 < layers.size()
        && layers.subList(to, to + 2).equals(layers.subList(from, from + 2));
  }

  private static List<Object> row(String name, int times, List<LayerCost> layers) {
    return List.of(
        name,
        times,
        rounded(layers.stream().mapToLong(LayerCost::outputs).sum() / MEGA, 1e3),
        layers.stream().mapToLong(LayerCost::parameters).sum(),
        rounded(layers.stream().mapToLong(LayerCost::multiplyAdds).sum() / MEGA, 10));
  }

  /**
   * Counted costs of a training, a row a quantity.
   *
   * @param title above the table
   * @param cost the training
   * @return the table
   */
  public static Table training(String title, TrainingCost cost) {
    return Tables.of(
        new Title(title, false),
        List.of("quantity", "value"),
        List.of(
            List.of(
                "multiply-adds an image, forward",
                text("%.2f billion", cost.multiplyAdds() / GIGA)),
            List.of("operations a step", text("%.3g", cost.operationsAStep())),
            List.of("of these for the bound", text("%.2f %%", 100 * cost.boundShare())),
            List.of("steps", text("%,d", cost.steps())),
            List.of("operations of the whole training", text("%.3g", cost.operations())),
            List.of("weights, gradients, moments", text("%.2f GB", cost.stateBytes() / GIGA)),
            List.of(
                "activations of one batch, at least",
                text("%.1f GB", cost.activationBytes() / GIGA))));
  }

  private static String text(String format, Object value) {
    return String.format(Locale.ROOT, format, value);
  }

  /**
   * Extrapolated hours of a training, a row a device.
   *
   * @param title above the table, which adds that this is extrapolated
   * @param cost the training
   * @param devices with their published peaks
   * @param utilisation the share of the peak that is assumed to be reached, in (0, 1]
   * @return the table
   */
  public static Table hours(
      String title, TrainingCost cost, List<Accelerator> devices, double utilisation) {
    String assumed = text(" (extrapolated: %.0f %% of the published peak)", 100 * utilisation);
    List<List<Object>> rows = new ArrayList<>();
    for (Accelerator device : devices) {
      rows.add(
          List.of(
              device.device(),
              device.arithmetic(),
              device.peakTeraflops(),
              rounded(cost.hoursOn(device, utilisation), 10),
              device.source()));
    }
    return Tables.of(
        new Title(title + assumed, false),
        List.of("device", "arithmetic", "peak, 1e12/s", "hours", "peak from"),
        rows);
  }

  /**
   * What was measured on one machine, a row a quantity, in core-seconds.
   *
   * @param title above the table
   * @param cost the measurement
   * @param batch the paper's batch size, which the step is extrapolated to
   * @return the table
   */
  public static Table measured(String title, MeasuredCost cost, int batch) {
    return Tables.of(
        new Title(title + ": " + cost.model(), false),
        List.of("quantity", "core-seconds"),
        List.of(
            List.of("training step, " + MeasuredCost.SMALL + " images", cost.smallStep()),
            List.of("training step, " + MeasuredCost.LARGE + " images", cost.largeStep()),
            List.of("training step, " + batch + " images (extrapolated)", cost.step(batch)),
            List.of("all norms, estimated by power iteration", cost.estimateSeconds()),
            List.of("all norms, proved from above", cost.proofSeconds()),
            List.of("one image, estimated certificate, norms known", cost.estimatedImage()),
            List.of("one image, proved certificate, norms known", cost.certifiedImage())));
  }

  private static double rounded(double value, double steps) {
    return Math.round(value * steps) / steps;
  }
}
