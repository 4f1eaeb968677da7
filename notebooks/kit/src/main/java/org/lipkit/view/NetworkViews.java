package org.lipkit.view;

import java.util.List;
import java.util.stream.Collectors;
import org.lipkit.certify.RoundedDown;
import org.lipkit.certify.RoundedUp;
import org.lipkit.draw.TableBuilder;
import org.lipkit.draw.Title;
import org.lipkit.experiment.NetworkReport;
import tech.tablesaw.api.Table;

/** The report of a network as tables: proved radii rounded down, proved constants rounded up. */
public final class NetworkViews {

  private static final int DECIMALS = 4;

  private NetworkViews() {}

  /**
   * {@return one row per layer: the shape of its output, its parameters and its Lipschitz constant,
   * estimated by power iteration and proved}
   *
   * @param title above the table
   * @param report the report
   */
  public static Table layers(String title, NetworkReport report) {
    return TableBuilder.of(report.layers())
        .column("layer", row -> ModelViews.readable(row.layer()))
        .column(
            "output",
            row -> row.output().stream().map(String::valueOf).collect(Collectors.joining(" x ")))
        .column("parameters", NetworkReport.LayerConstant::parameters)
        .number("estimated", DECIMALS, row -> row.estimated().value())
        .column("proved", row -> RoundedUp.value(row.proved().value(), DECIMALS))
        .column("proved by", row -> row.proved().method())
        .table(new Title(title, false));
  }

  /**
   * {@return one row per image: its class where that is known, the prediction, its margin, and the
   * radius in pixels of [0, 1], estimated, proved in exact arithmetic and certified for the float32
   * program}
   *
   * @param title above the table
   * @param samples some samples of a report
   */
  public static Table samples(String title, List<NetworkReport.CertifiedSample> samples) {
    return TableBuilder.of(samples)
        .column("image", NetworkReport.CertifiedSample::source)
        .column("index", NetworkReport.CertifiedSample::index)
        .column("class", NetworkReport.CertifiedSample::label)
        .column("predicted", NetworkReport.CertifiedSample::prediction)
        .number("margin", DECIMALS, NetworkReport.CertifiedSample::margin)
        .number("estimated", DECIMALS, row -> row.radius().estimated())
        .column(
            "exact arithmetic", row -> RoundedDown.value(row.radius().exactArithmetic(), DECIMALS))
        .column("certified", row -> RoundedDown.value(row.radius().certified(), DECIMALS))
        .table(new Title(title, false));
  }
}
