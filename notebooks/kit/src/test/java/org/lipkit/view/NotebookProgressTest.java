package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.lipkit.data.MadeUp;
import org.lipkit.draw.Captured;

class NotebookProgressTest {

  private final AtomicLong clock = new AtomicLong();

  private String after(long slowFirst, int steps, long each) {
    return Captured.output(
        () -> {
          try (NotebookProgress progress = new NotebookProgress("run", clock::get)) {
            clock.addAndGet(TimeUnit.SECONDS.toNanos(slowFirst));
            progress.stepEnded(41, 1041, 1);
            for (int i = 1; i < steps; i++) {
              clock.addAndGet(TimeUnit.SECONDS.toNanos(each));
              progress.stepEnded(41 + i, 1041, 1);
            }
          }
        });
  }

  @Test
  void tellsNoTimeLeftFromTheSlowFirstStep() {
    String first = after(20, 1, 1);
    assertTrue(first.contains("loss 1.000"), first);
    assertFalse(first.contains("left"), first);
  }

  @Test
  void tellsTheTimeLeftFromTheStepsAfterIt() {
    String last = after(20, 11, 2).lines().reduce((a, b) -> b).orElseThrow();
    assertTrue(last.endsWith("33:00 min left"), last);
  }

  @Test
  void namesTheDataFirst() {
    String said =
        Captured.output(
            () -> {
              try (NotebookProgress progress = new NotebookProgress("run")) {
                progress.opened(MadeUp.twoMoons(1).evenlySpaced(1100, 40));
                progress.stepEnded(1, 10, 1);
              }
            });
    assertTrue(said.startsWith("run on "), said);
    assertTrue(said.lines().findFirst().orElseThrow().contains("made up"), said);
    assertTrue(said.contains("1,100 training and 40 test images\n"), said);
  }

  @Test
  void saysASentenceInThePlaceOfTheBar() {
    String said =
        Captured.output(
            () -> {
              try (NotebookProgress progress = new NotebookProgress("run")) {
                progress.say("what was done is kept.");
              }
            });
    assertEquals("run: what was done is kept.", said.strip());
  }
}
