package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedTest {

  private static final String ROW =
      "{'system':'A','dataset':'MNIST','eps':0.3,'vra_pct':90.0,'source':'s','evidence':'primary'";

  @TempDir Path folder;

  @Test
  void everyRowHasASourceAndPossibleNumbers() {
    List<PublishedResult> all = Published.load().results();
    assertFalse(all.isEmpty());
    for (PublishedResult r : all) {
      assertFalse(r.source().isBlank(), r.toString());
      assertTrue(r.eps() > 0, r.toString());
      assertTrue(0 < r.vraPct(), r.toString());
      assertTrue(r.cleanPct() == null || r.vraPct() <= r.cleanPct(), r.toString());
      assertTrue(r.cleanPct() == null || r.cleanPct() <= 100, r.toString());
      assertTrue(List.of("primary", "secondary").contains(r.evidence()), r.toString());
    }
  }

  @Test
  void findsTheNumberTheMnistNotebookStandsBeside() {
    List<PublishedResult> found =
        Published.load().dataset("mnist").eps(0.3).system("GloRo").results();
    assertEquals(1, found.size());
    assertEquals("2C2F", found.get(0).architecture());
    assertEquals(95.7, found.get(0).vraPct());
    assertNull(found.get(0).cleanPct());
  }

  @Test
  void comparesRadiiWithATolerance() {
    Published cifar = Published.load().dataset("CIFAR-10");
    assertFalse(cifar.eps(36 / 255.0).results().isEmpty());
    assertEquals(cifar.eps(36 / 255.0).results(), cifar.eps(0.1412).results());
    assertTrue(cifar.eps(0.1414).results().isEmpty());
    assertThrows(IllegalArgumentException.class, () -> cifar.eps(0));
    assertThrows(IllegalArgumentException.class, () -> cifar.eps(Double.NaN));
  }

  @Test
  void findingsAreNamedAndSourced() {
    Published published = Published.load();
    assertTrue(published.finding("lipschitz_tightness").path("rows").size() > 0);
    var e = assertThrows(IllegalArgumentException.class, () -> published.finding("tightnes"));
    assertTrue(e.getMessage().contains("lipschitz_tightness"), e.getMessage());
    assertSentence("{'vra':[],'findings':{'f':{'rows':[]}}}", "source");
  }

  @Test
  void readsAFileOfTheSameFormat() throws IOException {
    Path file = folder.resolve("mine.json");
    Files.writeString(file, ("{'vra':[" + ROW + "}]}").replace('\'', '"'));
    assertEquals("A", Published.read(file).results().get(0).system());
  }

  @Test
  void badFilesGetASentenceThatNamesFileAndFault() throws IOException {
    assertSentence("{'vra':[" + ROW + ",'surprise':1}]}", "surprise");
    assertSentence("{'vra':[],'surprise':1}", "surprise");
    assertSentence("{'vra':[" + ROW + "}," + ROW + ",'clean_pct':80}]}", "row 2");
    assertSentence("{'vra':[" + ROW + ",'clean_pct':101}]}", "clean_pct");
    assertSentence("{'vra':[" + ROW.replace("0.3", "0") + "}]}", "eps");
    assertSentence("{'vra':[" + ROW.replace("'s'", "' '") + "}]}", "source");
    assertSentence("{'vra':[" + ROW, "mine.json");
    assertSentence("{}", "vra");
    assertSentence("{'vra':[null]}", "vra");
    assertSentence("null", "vra");
  }

  private void assertSentence(String json, String fault) {
    Path file = folder.resolve("mine.json");
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> {
              Files.writeString(file, json.replace('\'', '"'));
              Published.read(file);
            });
    assertTrue(e.getMessage().contains("mine.json"), e.getMessage());
    assertTrue(e.getMessage().contains(fault), e.getMessage());
  }
}
