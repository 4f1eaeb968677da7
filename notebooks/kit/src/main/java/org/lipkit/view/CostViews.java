package org.lipkit.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.lipkit.cost.Accelerator;
import org.lipkit.cost.ClusterCost;
import org.lipkit.cost.MeasuredCost;
import org.lipkit.cost.RepeatedLayers;
import org.lipkit.cost.TrainingCost;
import org.lipkit.draw.TableBuilder;
import org.lipkit.draw.Title;
import org.lipkit.model.LayerCost;
import org.lipkit.text.Text;
import tech.tablesaw.api.Table;

/** What networks cost, as tables. */
public final class CostViews {

  private static final double MEGA = 1e6;
  private static final double GIGA = 1e9;
  private static final double TERA = 1e12;
  private static final double EXA = 1e18;

  private CostViews() {}

  /** One number that is asked of several things. */
  private record Quantity<T>(String name, ToDoubleFunction<T> of) {}

  /**
   * {@return one row per layer, or per layer and activation that stand several times in succession,
   * then the whole network: multiply-adds for one image, in millions}
   *
   * @param title above the table
   * @param layers in the order in which an image passes them
   */
  public static Table layers(String title, List<LayerCost> layers) {
    List<RepeatedLayers> rows = new ArrayList<>(RepeatedLayers.of(layers));
    rows.add(new RepeatedLayers("whole network", 1, layers));
    return TableBuilder.<RepeatedLayers>of(rows)
        .column("layers", RepeatedLayers::name)
        .column("times", RepeatedLayers::times)
        .number("outputs, million", 3, row -> row.outputs() / MEGA)
        .column("parameters", RepeatedLayers::parameters)
        .number("multiply-adds, million", 1, row -> row.multiplyAdds() / MEGA)
        .table(new Title(title, false));
  }

  /**
   * {@return counted costs of trainings, one column each}
   *
   * @param title above the table
   * @param costs the trainings by name
   */
  public static Table training(String title, Map<String, TrainingCost> costs) {
    TableBuilder<Quantity<TrainingCost>> table =
        TableBuilder.<Quantity<TrainingCost>>of(
                List.of(
                    new Quantity<>(
                        "billion multiply-adds per image, forward", c -> c.multiplyAdds() / GIGA),
                    new Quantity<>("operations per step, 1e12", c -> c.operationsPerStep() / TERA),
                    new Quantity<>("of these for the bound, %", c -> 100 * c.boundShare()),
                    new Quantity<>("thousand steps", c -> c.steps() / 1e3),
                    new Quantity<>("operations in all, 1e18", c -> c.operations() / EXA),
                    new Quantity<>("weights, gradients, moments: GB", c -> c.stateBytes() / GIGA),
                    new Quantity<>(
                        "activations of a batch, at least: GB", c -> c.activationBytes() / GIGA)))
            .column("quantity", Quantity::name);
    costs.forEach((name, cost) -> table.number(name, 2, row -> row.of.applyAsDouble(cost)));
    return table.table(new Title(title, false));
  }

  /**
   * {@return extrapolated hours of trainings: one row per device, one column per training}
   *
   * @param title above the table, which adds what is assumed
   * @param costs the trainings by name
   * @param devices with their published peaks
   * @param utilisation the share of the peak that is assumed to be reached, in (0, 1]
   */
  public static Table hours(
      String title,
      Map<String, TrainingCost> costs,
      List<Accelerator> devices,
      double utilisation) {
    TableBuilder<Accelerator> table =
        TableBuilder.<Accelerator>of(devices)
            .column("device", Accelerator::device)
            .column("arithmetic", Accelerator::arithmetic)
            .column("peak, 1e12/s", Accelerator::peakTeraflops);
    costs.forEach(
        (name, cost) ->
            table.number("hours, " + name, 1, device -> cost.hoursOn(device, utilisation)));
    String assumed = Text.of(" (extrapolated: %.0f %% of the published peak)", 100 * utilisation);
    return table.column("peak from", Accelerator::source).table(new Title(title + assumed, false));
  }

  /**
   * {@return what was measured on one machine, one row per quantity, in core-seconds}
   *
   * @param title above the table, followed by the network's name
   * @param cost the measurement
   * @param batch the paper's batch size, which the step is extrapolated to
   */
  public static Table measured(String title, MeasuredCost cost, int batch) {
    return TableBuilder.<Quantity<MeasuredCost>>of(
            List.of(
                new Quantity<>(
                    "training step, " + MeasuredCost.SMALL + " images", MeasuredCost::smallStep),
                new Quantity<>(
                    "training step, " + MeasuredCost.LARGE + " images", MeasuredCost::largeStep),
                new Quantity<>(
                    "training step, " + batch + " images (extrapolated)", c -> c.step(batch)),
                new Quantity<>(
                    "all norms before the head, estimated by power iteration",
                    MeasuredCost::estimateSeconds),
                new Quantity<>(
                    "all norms before the head, proved from above", MeasuredCost::proofSeconds),
                new Quantity<>(
                    "one image's estimated certificate, norms known", MeasuredCost::estimatedImage),
                new Quantity<>(
                    "one image's proved certificate, norms known", MeasuredCost::certifiedImage)))
        .column("quantity", Quantity::name)
        .number("core-seconds", 2, row -> row.of.applyAsDouble(cost))
        .table(new Title(title + ": " + cost.model(), false));
  }

  /**
   * {@return extrapolated hours of divided work, one row per work}
   *
   * @param title above the table, which adds that it is extrapolated
   * @param works the works
   * @param machines one column for each number of machines
   */
  public static Table cluster(String title, List<ClusterCost> works, int... machines) {
    TableBuilder<ClusterCost> table =
        TableBuilder.<ClusterCost>of(works)
            .column("work", ClusterCost::work)
            .column("tasks", work -> work.tasks().size());
    for (int n : machines) {
      String name = "hours on " + n + (n == 1 ? " machine" : " machines");
      table.number(name, 2, work -> work.seconds(n) / 3600);
    }
    return table.table(new Title(title + " (extrapolated)", false));
  }
}
