package org.lipkit.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cells here have themselves interrupted, so that nothing depends on how fast they run. */
@Timeout(30)
public class InterruptTest {

  private static volatile Evaluator evaluator;
  private static volatile boolean release;

  @BeforeEach
  void prepare() throws CellException {
    evaluator = new Evaluator();
    release = false;
    evaluator.evaluate(
        1, "import static org.lipkit.kernel.InterruptTest.*; int kept = 42, after = 0;");
  }

  @AfterEach
  void theKernelGoesOnWithItsVariables() throws CellException {
    assertEquals(42, evaluator.evaluate(9, "kept"));
    assertEquals(0, evaluator.evaluate(10, "after"), "the interrupted cell's rest was not run");
    release = true;
    evaluator.close();
  }

  /** What the stop button does. */
  public static void pressStop() {
    evaluator.interrupt();
  }

  /** A loop in compiled code that looks at nothing but a flag of its own. */
  public static void deafLoop() {
    while (!release) {
      Thread.onSpinWait();
    }
  }

  private static String message(String code) {
    return assertThrows(CellException.class, () -> evaluator.evaluate(2, code + "\nafter = 1;"))
        .getMessage();
  }

  @Test
  void aSleepEndsAtOnce() {
    assertEquals(
        "cell [2], line 3: interrupted", message("{\n  pressStop();\n  Thread.sleep(50_000);\n}"));
  }

  @Test
  void codeThatStopsByItselfHasItsWord() {
    assertEquals(
        "cell [2], line 3: interrupted (java.lang.IllegalStateException: saved)",
        message(
            "{ pressStop();\n  while (!Thread.interrupted()) {}\n"
                + "  throw new IllegalStateException(\"saved\"); }"));
  }

  @Test
  void codeThatEndsWellStillEndsItsCell() throws CellException {
    assertEquals(
        "cell [2], line 1: interrupted",
        message("boolean done = ((Supplier<Boolean>) () -> { pressStop(); return true; }).get();"));
    assertEquals(true, evaluator.evaluate(3, "done"));
  }

  @Test
  void aBusyLoopIsStopped() {
    assertEquals("cell [2], line 1: interrupted", message("{ pressStop(); while (true); }"));
  }

  @Test
  void compiledCodeThatListensToNothingDoesNotHoldTheKernel() {
    String message = message("{ pressStop(); deafLoop(); }");
    assertTrue(message.startsWith("cell [2], line 1: interrupted"), message);
  }

  @Test
  void anEarlierInterruptDoesNotReachTheNextCell() throws CellException {
    evaluator.interrupt();
    assertEquals(2, evaluator.evaluate(3, "1 + 1"));
  }
}
