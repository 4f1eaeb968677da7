package org.lipkit.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.lipkit.bound.Bound;
import org.lipkit.certify.Gap;
import org.lipkit.certify.RoundedDown;
import org.lipkit.certify.RoundedUp;
import org.lipkit.experiment.NetworkReport;
import org.lipkit.text.Text;

/** A network's report as text: proved radii rounded down, proved constants rounded up. */
final class NetworkText {

  private static final int DIGITS = 4;

  private final NetworkReport report;
  private final PrintWriter out;

  private NetworkText(NetworkReport report, PrintWriter out) {
    this.report = report;
    this.out = out;
  }

  static void print(NetworkReport report, PrintWriter out) {
    NetworkText text = new NetworkText(report, out);
    text.network();
    text.layers();
    text.constants();
    if (!report.samples().isEmpty()) {
      text.samples();
      text.gap();
    }
    if (report.accuracy() != null) {
      text.accuracy();
    }
    out.flush();
  }

  private void network() {
    NetworkReport.Network network = report.network();
    out.printf(
        Locale.ROOT,
        "%s: %s values in, %d classes, %,d parameters%nSHA-256 of the file: %s%nSHA-256 of the"
            + " frozen weights: %s%nengine: %s%nLipKit %s at commit %s, computed in %.1f s%n",
        network.file(),
        shape(network.input()),
        network.classes(),
        network.parameters(),
        network.fileSha256(),
        network.weightsSha256(),
        report.engine(),
        report.version(),
        report.provenance().gitCommit(),
        report.seconds());
    network.remarks().forEach(out::println);
    out.println();
  }

  private void layers() {
    TextTable table =
        new TextTable("layer", "output", "parameters", "estimated", "proved", "proved by");
    for (NetworkReport.LayerConstant layer : report.layers()) {
      table.add(
          layer.layer(),
          shape(layer.output()),
          Text.of("%,d", layer.parameters()),
          number(layer.estimated().value()),
          up(layer.proved()),
          layer.proved().method());
    }
    out.println("Lipschitz constants of the layers; of a linear layer it is the norm");
    table.print(out);
    out.println();
  }

  private void constants() {
    TextTable table = new TextTable("constant of", "estimated", "proved");
    add(table, "everything before the last layer, K", report.constants().body());
    add(table, "the margin of two classes, largest K_ji", report.constants().largestMargin());
    table.print(out);
    NetworkReport.LayerConstant largest = report.largestLayer();
    out.printf(
        Locale.ROOT,
        "The largest of the layers' constants is %s, of %s.%n%n",
        up(largest.proved()),
        largest.layer());
  }

  private static void add(TextTable table, String name, NetworkReport.Constant constant) {
    table.add(name, number(constant.estimated().value()), up(constant.proved()));
  }

  private void samples() {
    TextTable table =
        new TextTable(
            "image",
            "class",
            "predicted",
            "margin",
            "estimated",
            "exact arithmetic",
            "certified",
            "at " + report.radius(),
            "");
    for (NetworkReport.CertifiedSample sample : report.samples()) {
      table.add(
          sample.label() == null ? sample.source() : sample.source() + " " + sample.index(),
          sample.label() == null ? "unknown" : sample.label().toString(),
          sample.prediction() == null ? "none" : sample.prediction().toString(),
          number(sample.margin()),
          number(sample.radius().estimated()),
          down(sample.radius().exactArithmetic()),
          down(sample.radius().certified()),
          sample.holdsAt(report.radius()) ? "holds" : "not proved",
          sample.refusal() == null ? "" : sample.refusal());
    }
    out.println(
        "Radii in pixels of [0, 1]: estimated, proved in exact arithmetic, certified in float32");
    table.print(out);
    out.println();
  }

  private void gap() {
    Gap mean = report.meanRadius();
    out.printf(
        Locale.ROOT,
        "Mean radius: %s estimated, %s proved in exact arithmetic, %s certified in float32.%n",
        number(mean.estimated()),
        down(mean.exactArithmetic()),
        down(mean.certified()));
    if (mean.estimated() > 0 && mean.estimated() < Double.POSITIVE_INFINITY) {
      out.printf(
          Locale.ROOT,
          "Upper bounds in place of estimates cost %.3g %% of it, and rounding %.3g %%.%n",
          100 * mean.bound() / mean.estimated(),
          100 * mean.rounding() / mean.estimated());
    }
  }

  private void accuracy() {
    NetworkReport.Accuracy accuracy = report.accuracy();
    out.printf(
        Locale.ROOT,
        "%d images with a class: %.2f %% correct; correct and robust at %s: %.2f %% estimated,"
            + " %.2f %% proved in exact arithmetic, %.2f %% certified in float32%n",
        accuracy.samples(),
        100 * accuracy.clean(),
        report.radius(),
        100 * accuracy.vra().estimated(),
        100 * accuracy.vra().exactArithmetic(),
        100 * accuracy.vra().certified());
  }

  private static String number(double value) {
    return Text.of("%." + DIGITS + "g", value);
  }

  private static String up(Bound bound) {
    return number(RoundedUp.digits(bound.value(), DIGITS));
  }

  private static String down(double radius) {
    return number(RoundedDown.digits(radius, DIGITS));
  }

  private static String shape(List<Long> sides) {
    return sides.stream().map(String::valueOf).collect(Collectors.joining(" x "));
  }
}
