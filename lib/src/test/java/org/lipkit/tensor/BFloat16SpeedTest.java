package org.lipkit.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BFloat16SpeedTest {

  @Test
  void theFasterTypeWins() {
    BFloat16Speed units = new BFloat16Speed(10, 4.8);
    assertTrue(units.isFaster());
    assertEquals("yes: a convolution takes 0.48 of float32's time", units.words());
    assertFalse(new BFloat16Speed(10, 31).isFaster());
    assertFalse(new BFloat16Speed(10, 10).isFaster());
  }

  @Test
  void aProcessAsksOnce() {
    BFloat16Speed here = BFloat16Speed.here();
    assertTrue(here.float32Millis() > 0 && here.bfloat16Millis() > 0, here::toString);
    assertSame(here, BFloat16Speed.here());
  }
}
