package org.lipkit.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lipkit.cost.Measurement;
import org.lipkit.cost.Measurement.Work;
import org.lipkit.cost.SpeedRecord;

class ComparisonTest {

  private static SpeedRecord record(String processor, Measurement... rows) {
    return record(Map.of("processor", processor, "cores", "2", "engine", "threads: 2"), rows);
  }

  private static SpeedRecord record(Map<String, String> environment, Measurement... rows) {
    return new SpeedRecord(
        new SpeedRecord.Machine(environment, "unknown", "2026-01-01T00:00:00Z"), List.of(rows));
  }

  private static Measurement row(String network, int batch, Work work, double ms, double plain) {
    return new Measurement(network, batch, Measurement.FLOAT32, work, 3, ms, null, plain, 1, null);
  }

  private final SpeedRecord before =
      record(
          "a",
          row("2C2F", 256, Work.CERTIFIED_STEP_10, 40, 2),
          row("2C2F", 256, Work.BOUND_10, 16, 0.8));

  @Test
  void rowsThatBothHaveAreComparedInTimesAndInPlainSteps() {
    SpeedRecord now =
        record(
            "a",
            row("2C2F", 256, Work.CERTIFIED_STEP_10, 30, 1.25),
            row("2C2F", 32, Work.BOUND_10, 2, 0.1),
            row("4C3F", 256, Work.BOUND_10, 2, 0.1));
    List<String> lines = Comparison.lines(before, now);
    assertEquals(2, lines.size());
    assertEquals("2C2F", lines.get(0));
    assertTrue(lines.get(1).contains("30.0 ms, was      40.0: x 0.75; 1.250 x plain, was 2.000"));
  }

  @Test
  void anotherMachineAndNothingInCommonAreSaid() {
    List<String> lines = Comparison.lines(before, record("b"));
    assertTrue(lines.get(0).contains("[a, 2, unknown] and [b, 2, unknown]"), lines.get(0));
    assertEquals("The two records have no measurement in common.", lines.get(1));
  }

  @Test
  void anotherEngineIsSaid() {
    Map<String, String> now = Map.of("processor", "a", "cores", "2", "engine", "threads: 1");
    assertEquals(
        "The engines were [threads: 2] before and [threads: 1].",
        Comparison.lines(before, record(now)).get(0));
  }
}
