package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabTest {

  @ParameterizedTest
  @ValueSource(strings = {"1", "true", "TRUE", "yes"})
  void runsAreRepeatedWhereThatIsAskedFor(String value) {
    assertTrue(Lab.again(value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "0", "false", "no"})
  void runsAreLoadedOtherwise(String value) {
    assertFalse(Lab.again(value));
    assertFalse(Lab.again(null));
  }

  @Test
  void anotherWordIsRefused() {
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> Lab.again("maybe"));
    assertTrue(refusal.getMessage().contains("LIPKIT_AGAIN is set to \"maybe\""));
  }
}
