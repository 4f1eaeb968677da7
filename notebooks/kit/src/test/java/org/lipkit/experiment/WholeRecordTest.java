package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.tensor.EngineState;
import org.lipkit.train.TrainingListener;

/** A record that is not whole, or claims too much, is refused in one sentence. */
class WholeRecordTest {

  /** What may be null: why a run failed, and what older records or uncertified ones lack. */
  private static final Set<String> OPTIONAL =
      Set.of("failure", "earlier", "certification", "weightsSha256", "method");

  @TempDir private static Path made;

  @TempDir private Path folder;

  @BeforeAll
  static void train() {
    Runner.run(SmokeExperiment.named("whole"), made, TrainingListener.SILENT);
  }

  @BeforeEach
  void copy() throws IOException {
    for (String name : List.of(Run.RECORD, Run.HISTORY, Run.SAMPLES)) {
      Files.copy(made.resolve(name), folder.resolve(name));
    }
    Run.load(folder);
  }

  private void assertRefused(String... parts) {
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> Run.load(folder));
    for (String part : parts) {
      assertTrue(refusal.getMessage().contains(part), refusal::getMessage);
    }
    assertEquals(1, refusal.getMessage().lines().count(), refusal::getMessage);
  }

  @ParameterizedTest
  @ValueSource(strings = {"samples.csv", "history.csv"})
  void aFileOfFewerRowsIsRefused(String name) throws IOException {
    List<String> rows = Files.readAllLines(folder.resolve(name));
    Files.write(folder.resolve(name), rows.subList(0, rows.size() - 1));
    assertRefused(name, "run.json says " + (rows.size() - 1), "restore it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"samples.csv", "history.csv"})
  void aFileThatIsCutInsideItsLastNumberIsRefused(String name) throws IOException {
    String text = Files.readString(folder.resolve(name));
    for (int cut = 1; cut < 6; cut++) {
      Files.writeString(folder.resolve(name), text.substring(0, text.length() - cut));
      assertRefused(name);
    }
  }

  @Test
  void rowsInAnotherOrderAreRefused() throws IOException {
    Path samples = folder.resolve(Run.SAMPLES);
    List<String> rows = new ArrayList<>(Files.readAllLines(samples));
    Collections.swap(rows, 3, 7);
    Files.write(samples, rows);
    assertRefused(Run.SAMPLES, "in order");
  }

  @Test
  void otherAccuraciesThanTheRecordedOnesAreRefused() throws IOException {
    Path samples = folder.resolve(Run.SAMPLES);
    List<Sample> rows = new ArrayList<>(RecordFiles.readCsv(samples, Sample.class));
    for (int n = 0; n < rows.size(); n++) {
      Sample row = rows.get(n);
      rows.set(n, new Sample(n, row.prediction(), row.prediction(), 1, 9f, 8f, null));
    }
    RecordFiles.writeCsv(samples, Sample.class, rows);
    assertRefused(Run.SAMPLES, "accuracy than run.json");
  }

  @Test
  void aRadiusCertifiedAboveItsEstimateIsRefused() throws IOException {
    Path samples = folder.resolve(Run.SAMPLES);
    List<Sample> rows = new ArrayList<>(RecordFiles.readCsv(samples, Sample.class));
    Sample row = rows.get(5);
    float more = 1.01f * row.radiusEstimated();
    rows.set(5, new Sample(5, row.label(), row.prediction(), 1, row.radiusEstimated(), more, null));
    RecordFiles.writeCsv(samples, Sample.class, rows);
    assertRefused("Sample 5", "above the estimated");
    Certificate proof = row.certified().withRadius(more);
    assertThrows(
        IllegalArgumentException.class,
        () -> row.withCertified(new SoundCertificate(proof, 1, "", EngineState.now())));
  }

  @Test
  void aPartThatIsNullOrMissingIsRefused() throws IOException {
    Path file = folder.resolve(Run.RECORD);
    JsonNode whole = new ObjectMapper().readTree(file.toFile());
    List<String> broken = new ArrayList<>(List.of("{}", "null", "[]", ""));
    for (String path :
        List.of(
            "",
            "/data",
            "/data/inputs",
            "/outcome",
            "/network",
            "/provenance",
            "/certification",
            "/certification/lipschitz")) {
      for (Iterator<String> names = whole.at(path).fieldNames(); names.hasNext(); ) {
        String name = names.next();
        if (!OPTIONAL.contains(name)) {
          JsonNode copy = whole.deepCopy();
          ((ObjectNode) copy.at(path)).putNull(name);
          broken.add(copy.toString());
          ((ObjectNode) copy.at(path)).remove(name);
          broken.add(copy.toString());
        }
      }
    }
    for (String json : broken) {
      Files.writeString(file, json);
      assertRefused(Run.RECORD, "restore it");
    }
  }

  private void assertRefusedWith(Sample changed, String... parts) {
    Path file = folder.resolve(Run.SAMPLES);
    List<Sample> rows = new ArrayList<>(RecordFiles.readCsv(file, Sample.class));
    rows.set(changed.index(), changed);
    RecordFiles.writeCsv(file, Sample.class, rows);
    assertRefused(parts);
  }

  @Test
  void aSampleThatNoRunHasIsRefused() {
    Sample row = Run.load(folder).samples().get(5);
    float est = row.radiusEstimated();
    float cert = row.radiusCertified();
    for (Sample bad :
        List.of(
            new Sample(5, -2, row.prediction(), 1, est, cert, null),
            new Sample(5, 10, row.prediction(), 1, est, cert, null),
            new Sample(5, row.label(), 10, 1, est, cert, null),
            new Sample(5, row.label(), -2, 1, est, cert, null),
            new Sample(5, row.label(), row.prediction(), -1, est, cert, null),
            new Sample(5, row.label(), row.prediction(), Float.NaN, est, cert, null),
            new Sample(5, row.label(), row.prediction(), 1, Float.NaN, cert, null),
            new Sample(5, row.label(), row.prediction(), 1, Float.POSITIVE_INFINITY, cert, null),
            new Sample(5, row.label(), row.prediction(), 1, est, -1f, null),
            new Sample(5, row.label(), row.prediction(), 1, est, cert, Float.NaN),
            new Sample(5, row.label(), row.prediction(), 1, est, cert, -1f),
            new Sample(5, row.label(), row.prediction(), 1, 2, 1f, 0.5f))) {
      assertRefusedWith(bad, Run.SAMPLES, "row 6", "restore it");
    }
    assertTrue(cert > 0);
  }

  private void assertRefusedRecord(String path, Object value, String... parts) throws IOException {
    Path file = folder.resolve(Run.RECORD);
    String whole = Files.readString(file);
    JsonNode json = new ObjectMapper().readTree(whole);
    int end = path.lastIndexOf('/');
    ((ObjectNode) json.at(path.substring(0, end))).putPOJO(path.substring(end + 1), value);
    Files.writeString(file, json.toString());
    assertRefused(parts);
    Files.writeString(file, whole);
    Run.load(folder);
  }

  @Test
  void aRecordThatContradictsItselfIsRefused() throws IOException {
    assertRefusedRecord(
        "/certification/lipschitz/value", "Infinity", "proved constant", "infinite");
    assertRefusedRecord("/network/lipschitz/value", 0.0, "Lipschitz constant of 0");
    assertRefusedRecord("/network/lipschitz/value", "Infinity", "is infinite");
    assertRefusedRecord("/certification/vra/exactArithmetic", 5.0, "exact arithmetic");
    assertRefusedRecord("/certification/vra/exactArithmetic", -0.1, "exact arithmetic");
    assertRefusedRecord("/certification/vra/exactArithmetic", "NaN", "exact arithmetic");
    for (Integer count : new Integer[] {-3, 1_000_000, null}) {
      assertRefusedRecord(
          "/certification/refusals", Collections.singletonMap("because", count), "refusals");
    }
    assertRefusedRecord("/outcome/status", "DIVERGED", Run.RECORD, "certifies a run that diverged");
  }

  @Test
  void textAfterTheRecordAndKeysThatComeTwiceAreRefused() throws IOException {
    Path file = folder.resolve(Run.RECORD);
    String whole = Files.readString(file);
    for (String damaged :
        List.of(whole + "garbage", whole + "{}", whole.replaceFirst("\\{", "{\"network\": {},"))) {
      Files.writeString(file, damaged);
      assertRefused(Run.RECORD, "cannot be read");
    }
  }

  @Test
  void anEpochThatNoRunHasIsRefused() throws IOException {
    Path file = folder.resolve(Run.HISTORY);
    List<Epoch> rows = RecordFiles.readCsv(file, Epoch.class);
    Epoch e = rows.get(rows.size() - 1);
    for (Epoch bad :
        List.of(
            epoch(e, Double.NaN, e.lipschitz(), 0.5, e.testAccuracy(), e.testVra()),
            epoch(e, e.loss(), -1, 0.5, e.testAccuracy(), e.testVra()),
            epoch(e, e.loss(), e.lipschitz(), 1.5, e.testAccuracy(), e.testVra()),
            epoch(e, e.loss(), e.lipschitz(), 0.5, 1.5, e.testVra()),
            epoch(e, e.loss(), e.lipschitz(), 0.5, Double.NaN, e.testVra()),
            epoch(e, e.loss(), e.lipschitz(), 0.5, e.testAccuracy(), -0.1),
            epoch(e, e.loss(), e.lipschitz(), 0.5, e.testAccuracy(), e.testAccuracy() + 0.01))) {
      List<Epoch> changed = new ArrayList<>(rows);
      changed.set(rows.size() - 1, bad);
      RecordFiles.writeCsv(file, Epoch.class, changed);
      assertRefused(Run.HISTORY, "row " + rows.size(), "restore it");
    }
    double other = e.testAccuracy() < 0.5 ? 1 : 0;
    List<Epoch> changed = new ArrayList<>(rows);
    changed.set(rows.size() - 1, epoch(e, e.loss(), e.lipschitz(), 0.5, other, 0.0));
    RecordFiles.writeCsv(file, Epoch.class, changed);
    assertRefused(Run.HISTORY, "ends with another accuracy");
  }

  private static Epoch epoch(
      Epoch e, double loss, double lipschitz, double train, Double test, Double vra) {
    return new Epoch(
        e.epoch(),
        e.seconds(),
        loss,
        e.learningRate(),
        e.radius(),
        lipschitz,
        train,
        test,
        vra,
        e.rotation());
  }

  @Test
  void aCertifiedRadiusIsWrittenAsADecimalThatIsNotAboveIt() throws IOException {
    List<Sample> rows = new ArrayList<>();
    for (int n = 0; n < 1000; n++) {
      rows.add(new Sample(n, 1, 1, 1, 1 + n, (float) Math.sqrt(1 + n) / 7, null));
    }
    Path file = folder.resolve(Run.SAMPLES);
    RecordFiles.writeCsv(file, Sample.class, rows);
    assertEquals(rows, RecordFiles.readCsv(file, Sample.class), "the same numbers come back");
    List<String> lines = Files.readAllLines(file);
    for (int n = 0; n < 1000; n++) {
      BigDecimal written = new BigDecimal(lines.get(n + 1).split(",")[5]);
      assertTrue(
          written.compareTo(new BigDecimal(rows.get(n).radiusCertified())) <= 0, lines.get(n + 1));
    }
  }

  @Test
  void everyRecordOfTheCheckoutIsWholeAndRoundsItsRadiiDown() throws IOException {
    List<Run> recorded = Results.recorded();
    assertFalse(recorded.isEmpty());
    for (Run run : recorded) {
      List<String> lines = Files.readAllLines(run.folder().resolve(Run.SAMPLES));
      for (Sample sample : run.samples()) {
        BigDecimal written = new BigDecimal(lines.get(sample.index() + 1).split(",")[5]);
        BigDecimal proved = new BigDecimal(sample.radiusCertified());
        assertTrue(written.compareTo(proved) <= 0, () -> run.folder() + " " + sample);
      }
      requireChainRoundedDown(run.folder().resolve("chain.csv"));
    }
  }

  /** The certified radius in a chain is a float32 number too. */
  private static void requireChainRoundedDown(Path file) throws IOException {
    for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
      String written = line.split(",")[1];
      if (!written.equals("certified")) {
        BigDecimal proved = new BigDecimal(Float.parseFloat(written));
        assertTrue(new BigDecimal(written).compareTo(proved) <= 0, () -> file + ": " + line);
      }
    }
  }

  @Test
  void aCertifiedRadiusInAChainIsRoundedDown() throws IOException {
    Path file = folder.resolve("chain.csv");
    List<RadiusChain> chains =
        IntStream.range(0, 1000)
            .mapToObj(n -> new RadiusChain(n, (float) Math.sqrt(1 + n) / 7, 99, 99, 99))
            .toList();
    RecordFiles.writeCsv(file, RadiusChain.class, chains);
    requireChainRoundedDown(file);
    List<RadiusChain> read = RecordFiles.readCsv(file, RadiusChain.class);
    for (int n = 0; n < 1000; n++) {
      assertTrue(read.get(n).certified() <= chains.get(n).certified());
      assertEquals((float) chains.get(n).certified(), (float) read.get(n).certified());
    }
  }

  /** Of two columns of one name the last would count, and a list of something else has no rows. */
  @Test
  void otherColumnsAreRefused() throws IOException {
    Path file = folder.resolve(Run.SAMPLES);
    String rows = Files.readString(file);
    Files.writeString(file, rows.replaceFirst("radius_estimated", "radius_certified"));
    assertRefused("two columns \"radius_certified\"");
    Files.writeString(file, "hello\n");
    assertRefused("a column \"hello\"");
    Files.writeString(file, "\n");
    assertRefused("a column \"\"");
  }

  /** Java's own parsers take more than decimals, and round what a type cannot hold. */
  @Test
  void onlyDecimalNumbersOfTheColumnsTypeAreRead() throws IOException {
    Path file = folder.resolve(Run.SAMPLES);
    for (String margin : List.of("0.64f", "0x1p-1", " 0.64", ".5", "1.", "0.3000000001", "1e-3")) {
      Files.writeString(
          file, "index,label,prediction,margin,radius_estimated\n0,1,1," + margin + ",0.5\n");
      assertRefused("\"" + margin + "\" is not a decimal number of float32");
    }
    for (String index : List.of("0x0", "0.0", " 0", "99999999999")) {
      Files.writeString(
          file, "index,label,prediction,margin,radius_estimated\n" + index + ",1,1,1,0.5\n");
      assertRefused("\"" + index + "\" is not a whole number");
    }
    Path history = folder.resolve(Run.HISTORY);
    String rows = Files.readString(history);
    Files.writeString(history, rows.replaceFirst("\n1,([^,]*),", "\n1,$1d,"));
    assertRefused("is not a decimal number");
    Files.writeString(history, rows.replaceFirst("\n1,[^,]*,", "\n1,,"));
    assertRefused("a number is missing");
  }
}
