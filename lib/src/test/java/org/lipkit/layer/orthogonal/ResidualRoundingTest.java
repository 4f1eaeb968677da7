package org.lipkit.layer.orthogonal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.bound.Bound;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.bound.NormMethod;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Layer;
import org.lipkit.layer.LinearLayer;
import org.lipkit.layer.Pass;
import org.lipkit.layer.WeightInit;
import org.lipkit.layer.rounding.Enclosure;
import org.lipkit.layer.rounding.Proof;
import org.lipkit.tensor.Tensors;

/**
 * Against decimal arithmetic: stacks of {@link Sll}, {@link Cpl} and {@link Soc} on one pixel err
 * by no more than their enclosures say.
 */
class ResidualRoundingTest {

  private static final MathContext DIGITS = new MathContext(60);

  /** Good to twelve digits on these maps, and raised by more than that. */
  private static final NormMethod UPPER =
      map -> Bound.upper(new FullSpectrum().norm(map).value() * (1 + 1e-9), "test");

  private static final int WIDTH = 3;
  private static final int TERMS = 4;

  private final List<Layer> layers = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(doubles = {-3, 0, 4})
  void computedActivationsLieWithinTheirEnclosures(double exponent) {
    for (int seed = 0; seed < 8; seed++) {
      layers.clear();
      try (NDManager manager = Tensors.newManager()) {
        SplittableRandom random = new SplittableRandom(seed);
        build(random, manager);
        check(random, Math.pow(10, exponent), manager);
      }
    }
  }

  private void build(SplittableRandom random, NDManager manager) {
    for (int i = 0; i < 4; i++) {
      double size = Math.pow(10, random.nextDouble(-2, 2));
      Convolution inner =
          new Convolution(1 + random.nextInt(4), 1, 1, 0, WeightInit.gaussian(size));
      layers.add(
          switch (random.nextInt(3)) {
            case 0 -> new Sll(inner);
            case 1 -> new Cpl(inner);
            default -> new Soc(WIDTH, 1, TERMS, WeightInit.gaussian(0.3));
          });
    }
    for (Layer layer : layers) {
      layer.initialize(manager, DataType.FLOAT32, new Shape(1, WIDTH, 1, 1));
      NDArray bias = inner(layer).getParameters().get("bias").getArray();
      Tensors.copy(Tensors.gaussian(manager, random, bias.getShape(), DataType.FLOAT32), bias);
    }
  }

  private static LinearLayer inner(Layer layer) {
    return (LinearLayer) layer.getChildren().values().get(0);
  }

  private void check(SplittableRandom random, double scale, NDManager manager) {
    float[] x = new float[WIDTH];
    float[] near = new float[WIDTH];
    double step = Math.pow(10, random.nextDouble(-7, 1));
    for (int i = 0; i < WIDTH; i++) {
      x[i] = (float) (scale * random.nextGaussian());
      near[i] = x[i] + (float) (step * random.nextGaussian());
    }
    Shape one = new Shape(1, WIDTH, 1, 1);
    NDArray computed = manager.create(x, one);
    NDArray computedNear = manager.create(near, one);
    BigDecimal[] exact = exact(computed);
    BigDecimal[] exactNear = exact(computedNear);
    double moved = distance(exact, exactNear);
    Enclosure enclosure = Enclosure.ofInputs(computed);
    for (Layer layer : layers) {
      enclosure = Proof.of(layer.form(Pass.EVALUATION), UPPER, manager).rule().apply(enclosure);
      computed = layer.apply(computed);
      computedNear = layer.apply(computedNear);
      exact = exactly(layer, exact);
      exactNear = exactly(layer, exactNear);
      String name = layer.getClass().getSimpleName();
      within(
          distance(exact(enclosure.center()), exact), enclosure.centerError(0), name + " center");
      within(distance(exact(computed), exact), enclosure.error(0), name);
      within(
          distance(exact(computedNear), exactNear),
          enclosure.error(0) + enclosure.errorSlope() * moved,
          name + " in the ball");
      within(
          distance(exact(computedNear), exact(enclosure.center())),
          enclosure.distance(0) + enclosure.distanceSlope() * moved,
          name + " distance");
      within(
          distance(exact, exactNear),
          (enclosure.distanceSlope() - enclosure.errorSlope()) * moved,
          name + " Lipschitz");
    }
  }

  private static BigDecimal[] exactly(Layer layer, BigDecimal[] x) {
    BigDecimal[] v = exact(inner(layer).weight());
    BigDecimal[] b = exact(inner(layer).offset());
    BigDecimal[] y = x;
    if (layer instanceof ConvexPotential potential) {
      BigDecimal[] s = exact(potential.scale(Pass.EVALUATION));
      BigDecimal[] hidden = affine(v, x, b);
      for (int i = 0; i < hidden.length; i++) {
        BigDecimal size = s[s.length == 1 ? 0 : i].multiply(BigDecimal.valueOf(-2));
        hidden[i] = hidden[i].max(BigDecimal.ZERO).multiply(size);
      }
      BigDecimal[] transposed = new BigDecimal[v.length];
      for (int i = 0; i < v.length; i++) {
        transposed[i % WIDTH * hidden.length + i / WIDTH] = v[i];
      }
      return affine(transposed, hidden, x);
    }
    for (int j = TERMS; j >= 1; j--) {
      BigDecimal[] next = affine(v, y, b);
      for (int i = 0; i < WIDTH; i++) {
        next[i] = x[i].add(next[i].divide(BigDecimal.valueOf(j), DIGITS), DIGITS);
      }
      y = next;
    }
    return y;
  }

  /** A x + b, the matrix in row-major order. */
  private static BigDecimal[] affine(BigDecimal[] matrix, BigDecimal[] x, BigDecimal[] b) {
    BigDecimal[] y = b.clone();
    for (int i = 0; i < matrix.length; i++) {
      int row = i / x.length;
      y[row] = y[row].add(matrix[i].multiply(x[i % x.length]), DIGITS);
    }
    return y;
  }

  private static void within(double found, double bound, String where) {
    assertTrue(found <= bound * (1 + 1e-12), () -> where + ": " + found + " exceeds " + bound);
  }

  private static BigDecimal[] exact(NDArray array) {
    double[] values = Tensors.toDoubles(array);
    BigDecimal[] exact = new BigDecimal[values.length];
    for (int i = 0; i < values.length; i++) {
      exact[i] = new BigDecimal(values[i]);
    }
    return exact;
  }

  private static double distance(BigDecimal[] a, BigDecimal[] b) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int i = 0; i < a.length; i++) {
      BigDecimal difference = a[i].subtract(b[i]);
      sum = sum.add(difference.multiply(difference), DIGITS);
    }
    return sum.sqrt(DIGITS).doubleValue();
  }
}
