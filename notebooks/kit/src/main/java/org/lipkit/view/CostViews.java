package org.lipkit.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.lipkit.cost.Accelerator;
import org.lipkit.cost.MeasuredCost;
import org.lipkit.cost.TrainingCost;
import org.lipkit.draw.Title;
import org.lipkit.model.LayerCost;
import tech.tablesaw.api.Table;

/** What networks cost, as tables. */
public final class CostViews {

  private static final double MEGA = 1e6;
  private static final double GIGA = 1e9;
  private static final double TERA = 1e12;
  private static final double EXA = 1e18;

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
        RunViews.rounded(layers.stream().mapToLong(LayerCost::outputs).sum() / MEGA, 1e3),
        layers.stream().mapToLong(LayerCost::parameters).sum(),
        RunViews.rounded(layers.stream().mapToLong(LayerCost::multiplyAdds).sum() / MEGA, 10));
  }

  /**
   * Counted costs of trainings, a column each.
   *
   * @param title above the table
   * @param costs the trainings by name
   * @return the table
   */
  public static Table training(String title, Map<String, TrainingCost> costs) {
    List<String> header = new ArrayList<>(List.of("quantity"));
    header.addAll(costs.keySet());
    return Tables.of(
        new Title(title, false),
        header,
        List.of(
            row("billion multiply-adds an image, forward", costs, c -> c.multiplyAdds() / GIGA),
            row("operations a step, 1e12", costs, c -> c.operationsAStep() / TERA),
            row("of these for the bound, %", costs, c -> 100 * c.boundShare()),
            row("thousand steps", costs, c -> c.steps() / 1e3),
            row("operations in all, 1e18", costs, c -> c.operations() / EXA),
            row("weights, gradients, moments: GB", costs, c -> c.stateBytes() / GIGA),
            row("activations of a batch, at least: GB", costs, c -> c.activationBytes() / GIGA)));
  }

  private static List<Object> row(
      String name, Map<String, TrainingCost> costs, ToDoubleFunction<TrainingCost> value) {
    List<Object> row = new ArrayList<>(List.of(name));
    costs.values().forEach(cost -> row.add(RunViews.rounded(value.applyAsDouble(cost), 100)));
    return row;
  }

  /**
   * Extrapolated hours of trainings: a row a device, a column a training.
   *
   * @param title above the table, which adds what is assumed
   * @param costs the trainings by name
   * @param devices with their published peaks
   * @param utilisation the share of the peak that is assumed to be reached, in (0, 1]
   * @return the table
   */
  public static Table hours(
      String title,
      Map<String, TrainingCost> costs,
      List<Accelerator> devices,
      double utilisation) {
    List<String> header = new ArrayList<>(List.of("device", "arithmetic", "peak, 1e12/s"));
    costs.keySet().forEach(name -> header.add("hours, " + name));
    header.add("peak from");
    List<List<Object>> rows = new ArrayList<>();
    for (Accelerator device : devices) {
      List<Object> row =
          new ArrayList<>(List.of(device.device(), device.arithmetic(), device.peakTeraflops()));
      costs
          .values()
          .forEach(cost -> row.add(RunViews.rounded(cost.hoursOn(device, utilisation), 10)));
      row.add(device.source());
      rows.add(row);
    }
    String assumed =
        String.format(
            Locale.ROOT, " (extrapolated: %.0f %% of the published peak)", 100 * utilisation);
    return Tables.of(new Title(title + assumed, false), header, rows);
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
            row("training step, " + MeasuredCost.SMALL + " images", cost.smallStep()),
            row("training step, " + MeasuredCost.LARGE + " images", cost.largeStep()),
            row("training step, " + batch + " images (extrapolated)", cost.step(batch)),
            row("all norms before the head, estimated by power iteration", cost.estimateSeconds()),
            row("all norms before the head, proved from above", cost.proofSeconds()),
            row("one image's estimated certificate, norms known", cost.estimatedImage()),
            row("one image's proved certificate, norms known", cost.certifiedImage())));
  }

  private static List<Object> row(String name, double seconds) {
    return List.of(name, RunViews.rounded(seconds, 100));
  }
}
