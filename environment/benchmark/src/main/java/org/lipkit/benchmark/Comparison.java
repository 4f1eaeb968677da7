package org.lipkit.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lipkit.cost.Measurement;
import org.lipkit.cost.SpeedRecord;
import org.lipkit.text.Text;

/** Two recorded benchmarks row by row. */
final class Comparison {

  private static final List<String> MACHINE = List.of("processor", "cores", "system");
  private static final List<String> ENGINE = List.of("engine");

  private Comparison() {}

  /**
   * A line for each measurement that both records have.
   *
   * @param before the record that is compared with
   * @param now the other one
   * @return the lines, the first of which tell of another machine or engine
   */
  static List<String> lines(SpeedRecord before, SpeedRecord now) {
    List<String> lines = new ArrayList<>();
    if (!of(before, MACHINE).equals(of(now, MACHINE))) {
      lines.add(
          "These were two machines, "
              + of(before, MACHINE)
              + " and "
              + of(now, MACHINE)
              + ": compare only what is told in plain steps.");
    }
    if (!of(before, ENGINE).equals(of(now, ENGINE))) {
      lines.add("The engines were " + of(before, ENGINE) + " before and " + of(now, ENGINE) + ".");
    }
    String network = "";
    for (Measurement row : now.rows()) {
      Optional<Measurement> old = before.counterpart(row);
      if (old.isPresent()) {
        if (!network.equals(row.network())) {
          network = row.network();
          lines.add(network);
        }
        lines.add(line(old.get(), row));
      }
    }
    if (network.isEmpty()) {
      lines.add("The two records have no measurement in common.");
    }
    return lines;
  }

  private static List<String> of(SpeedRecord record, List<String> keys) {
    return keys.stream().map(record.machine()::get).toList();
  }

  private static String line(Measurement before, Measurement now) {
    return Text.of(
        "  %-8s %-35s %9.1f ms, was %9.1f: x %.2f; %.3f x plain, was %.3f",
        now.precision(),
        now.what().label(),
        now.millis(),
        before.millis(),
        now.millis() / before.millis(),
        now.toPlain(),
        before.toPlain());
  }
}
