package org.lipkit.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.SoundNorm;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.tensor.Tensors;

/** Thousands of networks are searched for inputs that refute their certificates. */
class FlipTest {

  private static final int DIRECTIONS = 24;
  private static final int ROUNDS = 4;
  private static final double FARTHEST = 1e6;

  /** A certified radius counts from this share of the distance to a point of another class on. */
  private static final double NONTRIVIAL = 1e-2;

  private int nontrivial;
  private int brokenInExactArithmetic;

  /** Networks of all layers that predict more than one class. */
  @ParameterizedTest
  @CsvSource({
    "0, false, 500",
    "1, false, 400",
    "6, false, 100",
    "20, false, 100",
    "3, true, 300",
    "10, true, 300",
    "18, true, 300"
  })
  void noFloat32InputWithinACertifiedRadiusIsPredictedOtherwise(
      double spread, boolean inBalance, int nets) {
    int searched = 0;
    for (long seed = 5000 + (long) (1000 * spread); searched < nets; seed++) {
      try (NDManager manager = Tensors.newManager()) {
        ExactNet net = new ExactNet(seed, spread, inBalance, manager);
        Engine engine = new Engine(net.classifier, net.image, net.random(), manager);
        float[] sample = net.input(1);
        float[] other = engine.ofAnotherClass(sample);
        if (other != null) {
          searched++;
          search(engine, sample, other);
        }
      }
    }
    String found = nontrivial + " of " + nets + " nets certified";
    assertTrue(nontrivial > 0.8 * nets, found);
    assertTrue(brokenInExactArithmetic > 0, "the search is too weak to break anything");
  }

  /** At a sample, next to the boundary on the way to another class, and in the middle of both. */
  private void search(Engine engine, float[] sample, float[] other) {
    float[][] ends = engine.boundary(sample, other);
    float[][] points = {sample, ends[0], between(sample, ends[0], 0.5)};
    boolean isNontrivial = false;
    for (SoundCertificate proof : engine.certify(ExactNet.UPPER, points)) {
      Certificate found = proof.certificate();
      float[] x = points[found.index()];
      if (found.radius() > 0) {
        isNontrivial |= found.radius() > NONTRIVIAL * distance(x, ends[1]);
        assertFalse(engine.isBroken(x, ends[1], found, found.radius()));
      }
      if (found.index() == 1 && found.prediction() != Certificate.NONE) {
        double ideal = Math.min(proof.exactArithmeticRadius(), FARTHEST);
        brokenInExactArithmetic += engine.isBroken(x, ends[1], found, ideal) ? 1 : 0;
      }
    }
    nontrivial += isNontrivial ? 1 : 0;
  }

  /** Next to the boundary, of networks with a bias of any size that all logits have in common. */
  @Test
  void allFloat32NeighboursInAPlaneKeepThePrediction() {
    SplittableRandom random = new SplittableRandom(7);
    int nets = 600;
    int searched = 0;
    for (int seed = 0; searched < nets; seed++) {
      try (NDManager manager = Tensors.newManager()) {
        Classifier classifier = SoundCertifierTest.planeNet(seed, 0.1, manager);
        double common = seed % 2 == 0 ? 0 : Math.pow(10, random.nextDouble(-20, 20));
        SoundCertifierTest.set(
            ((Dense) classifier.head()).bias(),
            random.doubles(3).map(v -> common + 0.1 * v).toArray());
        Engine engine = new Engine(classifier, SoundCertifierTest.PLANE, random, manager);
        float[] sample = {random.nextFloat(), random.nextFloat()};
        float[] other = engine.ofAnotherClass(sample);
        if (other != null) {
          searched++;
          searchNeighbours(engine, engine.boundary(sample, other)[0]);
        }
      }
    }
    String found = nontrivial + " of " + nets + " nets certified";
    assertTrue(nontrivial > 0.5 * nets, found);
  }

  private void searchNeighbours(Engine engine, float[] boundary) {
    float[][] points = new float[12][];
    for (int step = 0; step < points.length; step++) {
      points[step] = new float[] {boundary[0] + 1e-7f * step * step, boundary[1]};
    }
    boolean isNontrivial = false;
    for (SoundCertificate proof : engine.certify(SoundNorm.TIGHT, points)) {
      Certificate found = proof.certificate();
      if (found.radius() > 0) {
        float[][] near = neighbours(points[found.index()], found.radius());
        isNontrivial |= near.length > 1;
        for (double[] y : engine.logits(near)) {
          assertEquals(found.prediction(), prediction(y));
        }
      }
    }
    nontrivial += isNontrivial ? 1 : 0;
  }

  /** All within the radius of a square of float32 numbers. */
  private static float[][] neighbours(float[] x, double radius) {
    int reach = 12;
    int side = 2 * reach + 1;
    return IntStream.range(0, side * side)
        .mapToObj(
            k ->
                new float[] {
                  x[0] + (k / side - reach) * Math.ulp(x[0]),
                  x[1] + (k % side - reach) * Math.ulp(x[1])
                })
        .filter(near -> distance(x, near) <= radius)
        .toArray(float[][]::new);
  }

  /** A network as the engine runs it, and the search for inputs that change its prediction. */
  private record Engine(
      Classifier classifier, Shape image, SplittableRandom random, NDManager manager) {

    double[][] logits(float[]... inputs) {
      double[] all =
          Tensors.scoped(
              () ->
                  Tensors.withoutGradient(
                      () ->
                          Tensors.toDoubles(
                              classifier.apply(
                                  Certifier.array(
                                      SoundCertifierTest.batch(image, inputs), manager)))));
      int classes = all.length / inputs.length;
      return IntStream.range(0, inputs.length)
          .mapToObj(n -> Arrays.copyOfRange(all, n * classes, (n + 1) * classes))
          .toArray(double[][]::new);
    }

    List<SoundCertificate> certify(NormMethod method, float[]... inputs) {
      return new SoundCertifier(classifier, method)
          .certify(SoundCertifierTest.batch(image, inputs), 0);
    }

    /** Some input that is predicted otherwise, or null if none is soon found. */
    float[] ofAnotherClass(float[] x) {
      int own = prediction(logits(x)[0]);
      float[][] others = new float[32][];
      for (int k = 0; k < others.length; k++) {
        others[k] = direction(x, null, 1 + k);
      }
      double[][] y = logits(others);
      return IntStream.range(0, others.length)
          .filter(k -> prediction(y[k]) != own)
          .mapToObj(k -> others[k])
          .findFirst()
          .orElse(null);
    }

    /** Two points between two others, as near as can be, with the first one's class and without. */
    float[][] boundary(float[] start, float[] end) {
      int own = prediction(logits(start)[0]);
      float[] from = start;
      float[] to = end;
      for (int round = 0; round < 6; round++) {
        float[][] points = new float[31][];
        for (int k = 0; k < points.length; k++) {
          points[k] = between(from, to, (k + 1.0) / (points.length + 1));
        }
        double[][] y = logits(points);
        int same = 0;
        while (same < points.length && prediction(y[same]) == own) {
          same++;
        }
        from = same > 0 ? points[same - 1] : from;
        to = same < points.length ? points[same] : to;
      }
      return new float[][] {from, to};
    }

    /** First toward a rival and in random directions, then around the best direction so far. */
    boolean isBroken(float[] x, float[] rival, Certificate certificate, double radius) {
      float[] best = null;
      double smallest = Double.POSITIVE_INFINITY;
      double angle = 1;
      for (int round = 0; round < ROUNDS; round++) {
        float[][] moved = new float[DIRECTIONS][];
        for (int k = 0; k < moved.length; k++) {
          moved[k] = within(x, direction(x, best, angle), radius);
        }
        if (round == 0) {
          moved[0] = within(x, minus(rival, x), radius);
        }
        double[][] y = logits(moved);
        for (int k = 0; k < moved.length; k++) {
          if (prediction(y[k]) != certificate.prediction()) {
            return true;
          }
          double margin = margin(y[k], certificate.prediction());
          if (margin < smallest) {
            smallest = margin;
            best = minus(moved[k], x);
          }
        }
        angle /= 2;
      }
      return false;
    }

    /** A Gaussian one, or one at about an angle to another, in radian. */
    private float[] direction(float[] x, float[] around, double angle) {
      float[] zero = new float[x.length];
      double length = around == null ? 1 : distance(around, zero);
      float[] direction = around == null ? zero : around.clone();
      for (int i = 0; i < x.length; i++) {
        direction[i] += (float) (angle * length / Math.sqrt(x.length) * random.nextGaussian());
      }
      return direction;
    }
  }

  /** The class of the strictly largest logit, or -1 on a tie. */
  private static int prediction(double[] y) {
    double largest = Arrays.stream(y).max().orElseThrow();
    return Arrays.stream(y).filter(v -> v == largest).count() == 1
        ? (int) Arrays.stream(y).takeWhile(v -> v != largest).count()
        : -1;
  }

  private static double margin(double[] y, int own) {
    return y[own]
        - IntStream.range(0, y.length).filter(i -> i != own).mapToDouble(i -> y[i]).max().orElse(0);
  }

  private static float[] between(float[] a, float[] b, double share) {
    float[] point = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      point[i] = (float) (a[i] + share * ((double) b[i] - a[i]));
    }
    return point;
  }

  private static float[] minus(float[] a, float[] b) {
    float[] difference = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }

  /** The float32 input in a direction that lies just within the radius. */
  private static float[] within(float[] x, float[] direction, double radius) {
    double length = distance(direction, new float[x.length]);
    double scale = length == 0 ? 0 : radius / length;
    double less = 1e-6;
    float[] moved;
    do {
      moved = x.clone();
      for (int i = 0; i < x.length; i++) {
        moved[i] = (float) (x[i] + scale * direction[i]);
      }
      scale *= 1 - less;
      less = Math.min(0.5, 2 * less);
    } while (scale > 0 && distance(x, moved) > radius * (1 - 1e-12) && distance(x, moved) > 0);
    return moved;
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }
}
