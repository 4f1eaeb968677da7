package org.lipkit.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutboxTest {

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final PrintStream target = new PrintStream(sent, false, StandardCharsets.UTF_8);
  private final Outbox outbox = new Outbox();

  @Test
  void keepsTheOrderOfTextAndDisplays() {
    PrintStream out = outbox.to(target);
    PrintStream err = outbox.to(target);
    out.print("ä1 ");
    err.print("2 ");
    outbox.put(() -> target.print("3 "));
    out.print("4");
    outbox.flush();
    assertEquals("ä1 2 3 4", sent.toString(StandardCharsets.UTF_8));
  }

  @Test
  void anInterruptedThreadCanStillPrint() {
    PrintStream out = outbox.to(target);
    Thread.currentThread().interrupt();
    out.print("saved");
    assertTrue(Thread.interrupted(), "the interrupt is not lost");
    outbox.flush();
    assertEquals("saved", sent.toString(StandardCharsets.UTF_8));
  }

  @Test
  void fastTextIsSentInLargerPieces() {
    AtomicInteger pieces = new AtomicInteger();
    PrintStream counting =
        new PrintStream(sent, false, StandardCharsets.UTF_8) {
          @Override
          public void flush() {
            pieces.incrementAndGet();
            super.flush();
          }
        };
    PrintStream out = outbox.to(counting);
    for (int i = 0; i < 100_000; i++) {
      out.println(i);
    }
    outbox.flush();
    assertTrue(pieces.get() < 1000, pieces + " pieces");
    List<String> lines = sent.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(IntStream.range(0, 100_000).mapToObj(String::valueOf).toList(), lines);
  }

  @Test
  void whoeverIsTooFastWaits() {
    int[] count = {0};
    for (int i = 0; i < 1000; i++) {
      outbox.put(() -> count[0]++);
    }
    assertTrue(count[0] >= 800, "only a part may be waiting: " + count[0] + " of 1000 sent");
    outbox.flush();
    assertEquals(1000, count[0]);
  }
}
