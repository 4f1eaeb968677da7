package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.data.MadeUp;
import org.lipkit.draw.Tables;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.L2NormPooling;
import org.lipkit.layer.MinMax;
import org.lipkit.train.Recipe;
import org.lipkit.train.TrainingListener;
import org.lipkit.view.RunViews;

/** Where the system writes other digits, letters and decimal points, nothing changes. */
class LocalesTest {

  private static final List<String> LOCALES = List.of("ar-EG", "tr-TR", "de-DE", "und");

  private final Locale before = Locale.getDefault();

  @TempDir Path folder;

  @AfterEach
  void restore() {
    Locale.setDefault(before);
  }

  private static Classifier network() {
    return Classifier.of(
            new Convolution(4, 3, 1, 1),
            new MinMax(),
            new L2NormPooling(4, 4, 0),
            new Flatten(),
            new Dense(10))
        .seed(2);
  }

  @Test
  void aRunAndItsTableAreTheSame() throws IOException {
    Experiment experiment =
        Experiment.named("at-home")
            .data("strokes at home", MadeUp.strokes(3).evenlySpaced(60, 20))
            .model("one convolution", LocalesTest::network)
            .recipe(Recipe.radius(0.05).epochs(2).batch(20).clip(1))
            .radius(0.05);
    List<String> found = new ArrayList<>();
    for (String tag : LOCALES) {
      Locale.setDefault(Locale.forLanguageTag(tag));
      Run run = Runner.run(experiment, folder.resolve(tag), TrainingListener.SILENT);
      String table = Tables.html(RunViews.table("T", List.of(run), List.of(), 0.05));
      assertTrue(table.contains("at-home"), table);
      found.add(
          Files.readString(run.folder().resolve(Run.SAMPLES))
              + run.history().stream().map(Epoch::loss).toList()
              + table);
    }
    for (String other : found) {
      assertEquals(found.get(LOCALES.indexOf("und")), other);
    }
  }
}
