package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.catalogue.Catalogue;
import org.lipkit.data.Dataset;
import org.lipkit.data.MadeUp;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.MinMax;
import org.lipkit.loss.CrossEntropy;
import org.lipkit.loss.Emma;
import org.lipkit.loss.Loss;
import org.lipkit.loss.MarginLoss;
import org.lipkit.tensor.Tensors;
import org.lipkit.train.AdamW;
import org.lipkit.train.AdversarialTraining;
import org.lipkit.train.LearningRateDecay;
import org.lipkit.train.Lookahead;
import org.lipkit.train.Muon;
import org.lipkit.train.NAdam;
import org.lipkit.train.OrthogonalAdam;
import org.lipkit.train.OrthogonalMuon;
import org.lipkit.train.RadiusRamp;
import org.lipkit.train.RandAugment;
import org.lipkit.train.Recipe;
import org.lipkit.train.Regularizer;
import org.lipkit.train.Sgd;
import org.lipkit.train.SynchronizedLookahead;
import org.lipkit.train.TrainingListener;
import org.lipkit.train.WeightDecay;
import org.lipkit.view.RunViews;
import org.lipkit.view.Scoreboard;
import org.lipkit.view.SeedViews;
import tech.tablesaw.api.Table;

/** Losses, networks, data and experiments of one's own are recorded as the catalogue's are. */
class OwnExperimentTest {

  @TempDir Path folder;

  /** The same penalty weight for every rival. */
  record Even(double weight) implements MarginLoss {
    @Override
    public NDArray penaltyWeights(NDArray ratios, NDArray own) {
      return ratios.onesLike().mul((float) weight);
    }
  }

  /** Does nothing, and is no record. */
  static final class Lazy implements Regularizer {}

  private static Classifier network() {
    return Classifier.of(new Flatten(), new Dense(16), new MinMax(), new Dense(2)).seed(2);
  }

  private static Experiment experiment() {
    Recipe recipe = Recipe.radius(0.05).epochs(3).batch(20).rate(1e-2).regularizer(new Lazy());
    return Experiment.named("moons-of-mine")
        .data("moons in a cell", MadeUp.twoMoons(3).evenlySpaced(200, 50))
        .model("two dense layers", OwnExperimentTest::network)
        .loss(new Even(0.5))
        .recipe(recipe)
        .radius(0.05);
  }

  private Run run(Experiment experiment, String name) {
    return Runner.run(experiment, folder.resolve(name), TrainingListener.SILENT);
  }

  private static <T> T again(T value, Class<T> type, Path file) {
    RecordFiles.writeJson(file, value);
    return RecordFiles.readJson(file, type);
  }

  @Test
  void itIsRunRecordedResumedAndLoaded() {
    Run unbroken = run(experiment(), "a");
    TrainingListener interruption =
        new TrainingListener() {
          @Override
          public void stepEnded(long done, long total, double loss) {
            if (done == 14) {
              Thread.currentThread().interrupt();
            }
          }
        };
    assertThrows(
        CancellationException.class,
        () -> Runner.run(experiment(), folder.resolve("b"), interruption));
    assertTrue(Thread.interrupted());
    Run resumed = run(experiment(), "b");
    assertEquals(unbroken.samples(), resumed.samples());
    assertEquals(
        unbroken.history().stream().map(Epoch::loss).toList(),
        resumed.history().stream().map(Epoch::loss).toList());
    assertTrue(unbroken.certifiedVra() > 0);
    assertEquals("moons in a cell (made up)", unbroken.dataTitle());
    assertEquals(
        unbroken.record().outcome(), run(experiment(), "a").record().outcome(), "it is loaded");
    assertThrows(IllegalArgumentException.class, () -> run(experiment().seed(2), "a"));
    assertThrows(IllegalArgumentException.class, () -> run(experiment().loss(new Even(1)), "a"));
  }

  @Test
  void anotherProcessReadsTheRecordAndShowsItsNamesAndRefusesToRunIt() {
    Run made = run(experiment(), "a");
    Run read = Run.load(folder.resolve("a"));
    assertEquals(made.experiment(), read.experiment());
    assertEquals("two dense layers", read.experiment().model());
    assertEquals("Even[weight=0.5], Lazy", read.experiment().method());
    assertEquals(made.estimated().clean(), read.estimated().clean());
    assertFalse(read.experiment().isHere());
    try (NDManager manager = Tensors.newManager()) {
      Exception refusal = assertThrows(IllegalStateException.class, () -> read.classifier(manager));
      assertTrue(refusal.getMessage().contains("two dense layers"), refusal.getMessage());
      assertEquals(
          made.classifier(manager).state(), read.with(experiment()).classifier(manager).state());
    }
    Exception refusal = assertThrows(IllegalStateException.class, read::testImages);
    assertTrue(refusal.getMessage().contains("moons in a cell"), refusal.getMessage());
    Loss loss = read.experiment().loss();
    refusal = assertThrows(IllegalStateException.class, () -> loss.evaluate(null, null, null, 0));
    assertTrue(refusal.getMessage().contains("Even[weight=0.5]"), refusal.getMessage());
    assertThrows(
        IllegalStateException.class, () -> read.experiment().recipe().regularizer().updated(null));
    assertThrows(
        IllegalArgumentException.class, () -> read.with(experiment().name("something-else")));
  }

  @Test
  void itsNamedNetworkOfTheLibraryIsLoadedWithoutTheData() {
    Dataset own = MadeUp.textures(8, 3, 1).evenlySpaced(60, 20);
    Experiment experiment =
        experiment()
            .data("shapes", own)
            .model("LiResNet L1 W4 D8")
            .recipe(Recipe.radius(0.1).epochs(1));
    run(experiment.recipe(experiment.recipe().batch(30)), "a");
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = Run.load(folder.resolve("a")).classifier(manager);
      assertEquals(3, classifier.classes());
    }
  }

  @Test
  void itStandsInTheSameTablesAsTheCataloguesRuns() {
    run(experiment(), "moons-of-mine/laptop");
    List<Run> all = new ArrayList<>(Results.recorded(folder));
    all.addAll(Results.recorded().subList(0, 2));
    assertEquals("moons-of-mine", all.get(0).experiment().name());
    for (Table table :
        List.of(
            RunViews.table("T", all, List.of(), 0.1),
            SeedViews.table("T", all, 0.1),
            new Scoreboard(all, List.of()).table("T"))) {
      assertEquals(3, table.rowCount());
      assertTrue(table.print().contains("Even[weight=0.5], Lazy"), table::print);
    }
  }

  @Test
  void anUnnamedLambdaIsTrainedButNotRecorded() throws IOException {
    MarginLoss lambda = (ratios, own) -> ratios.onesLike();
    Exception refusal =
        assertThrows(
            IllegalArgumentException.class, () -> run(experiment().loss(lambda), "lambda"));
    assertTrue(refusal.getMessage().contains("Loss.named"), refusal.getMessage());
    Run named = run(experiment().loss(Loss.named("the whole margin", lambda)), "named");
    assertEquals("the whole margin, Lazy", named.experiment().method());
    String json = Files.readString(folder.resolve("named/run.json"));
    assertTrue(json.contains("\"name\" : \"the whole margin\""), json);
    Experiment read = Run.load(folder.resolve("named")).experiment();
    assertEquals("the whole margin, Lazy", read.method());
    assertNotEquals(read, experiment());
  }

  @Test
  void aRecipeReadFromItsRecordIsTheSame() {
    Recipe recipe =
        Recipe.radius(new RadiusRamp.Logarithmic(0.01, 0.1, 0.25))
            .epochs(7)
            .batch(9)
            .rate(0.3)
            .warmup(0.125)
            .decay(new LearningRateDecay.Steps(0.1, List.of(0.5, 0.75)))
            .optimizer(new Lookahead(6, 0.5, new NAdam(1e-4)))
            .clip(3)
            .powerIterations(5)
            .unrolled(true)
            .mixedPrecision(true)
            .averaging(0.99)
            .regularizer(new AdversarialTraining(0.5, 3))
            .noise(0.25);
    Path file = folder.resolve("recipe.json");
    assertEquals(recipe, again(recipe, Recipe.class, file));
    for (Recipe other :
        List.of(
            Recipe.radius(1),
            recipe.ramp(new RadiusRamp.Constant(1)).decay(new LearningRateDecay.Constant()),
            recipe.decay(new LearningRateDecay.AfterHalf(1e-3)).optimizer(new Sgd(0.9, true, 0)),
            recipe.optimizer(new AdamW(1e-4)).regularizer(new WeightDecay(5e-4)),
            recipe
                .optimizer(new Muon(0.95, 0, new Lookahead(6, 0.5, new NAdam(1e-4)), 0.1))
                .decay(new LearningRateDecay.OneCycle())
                .regularizer(new RandAugment(2, 0.3)),
            recipe.optimizer(new OrthogonalAdam(6, new NAdam(0), 0.5)),
            recipe.optimizer(new OrthogonalMuon(0.95, new AdamW(0), 0.1)),
            recipe.optimizer(new SynchronizedLookahead(6, 0.5, new NAdam(0))))) {
      assertEquals(other, again(other, Recipe.class, file));
    }
  }

  @Test
  void aRecordThatIsOlderThanAFieldHasItsFirstValue() throws IOException {
    Path file = folder.resolve("recipe.json");
    RecordFiles.writeJson(file, Recipe.radius(1));
    Files.writeString(file, Files.readString(file).replaceFirst("\\s*\"unrolled\" : false,", ""));
    assertEquals(Recipe.radius(1), RecordFiles.readJson(file, Recipe.class));
    assertTrue(Files.readString(file).indexOf("unrolled") < 0);
  }

  @Test
  void aRecordThatLacksAFieldOrHasAnImpossibleOneIsRefused() throws IOException {
    Path file = folder.resolve("recipe.json");
    RecordFiles.writeJson(file, Recipe.radius(1));
    String json = Files.readString(file);
    for (Map.Entry<String, String> change :
        Map.of(
                "\"batch\" : 128,", "",
                "\"epochs\" : 20", "\"epochs\" : 0",
                "\"type\" : \"AdamW\"", "\"type\" : \"Adagrad\"",
                "\"type\" : \"Cosine\",", "\"type\" : \"Cosine\", \"first\" : 1,",
                "\"powerIterations\"", "\"iterations\"")
            .entrySet()) {
      String damaged = json.replace(change.getKey(), change.getValue());
      assertNotEquals(json, damaged);
      Files.writeString(file, damaged);
      Exception refusal =
          assertThrows(
              IllegalArgumentException.class, () -> RecordFiles.readJson(file, Recipe.class));
      assertTrue(refusal.getMessage().contains("recipe.json"), refusal.getMessage());
    }
  }

  @Test
  void whatIsMissingOrTakenIsSaidInASentence() {
    Experiment mine = Experiment.named("mine");
    Experiment[] partial = {mine, mine.data("mnist"), mine.data("mnist").model("2C2F")};
    String[] missing = {"has no data", "has no model", "has no recipe"};
    for (int i = 0; i < missing.length; i++) {
      Experiment some = partial[i];
      Exception refusal = assertThrows(IllegalArgumentException.class, () -> run(some, "mine"));
      assertTrue(refusal.getMessage().contains(missing[i]), refusal.getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> Experiment.named("../mine"));
    assertThrows(IllegalArgumentException.class, () -> mine.data("nist"));
    assertThrows(
        IllegalArgumentException.class, () -> mine.model("2C2F", OwnExperimentTest::network));
    assertThrows(IllegalArgumentException.class, () -> mine.data("mnist", MadeUp.twoMoons(1)));
  }

  @Test
  void aSetterLeavesTheExperimentItWasCalledOnAsItWas() {
    Experiment experiment = Catalogue.get("mnist-2c2f-emma", RunScale.LAPTOP);
    assertEquals(new Emma(), experiment.loss());
    assertNotEquals(experiment, experiment.loss(new CrossEntropy()));
    assertEquals(experiment, experiment.seed(7).seed(1));
    assertEquals("EMMA", experiment.method());
  }
}
