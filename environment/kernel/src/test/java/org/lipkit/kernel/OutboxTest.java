package org.lipkit.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
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
    outbox.send(() -> target.print("3 "));
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
  void fastTextIsSentInLargerPieces() throws InterruptedException {
    CountDownLatch slow = new CountDownLatch(1);
    int[] pieces = {0};
    PrintStream counting =
        new PrintStream(sent, false, StandardCharsets.UTF_8) {
          @Override
          public void write(byte[] bytes, int offset, int length) {
            pieces[0]++;
            super.write(bytes, offset, length);
          }
        };
    outbox.send(
        () -> {
          try {
            slow.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    PrintStream out = outbox.to(counting);
    for (int i = 0; i < 1000; i++) {
      out.println("line");
    }
    slow.countDown();
    outbox.flush();
    assertEquals(1, pieces[0]);
    assertEquals(1000, sent.toString(StandardCharsets.UTF_8).lines().count());
  }
}
