package org.lipkit.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ArgMaxTest {

  @Test
  void theFirstOfEqualsIsTaken() {
    assertEquals(1, ArgMax.of(new double[] {0, 3, 3, -1}));
    assertEquals(0, ArgMax.of(new double[] {-2}));
    assertEquals(2, ArgMax.except(new double[] {0, 3, 3, -1}, 1));
    assertEquals(1, ArgMax.except(new double[] {9, 3, 3, -1}, 0));
    assertEquals(0, ArgMax.except(new double[] {5, 7}, 1));
  }
}
