package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class OtherProgramTest {

  @Test
  void whatItPrintsAndItsExitCodeAreHandedOn() {
    List<String> lines = new ArrayList<>();
    List<String> command = List.of("sh", "-c", "echo one; echo two >&2; exit 3");
    assertEquals(3, OtherProgram.run(command, lines::add));
    assertEquals(List.of("one", "two"), lines);
  }

  @Test
  void anInterruptStopsIt() {
    Thread.currentThread().interrupt();
    assertThrows(
        CancellationException.class, () -> OtherProgram.run(List.of("sleep", "600"), line -> {}));
    assertTrue(Thread.interrupted());
  }

  @Test
  void aProgramThatIsMissingIsNamed() {
    Exception failure =
        assertThrows(
            UncheckedIOException.class,
            () -> OtherProgram.run(List.of("/no/such/program"), line -> {}));
    assertTrue(failure.getMessage().contains("/no/such/program"), failure::getMessage);
  }
}
