package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.cost.Measurement;
import org.lipkit.cost.Measurement.Work;
import org.lipkit.cost.OperatorTime;
import org.lipkit.cost.SpeedRecord;

class SpeedViewsTest {

  private static SpeedViews views() {
    return new SpeedViews(
        Optional.of(record(Measurement.FLOAT32, Measurement.MIXED)),
        List.of(
            operator(Work.PLAIN_STEP, "multiply", 40),
            operator(Work.CERTIFIED_STEP_10, "multiply", 45),
            operator(Work.CERTIFIED_STEP_10, "scale", 7)));
  }

  private static SpeedRecord record(String... precisions) {
    List<Measurement> rows = new ArrayList<>();
    for (String precision : precisions) {
      double factor = precision.equals(Measurement.MIXED) ? 1 : 4;
      for (Work work : Work.values()) {
        if (work.isTraining()) {
          double millis = factor * (100 + work.ordinal());
          rows.add(new Measurement("net", 11, precision, work, 3, millis, 0.5, 1.25, 2.5, 512.4));
        }
      }
    }
    Map<String, String> environment = Map.of("processor", "a processor", "cores", "2");
    return new SpeedRecord(new SpeedRecord.Machine(environment, "abc", "a day"), rows);
  }

  private static OperatorTime operator(Work what, String name, double millis) {
    return new OperatorTime("net", 11, Measurement.MIXED, what, name, 3, millis);
  }

  private static String shown(Runnable view) {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      view.run();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theMachineIsNamed() {
    String machine = views().machine().orElseThrow();
    assertTrue(machine.startsWith("a processor, 2 cores"), machine);
  }

  @Test
  void tablesHaveARowAMeasurement() {
    String table = shown(() -> views().table("t", Work.PLAIN_STEP));
    assertEquals(2, table.lines().filter(line -> line.contains("plain training step")).count());
    assertTrue(table.contains("404") && table.contains("101") && table.contains("512"), table);
  }

  @Test
  void whatIsCountedStandsBesideWhatIsMeasured() {
    String table = shown(() -> views().prediction("t"));
    assertTrue(table.contains("1.121") && table.contains("1.667"), table);
  }

  @Test
  void mixedPrecisionIsComparedWithFloat32() {
    String table = shown(() -> views().precisions("t"));
    assertEquals(
        4, table.lines().filter(line -> line.strip().matches(".*\\b4(\\.0*)?\\W*")).count(), table);
  }

  @Test
  void theProfileListsWhatCertificationAddsMostTo() {
    String table = profile(Measurement.MIXED);
    int scale = table.indexOf("scale");
    assertTrue(scale >= 0 && scale < table.indexOf("multiply"), table);
    assertTrue(
        table.lines().anyMatch(line -> line.matches(".*multiply.*\\b40\\b.*\\b45\\b.*\\b5\\b.*")),
        table);
    assertEquals("", profile(Measurement.FLOAT32));
  }

  private static String profile(String precision) {
    return shown(
        () -> views().profile("t", "net", precision, Work.PLAIN_STEP, Work.CERTIFIED_STEP_10, 5));
  }

  @Test
  void barsAreDrawn() {
    assertTrue(shown(() -> views().certifiedSteps("t")).contains("picture"));
    assertTrue(shown(() -> views().overFloor("t")).contains("picture"));
  }

  @Test
  void withoutMixedPrecisionThereAreBarsAndNoTableOfIt() {
    SpeedViews views = new SpeedViews(Optional.of(record(Measurement.FLOAT32)), List.of());
    assertTrue(shown(() -> views.certifiedSteps("t")).contains("picture"));
    assertTrue(shown(() -> views.overFloor("t")).contains("picture"));
    assertEquals("", shown(() -> views.precisions("t")));
  }

  @Test
  void anotherProgramStandsBesideInWhatBothHave(@TempDir Path folder) {
    SpeedRecord here = record(Measurement.FLOAT32);
    List<Measurement> slower = new ArrayList<>();
    for (Measurement row : here.rows()) {
      int batch = row.what() == Work.PLAIN_STEP ? 11 : 12;
      slower.add(
          new Measurement("net", batch, row.precision(), row.what(), 1, 800, null, 1, 1, null));
    }
    new SpeedRecord(here.machine(), slower).save(folder);
    SpeedViews views = new SpeedViews(Optional.of(here), List.of());
    String table = shown(() -> views.beside("t", folder));
    List<String> rows = table.lines().filter(line -> line.matches(".*\\bnet\\b.*")).toList();
    assertEquals(1, rows.size(), table);
    assertTrue(
        rows.get(0).matches(".*plain training step.*\\b800\\b.*\\b404\\b.*0\\.51\\b.*"), table);
    assertEquals("", shown(() -> views.beside("t", folder.resolve("none"))));
  }

  @Test
  void withoutABenchmarkThereIsOneSentence() {
    SpeedViews none = new SpeedViews(Optional.empty(), List.of());
    String sentence = shown(() -> SpeedViews.recorded(Path.of("none")));
    assertTrue(sentence.contains("run environment/bench --folder none"), sentence);
    assertEquals(Optional.empty(), none.machine());
    assertEquals(
        "",
        shown(
            () -> {
              none.certifiedSteps("t");
              none.overFloor("t");
              none.table("t", Work.PLAIN_STEP);
              none.prediction("t");
              none.precisions("t");
            }));
  }
}
