package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.attack.Attacked;
import org.lipkit.attack.Attacker;
import org.lipkit.attack.DeepFool;
import org.lipkit.bound.PowerIteration;
import org.lipkit.bound.SoundNorm;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.certify.Certifier;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.Dataset;
import org.lipkit.data.ImageShape;
import org.lipkit.data.Images;
import org.lipkit.draw.Captured;
import org.lipkit.experiment.AttackedRun;
import org.lipkit.experiment.Epoch;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Results;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunScale;
import org.lipkit.experiment.Runner;
import org.lipkit.experiment.Sample;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.LinearLayer;
import org.lipkit.loss.Loss;
import org.lipkit.train.TrainingListener;
import tech.tablesaw.api.Table;

/** The cells of notebook 08, evaluated as a Java kernel does, and what must hold after each. */
public class MakeItYoursTest {

  static final Path NOTEBOOK = Path.of("../08-make-it-yours.ipynb");

  /** The name that the notebook's records have here, so that its own ones are left alone. */
  private static final String RECORDS = "fruit-of-a-test";

  private static JShell shell;
  private static Path results;
  private static Object taken;

  @TempDir Path folder;

  @BeforeAll
  static void evaluateAllCells() throws IOException {
    results = Results.folder(RECORDS, RunScale.SMOKE, false).getParent().getParent();
    deleteRecords();
    shell =
        JShell.builder()
            .executionEngine("local")
            .compilerOptions("--class-path", System.getProperty("java.class.path"))
            .build();
    for (String cell : Notebook.read(NOTEBOOK).code()) {
      Captured.output(() -> evaluate(cell));
    }
  }

  @AfterAll
  static void deleteRecords() throws IOException {
    if (shell != null) {
      shell.close();
    }
    if (Files.isDirectory(results)) {
      try (Stream<Path> files = Files.walk(results)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          if (results.relativize(file).toString().startsWith(RECORDS)) {
            Files.delete(file);
          }
        }
      }
    }
  }

  private static void evaluate(String code) {
    Notebook.evaluate(shell, code.replace("my-fruit", RECORDS));
  }

  /** Hands an object of the cells over to the test. */
  public static void take(Object object) {
    taken = object;
  }

  private static <T> T cells(String expression, Class<T> type) {
    evaluate(MakeItYoursTest.class.getName() + ".take(" + expression + ");");
    return type.cast(taken);
  }

  private static List<SoundCertificate> proofs(Classifier network, Images images) {
    try (SoundCertifier certifier = new SoundCertifier(network)) {
      return certifier.certify(images);
    }
  }

  /** Trained on the moons, estimated and proved; no attack contradicts the proof. */
  private static void assertTrainedAndProved(Classifier network) {
    Images points = cells("moons", Dataset.class).test().evenlySpaced(100);
    List<Certificate> estimated = new Certifier(network, PowerIteration.PUBLISHED).certify(points);
    List<SoundCertificate> proofs = proofs(network, points);
    List<Attacked> found = new Attacker(network, DeepFool.PUBLISHED).attack(points);
    for (int n = 0; n < points.size(); n++) {
      double proved = proofs.get(n).certificate().radius();
      assertTrue(proved <= proofs.get(n).exactArithmeticRadius());
      assertEquals(estimated.get(n).radius(), proved, 1e-3);
      assertTrue(found.get(n).distance() >= proved);
    }
    List<Certificate> proved = proofs.stream().map(SoundCertificate::certificate).toList();
    assertTrue(new CertifiedAccuracy(proved).at(0.05) > 0.7);
  }

  @Test
  void anActivationOfOnesOwn() {
    Classifier clipped = cells("clipped", Classifier.class);
    assertEquals("Clip", clipped.body().layers().get(2).name());
    assertEquals(1, clipped.body().layers().get(2).bound(SoundNorm.TIGHT).value());
    assertTrainedAndProved(clipped);
  }

  @Test
  void aLinearLayerOfOnesOwn() {
    Classifier symmetric = cells("symmetric", Classifier.class);
    LinearLayer layer = (LinearLayer) symmetric.body().layers().get(3);
    assertEquals(layer.weight(), layer.weight().transpose());
    double estimate = layer.bound(PowerIteration.PUBLISHED).value();
    double proved = layer.bound(SoundNorm.TIGHT).value();
    assertTrue(proved >= estimate && proved < 1.001 * estimate, proved + " >= " + estimate);
    assertTrainedAndProved(symmetric);
  }

  @Test
  void aLossOfOnesOwn() {
    assertEquals("at least half", cells("half", Loss.class).toString());
    assertTrainedAndProved(cells("halved", Classifier.class));
  }

  @Test
  void aLayerWithoutABoundDoesNotCompile() {
    SnippetEvent event = shell.eval("class NoBound extends Layer {}").get(0);
    assertEquals(Snippet.Status.REJECTED, event.status());
    String message = shell.diagnostics(event.snippet()).findFirst().get().getMessage(null);
    assertTrue(message.contains("form(org.lipkit.layer.Pass)"), message);
  }

  @Test
  void aNetworkOfOnesOwn() {
    Classifier network = cells("network().initialize(3, 16, 16)", Classifier.class);
    assertEquals(3, network.classes());
    double product = network.head().bound(SoundNorm.TIGHT).value();
    for (var layer : network.body().layers()) {
      product *= layer.bound(SoundNorm.TIGHT).value();
    }
    assertEquals(product, network.bound(SoundNorm.TIGHT).value(), 1e-9 * product);
    Classifier other = cells("network()", Classifier.class);
    Exception refusal =
        assertThrows(IllegalArgumentException.class, () -> other.initialize(3, 15, 15));
    assertTrue(refusal.getMessage().contains("multiple of 2, not 15"), refusal.getMessage());
  }

  @Test
  void dataOfOnesOwn() {
    for (String name : List.of("fruit", "withSplit")) {
      Dataset data = cells(name, Dataset.class);
      assertEquals(List.of("lemons", "limes", "plums"), data.classNames());
      assertEquals(new ImageShape(3, 16, 16), data.train().shape());
      assertEquals(120, data.train().size());
      assertEquals(30, data.test().size());
      for (int label = 0; label < 3; label++) {
        int own = label;
        assertEquals(10, IntStream.range(0, 30).filter(n -> data.test().label(n) == own).count());
      }
    }
    Dataset points = cells("arrays", Dataset.class);
    assertEquals(List.of("left", "right"), points.classNames());
    assertEquals(16, points.train().size());
    assertEquals(4, points.test().size());
  }

  @Test
  void aCertificateForOnePictureFile() {
    Images one = cells("one", Images.class);
    assertEquals(Images.UNKNOWN, one.label(0));
    Certificate estimated = cells("estimated", Certificate.class);
    Certificate proved = cells("proved", Certificate.class);
    assertEquals("plums", cells("fruit", Dataset.class).classNames().get(proved.prediction()));
    assertTrue(0 < proved.radius() && proved.radius() <= estimated.radius());
    BufferedImage drawn = cells("Pictures.certificate(one, \"plums\", 1, 1)", BufferedImage.class);
    assertTrue(drawn.getWidth() > 0);
  }

  @Test
  void anExperimentOfOnesOwnIsRecordedResumedAndShown() {
    Run mine = cells("mine", Run.class);
    assertEquals(mine.experiment(), Run.load(mine.folder()).experiment());
    Experiment experiment = cells("experiment", Experiment.class);
    Experiment interrupted =
        cells("experiment.name(\"" + RECORDS + "-stopped\").loss(stopped)", Experiment.class);
    assertThrows(CancellationException.class, () -> quietly(interrupted));
    assertTrue(Thread.interrupted());
    Run unbroken = Runner.run(experiment, folder, TrainingListener.SILENT);
    assertEquals(radii(unbroken), radii(mine));
    assertEquals(
        unbroken.history().stream().map(Epoch::loss).toList(),
        mine.history().stream().map(Epoch::loss).toList());
    List<Run> runs = new ArrayList<>();
    cells("runs", List.class).forEach(run -> runs.add((Run) run));
    for (Table table :
        List.of(RunViews.table("T", runs, List.of()), new Scoreboard(runs, List.of()).table("T"))) {
      assertEquals(4, table.rowCount());
      assertTrue(table.print().contains(RECORDS + "/smoke"), table::print);
      assertTrue(table.print().contains("mnist-2c2f-emma/laptop"), table::print);
    }
  }

  private static List<Certificate> radii(Run run) {
    return run.samples().stream().map(Sample::certified).toList();
  }

  @Test
  void aRunThatWasMadeAgainSaysThatItIsRecorded() {
    Run mine = cells("mine", Run.class);
    String said = Captured.output(() -> Lab.run(mine.experiment(), true));
    assertTrue(said.contains(RECORDS + " is recorded: it ended on 20"), said);
    assertTrue(said.contains("at commit"), said);
    assertEquals("", Captured.output(() -> Lab.run(mine.experiment(), false)));
  }

  private static void quietly(Experiment experiment) {
    Captured.output(() -> Lab.run(experiment));
  }

  @Test
  void anAttackOfOnesOwnStandsBesideDeepFool() {
    Run mine = cells("mine", Run.class);
    AttackedRun attacked = cells("Lab.attacked(mine, step)", AttackedRun.class);
    assertEquals(mine.samples().size() / 3, attacked.samples().size());
    List<String> attacks = List.copyOf(attacked.distances().keySet());
    assertEquals(List.of("Carlini-Wagner", "DeepFool", "our step"), attacks);
    for (String attack : attacks) {
      for (double eps = 0; eps < 4; eps += 0.25) {
        assertTrue(attacked.accuracyUnder(attack, eps) >= attacked.certified(eps));
      }
    }
    assertTrue(attacked.accuracyUnder("our step", 4) < 0.5, "it finds something");
  }

  @Test
  void weightsFromAFileWithOtherNames() {
    Classifier original = cells("clipped", Classifier.class);
    Classifier loaded = cells("loaded", Classifier.class);
    for (Map.Entry<String, NDArray> entry : original.state().entrySet()) {
      NDArray found = loaded.state().get(entry.getKey());
      assertEquals(!entry.getKey().endsWith("vector"), entry.getValue().equals(found));
    }
    Images points = cells("moons", Dataset.class).test().evenlySpaced(50);
    assertArrayEquals(
        proofs(original, points).stream().mapToDouble(p -> p.certificate().radius()).toArray(),
        proofs(loaded, points).stream().mapToDouble(p -> p.certificate().radius()).toArray());
    Path file = cells("home.resolve(\"theirs.npz\")", Path.class);
    Map<String, String> one = Map.of("02head_weight", "fc3.weight");
    for (Map.Entry<String, Map<String, String>> wrong :
        Map.of(
                "has no array 03head_weight; it has [01body",
                Map.of("03head_weight", "fc3.weight"),
                "is the trained weight 01body_02Dense_",
                one)
            .entrySet()) {
      Exception refusal =
          assertThrows(IllegalArgumentException.class, () -> loaded.load(file, wrong.getValue()));
      assertTrue(refusal.getMessage().contains(wrong.getKey()), refusal.getMessage());
    }
  }

  @Test
  void aTableAndAChartOfOnesOwn() {
    assertEquals(4, cells("sweep", List.class).size());
    Table table =
        cells(
            "RunTable.of(sweep).percent(\"clean %\", RunStatistics::clean).table(\"T\")",
            Table.class);
    assertEquals(4, table.doubleColumn("clean %").size());
    BufferedImage chart =
        cells(
            "RunChart.of(sweep).x(\"e\", run -> 1).y(\"K\", run -> 2).points(\"T\")",
            BufferedImage.class);
    assertTrue(chart.getWidth() > 0);
  }

  @Test
  void theSolutionsOfItsExercises() throws IOException {
    for (String solution : Notebook.read(NOTEBOOK).solutions()) {
      Captured.output(() -> evaluate(solution));
    }
  }

  @Test
  void noCellIsLongAndNoneNeedsTheEngine() throws IOException {
    for (String cell : Notebook.read(NOTEBOOK).code()) {
      assertTrue(cell.lines().filter(line -> !line.startsWith("import ")).count() <= 12, cell);
      for (String word : List.of("NDManager", "DataType", "new Shape(1,", "UNKNOWN")) {
        assertFalse(cell.contains(word), cell);
      }
    }
  }
}
