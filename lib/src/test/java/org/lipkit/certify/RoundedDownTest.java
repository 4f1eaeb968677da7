package org.lipkit.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RoundedDownTest {

  @Test
  void noDecimalLiesAboveTheRadius() {
    SplittableRandom random = new SplittableRandom(1);
    for (int n = 0; n < 100_000; n++) {
      float radius = Float.intBitsToFloat(random.nextInt(Float.floatToIntBits(1e4f)));
      String exact = RoundedDown.exact(radius);
      assertTrue(new BigDecimal(exact).compareTo(new BigDecimal(radius)) <= 0, exact);
      assertEquals(radius, Float.parseFloat(exact), "the same number comes back");
      double proved = random.nextDouble();
      String shown = RoundedDown.text(proved, 4);
      assertEquals(shown, String.format(Locale.ROOT, "%.4f", RoundedDown.value(proved, 4)));
      BigDecimal lost = new BigDecimal(proved).subtract(new BigDecimal(shown));
      assertTrue(lost.signum() >= 0 && lost.compareTo(new BigDecimal("1e-4")) < 0, shown);
    }
  }

  @Test
  void radiiOfAllSizesAreWritten() {
    assertEquals("0", RoundedDown.exact(0));
    assertEquals("0.5", RoundedDown.exact(0.5f));
    assertEquals("Infinity", RoundedDown.exact(Float.POSITIVE_INFINITY));
    assertEquals("0.9999", RoundedDown.text(0.99999, 4));
    assertEquals("0.0000", RoundedDown.text(0, 4));
    assertEquals("Infinity", RoundedDown.text(Double.POSITIVE_INFINITY, 4));
    assertTrue(Float.parseFloat(RoundedDown.exact(Float.MIN_VALUE)) > 0);
  }

  @Test
  void numbersOfAllSizesKeepTheirDigitsOnTheSafeSide() {
    SplittableRandom random = new SplittableRandom(1);
    for (int n = 0; n < 100_000; n++) {
      double proved = Math.scalb(random.nextDouble(), random.nextInt(-60, 60));
      for (int digits : new int[] {4, 9, 12}) {
        double ulp = 1.001 * Math.pow(10, 1 - digits);
        assertBetween(proved * (1 - ulp), RoundedDown.digits(proved, digits), proved);
        assertBetween(proved, RoundedUp.digits(proved, digits), proved * (1 + ulp));
      }
      double small = proved % 1e6;
      assertBetween(small, RoundedUp.value(small, 4), small + 1.001e-4);
    }
    assertEquals(Double.POSITIVE_INFINITY, RoundedUp.digits(Double.POSITIVE_INFINITY, 4));
    assertEquals(Double.POSITIVE_INFINITY, RoundedUp.value(Double.POSITIVE_INFINITY, 4));
    assertEquals(Double.POSITIVE_INFINITY, RoundedDown.digits(Double.POSITIVE_INFINITY, 4));
    assertEquals(0, RoundedUp.digits(0, 4));
  }

  /** As decimal numbers, the way that they are written. */
  private static void assertBetween(double least, double number, double most) {
    BigDecimal written = BigDecimal.valueOf(number);
    assertTrue(
        written.compareTo(new BigDecimal(least)) >= 0
            && written.compareTo(new BigDecimal(most)) <= 0,
        least + ", " + number + ", " + most);
  }
}
