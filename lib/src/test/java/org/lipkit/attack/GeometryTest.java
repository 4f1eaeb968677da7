package org.lipkit.attack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GeometryTest {

  private final SplittableRandom random = new SplittableRandom(3);

  private float[] image(int size) {
    float[] image = new float[size];
    for (int i = 0; i < size; i++) {
      image[i] = (float) random.nextDouble();
    }
    return image;
  }

  private double[] gaussian(int size) {
    return Vectors.of(size, i -> random.nextGaussian());
  }

  @Test
  void projectionsToABallNeverMeasureMoreThanTheRadius() {
    for (int trial = 0; trial < 500; trial++) {
      float[] centre = image(50);
      double radius = random.nextDouble(1e-3, 2);
      double[] far = Vectors.along(centre, 3, Vectors.onSphere(50, random));
      for (Domain domain : Domain.values()) {
        float[] inside = new Ball(centre, radius, domain).project(far);
        assertTrue(Vectors.distance(inside, centre) <= radius);
        for (float value : inside) {
          assertEquals(value, (float) domain.clamp(value));
        }
      }
    }
  }

  @Test
  void pointsInsideABallStay() {
    float[] centre = image(50);
    double[] near = Vectors.along(centre, 0.01, Vectors.onSphere(50, random));
    float[] kept = new Ball(centre, 0.1, Domain.WHOLE_SPACE).project(near);
    for (int i = 0; i < kept.length; i++) {
      assertEquals((float) near[i], kept[i]);
    }
  }

  @Test
  void projectionToAPlaneInTheBoxIsTheNearestOfItsPoints() {
    for (int trial = 0; trial < 200; trial++) {
      float[] x = image(8);
      double[] w = gaussian(8);
      double offset = -Vectors.dot(w, image(8));
      double[] move = Hyperplane.displacement(x, w, offset, Domain.UNIT_BOX);
      double on = offset;
      for (int i = 0; i < 8; i++) {
        double z = x[i] + move[i];
        on += w[i] * z;
        assertEquals(Domain.UNIT_BOX.clamp(z), z, 1e-12);
      }
      assertEquals(0, on, 1e-9);
      // Optimality: the move is -t w wherever the box leaves it free, and shorter where it does
      // not.
      double t = 0;
      for (int i = 0; i < 8; i++) {
        t = Math.abs(-move[i] / w[i]) > Math.abs(t) ? -move[i] / w[i] : t;
      }
      for (int i = 0; i < 8; i++) {
        assertEquals(Domain.UNIT_BOX.clamp(x[i] - t * w[i]), x[i] + move[i], 1e-6);
      }
    }
  }

  @Test
  void projectionWithoutABoxIsTheFormula() {
    float[] x = {0.25f, 0.5f};
    double[] w = {3, 4};
    double[] move = Hyperplane.displacement(x, w, 7.25, Domain.WHOLE_SPACE);
    assertArrayEquals(new double[] {-1.2, -1.6}, move, 1e-9);
  }

  @Test
  void aPlaneThatMissesTheBoxIsApproachedInACorner() {
    float[] x = {0.25f, 0.5f};
    double[] w = {3, -4};
    double[] move = Hyperplane.displacement(x, w, 100, Domain.UNIT_BOX);
    assertArrayEquals(new double[] {-0.25, 0.5}, move, 1e-12);
    assertArrayEquals(
        new double[2], Hyperplane.displacement(x, new double[2], 1, Domain.UNIT_BOX), 0);
  }

  @Test
  void squaresWindowsHaveNormOneAndTwoSigns() {
    for (int side = 1; side <= 9; side++) {
      double[] window = Square.window(side, true);
      double[] turned = Square.window(side, false);
      assertEquals(1, Vectors.norm(window), 1e-12);
      for (int r = 0; r < side; r++) {
        for (int s = 0; s < side; s++) {
          assertTrue(window[r * side + s] * (s < side / 2 ? 1 : -1) > 0);
          assertEquals(window[r * side + s], turned[s * side + r], 1e-15);
        }
      }
    }
  }
}
