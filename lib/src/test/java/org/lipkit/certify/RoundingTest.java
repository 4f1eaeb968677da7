package org.lipkit.certify;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Pass;
import org.lipkit.layer.rounding.Enclosure;
import org.lipkit.layer.rounding.Proof;
import org.lipkit.tensor.Tensors;

/** Against decimal arithmetic: no layer of the engine errs by more than its enclosure says. */
class RoundingTest {

  private static final MathContext DIGITS = new MathContext(60);

  private int checked;
  private int refused;

  @ParameterizedTest
  @CsvSource({"0, 400", "2, 400", "8, 300", "20, 300"})
  void computedActivationsLieWithinTheirEnclosures(double spread, int nets) {
    for (int seed = 0; seed < nets; seed++) {
      try (NDManager manager = Tensors.newManager()) {
        ExactNet net = new ExactNet(seed + (long) (1000 * spread), spread, manager);
        Tensors.withoutGradient(
            () -> {
              check(net, manager);
              return null;
            });
      }
    }
    assertTrue(checked > nets, "only " + checked + " checked, " + refused + " refused");
  }

  private void check(ExactNet net, NDManager manager) {
    SplittableRandom random = net.random();
    float[] x = net.input(Math.pow(10, random.nextInt(4) == 0 ? random.nextDouble(-6, 6) : 0));
    float[] near = moved(x, Math.pow(10, random.nextDouble(-8, 1)), random);
    BigDecimal moved = length(minus(exact(x), exact(near)));
    List<BigDecimal[]> exact = net.activations(x);
    List<BigDecimal[]> exactNear = net.activations(near);
    Shape one = new Shape(1).addAll(net.image);
    NDArray computed = manager.create(x, one);
    NDArray computedNear = manager.create(near, one);
    Enclosure enclosure = Enclosure.ofInputs(computed);
    for (int l = 0; l < exact.size(); l++) {
      List<Layer> layers = net.classifier.body().layers();
      Layer layer = l < layers.size() ? layers.get(l) : net.classifier.head();
      computed = layer.apply(computed);
      computedNear = layer.apply(computedNear);
      enclosure =
          Proof.of(layer.form(Pass.EVALUATION), ExactNet.UPPER, manager).rule().apply(enclosure);
      if (enclosure.reach(0) < moved.doubleValue() * 1.0001) {
        refused++;
        return;
      }
      String where = layer.getClass().getSimpleName() + " " + l;
      BigDecimal center = length(minus(exact(enclosure.center()), exact.get(l)));
      within(center, big(enclosure.centerError(0)), where + " center");
      BigDecimal error = length(minus(exact(computed), exact.get(l)));
      within(error, big(enclosure.error(0)), where);
      BigDecimal errorNear = length(minus(exact(computedNear), exactNear.get(l)));
      BigDecimal allowed = big(enclosure.error(0)).add(big(enclosure.errorSlope()).multiply(moved));
      within(errorNear, allowed, where + " in the ball");
      BigDecimal distance = length(minus(exact(enclosure.center()), exact(computedNear)));
      within(
          distance,
          big(enclosure.distance(0)).add(big(enclosure.distanceSlope()).multiply(moved)),
          where + " distance");
      checked++;
    }
  }

  private static void within(BigDecimal found, BigDecimal bound, String where) {
    assertTrue(found.compareTo(bound) <= 0, () -> where + ": " + found + " exceeds " + bound);
  }

  static float[] moved(float[] x, double by, SplittableRandom random) {
    float[] moved = x.clone();
    for (int i = 0; i < x.length; i++) {
      moved[i] += (float) (by * random.nextGaussian());
    }
    return moved;
  }

  private static BigDecimal big(double value) {
    return new BigDecimal(value);
  }

  private static BigDecimal[] exact(float[] values) {
    BigDecimal[] exact = new BigDecimal[values.length];
    for (int i = 0; i < values.length; i++) {
      exact[i] = new BigDecimal(values[i]);
    }
    return exact;
  }

  private static BigDecimal[] exact(NDArray array) {
    double[] values = Tensors.toDoubles(array);
    BigDecimal[] exact = new BigDecimal[values.length];
    for (int i = 0; i < values.length; i++) {
      exact[i] = new BigDecimal(values[i]);
    }
    return exact;
  }

  private static BigDecimal[] minus(BigDecimal[] a, BigDecimal[] b) {
    BigDecimal[] difference = new BigDecimal[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i].subtract(b[i]);
    }
    return difference;
  }

  private static BigDecimal length(BigDecimal[] a) {
    BigDecimal sum = BigDecimal.ZERO;
    for (BigDecimal entry : a) {
      sum = sum.add(entry.multiply(entry), DIGITS);
    }
    return sum.sqrt(DIGITS);
  }
}
