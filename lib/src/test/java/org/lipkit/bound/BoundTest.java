package org.lipkit.bound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.lipkit.bound.Bound.Kind;

class BoundTest {

  private static Bound bound(double value, Kind kind) {
    return new Bound(value, kind, "some method");
  }

  /** Positive numbers of all magnitudes whose products and sums neither overflow nor vanish. */
  private static double positive(SplittableRandom random) {
    return Math.scalb(1 + random.nextDouble(), random.nextInt(-300, 300));
  }

  @Property
  void productsAndSumsAreNeverBelowTheExactOnes(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double a = positive(random);
    double b = positive(random);
    BigDecimal exactA = new BigDecimal(a);
    BigDecimal exactB = new BigDecimal(b);
    double product = bound(a, Kind.UPPER).times(bound(b, Kind.UPPER)).value();
    double sum = bound(a, Kind.UPPER).plus(bound(b, Kind.UPPER)).value();
    BigDecimal root = new BigDecimal(bound(a, Kind.UPPER).beside(bound(b, Kind.UPPER)).value());
    assertTrue(new BigDecimal(product).compareTo(exactA.multiply(exactB)) >= 0);
    assertTrue(new BigDecimal(sum).compareTo(exactA.add(exactB)) >= 0);
    assertTrue(root.pow(2).compareTo(exactA.pow(2).add(exactB.pow(2))) >= 0);
    assertEquals(Math.hypot(a, b), root.doubleValue(), 1e-15 * root.doubleValue());
    assertEquals(a * b, product, Math.ulp(product));
    assertEquals(a + b, sum, Math.ulp(sum));
  }

  @Example
  void productsThatUnderflowStayPositive() {
    Bound tiny = bound(1e-200, Kind.UPPER);
    assertTrue(tiny.times(tiny).value() > 0);
    assertTrue(tiny.beside(tiny).value() >= 2e-200);
    assertEquals(Double.POSITIVE_INFINITY, bound(1e200, Kind.UPPER).beside(tiny).value());
  }

  @Property
  void oneEstimateMakesTheResultAnEstimate(@ForAll Kind a, @ForAll Kind b) {
    Kind weaker = a == Kind.UPPER && b == Kind.UPPER ? Kind.UPPER : Kind.ESTIMATE;
    assertEquals(weaker, bound(2, a).times(bound(3, b)).kind());
    assertEquals(weaker, bound(2, a).plus(bound(3, b)).kind());
    assertEquals(weaker, bound(2, a).beside(bound(3, b)).kind());
    assertEquals(weaker, bound(1, a).times(bound(3, b)).kind());
    assertEquals(weaker, bound(2, a).times(bound(1, b)).kind());
  }

  @Example
  void aCertainOneChangesNothing() {
    Bound one = Bound.upper(1, "closed form");
    Bound third = bound(1 / 3.0, Kind.ESTIMATE);
    assertEquals(third, one.times(third));
    assertEquals(third, third.times(one));
  }

  @Example
  void methodsAreNamedOnce() {
    Bound a = new Bound(2, Kind.ESTIMATE, "power iteration");
    Bound b = new Bound(0.5, Kind.UPPER, "closed form");
    assertEquals("power iteration, closed form", a.times(b).times(a).method());
  }

  @Example
  void whatIsNoBoundIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> bound(Double.NaN, Kind.UPPER));
    assertThrows(IllegalArgumentException.class, () -> bound(-1e-9, Kind.ESTIMATE));
  }
}
