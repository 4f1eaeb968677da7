package org.lipkit.layer.rounding;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.lipkit.bound.ConvolutionMap;
import org.lipkit.bound.LinearMap;
import org.lipkit.layer.LinearLayer;
import org.lipkit.layer.Pass;
import org.lipkit.tensor.Tensors;

/** The probe accepts this engine and no arithmetic that is not product and sum in float32. */
class EngineProbeTest {

  private static final int BATCH = 3;
  private static final Shape IMAGE = new Shape(1, 8, 8);
  private static final float[][] KERNEL = {{1, 0, 0}, {.5f, .5f, .5f}, {.5f, -.5f, .5f}, {0, 0, 1}};
  private static final float[][] TILE = {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}};
  private static final float[][] OUTPUT = {{1, 1, 1, 0}, {0, 1, -1, -1}};

  /** A 3 x 3 convolution of one channel whose FLOAT32 version computes in its own way. */
  private static final class Fake extends LinearLayer {

    private final NDArray weight;
    private final BinaryOperator<NDArray> computation;
    private final UnaryOperator<NDArray> offsets;

    Fake(NDArray weight, BinaryOperator<NDArray> computation, UnaryOperator<NDArray> offsets) {
      this.weight = weight;
      this.computation = computation;
      this.offsets = offsets;
    }

    @Override
    public NDArray weight() {
      return weight;
    }

    @Override
    public NDArray offset() {
      return weight.getManager().zeros(new Shape(weight.getShape().get(0), 1, 1));
    }

    @Override
    public LinearMap map(NDArray w) {
      ConvolutionMap direct = new ConvolutionMap(w, 1, 1, IMAGE);
      if (w.getDataType() == DataType.FLOAT64) {
        return direct;
      }
      return new LinearMap() {
        @Override
        public Shape inputShape() {
          return IMAGE;
        }

        @Override
        public NDArray apply(NDArray x) {
          return computation.apply(w, x);
        }

        @Override
        public NDArray apply(NDArray x, NDArray offset) {
          return apply(x).add(offsets.apply(offset));
        }

        @Override
        public NDArray adjoint(NDArray y) {
          return direct.adjoint(y);
        }
      };
    }

    @Override
    public Shape outputShape(Shape input) {
      return input;
    }
  }

  @Test
  void productsAndSumsPass() {
    probe(EngineProbeTest::direct);
  }

  /** Below a power of two the numbers lie twice as close as above it. */
  @Test
  void theNeighbourOfTheNearestNumberIsRefused() {
    assertTrue(EngineProbe.areNearest(new float[] {1 - 0x1p-24f}, new double[] {1 - 0x1p-24}));
    assertFalse(EngineProbe.areNearest(new float[] {1}, new double[] {1 - 0x1p-24}));
  }

  @Test
  void shortenedOperandsAreRefused() {
    for (int bits : new int[] {11, 8}) {
      refused((w, x) -> direct(w, shortened(x, bits)));
      refused((w, x) -> direct(shortened(w, bits), x));
    }
  }

  @Test
  void shortenedOffsetsAreRefused() {
    try (NDManager manager = Tensors.newManager()) {
      NDArray weight = manager.ones(new Shape(2, 1, 3, 3));
      probe(new Fake(weight, EngineProbeTest::direct, offset -> offset));
      Fake shortens = new Fake(weight, EngineProbeTest::direct, offset -> shortened(offset, 8));
      assertThrows(IllegalStateException.class, () -> probe(shortens));
    }
  }

  @Test
  void winogradsAlgorithmIsRefused() {
    refused(EngineProbeTest::winograd);
  }

  private static void refused(BinaryOperator<NDArray> computation) {
    Exception refusal = assertThrows(IllegalStateException.class, () -> probe(computation));
    assertTrue(refusal.getMessage().contains("TF32"), refusal.getMessage());
  }

  private static void probe(BinaryOperator<NDArray> computation) {
    try (NDManager manager = Tensors.newManager()) {
      probe(new Fake(manager.ones(new Shape(1, 1, 3, 3)), computation, offset -> offset));
    }
  }

  private static void probe(Fake fake) {
    EngineProbe.check(fake.form(Pass.EVALUATION), BATCH);
  }

  private static NDArray direct(NDArray w, NDArray x) {
    return new ConvolutionMap(w, 1, 1, IMAGE).apply(x);
  }

  /** Rounds to a number of bits, by Veltkamp's splitting. */
  private static NDArray shortened(NDArray x, int bits) {
    NDArray c = x.mul((float) (1 << (24 - bits)) + 1);
    return c.sub(c.sub(x));
  }

  /** F(2 x 2, 3 x 3) of Lavin and Gray 2016, section 4.1, in float32. */
  private static NDArray winograd(NDArray w, NDArray x) {
    float[][] u = sandwich(KERNEL, square(w.toFloatArray(), 0, 3, 3));
    float[] in = x.pad(new Shape(1, 1, 1, 1), 0).toFloatArray();
    int batch = (int) x.getShape().get(0);
    float[] out = new float[batch * 64];
    for (int n = 0; n < batch; n++) {
      for (int tile = 0; tile < 16; tile++) {
        int row = 2 * (tile / 4);
        int column = 2 * (tile % 4);
        float[][] v = sandwich(TILE, square(in, n * 100 + row * 10 + column, 10, 4));
        for (int i = 0; i < 4; i++) {
          for (int j = 0; j < 4; j++) {
            v[i][j] *= u[i][j];
          }
        }
        float[][] y = sandwich(OUTPUT, v);
        for (int i = 0; i < 4; i++) {
          out[n * 64 + (row + i / 2) * 8 + column + i % 2] = y[i / 2][i % 2];
        }
      }
    }
    return x.getManager().create(out, x.getShape());
  }

  private static float[][] square(float[] values, int from, int pitch, int side) {
    float[][] square = new float[side][side];
    for (int i = 0; i < side; i++) {
      System.arraycopy(values, from + i * pitch, square[i], 0, side);
    }
    return square;
  }

  /** {@code a m a^T}. */
  private static float[][] sandwich(float[][] a, float[][] m) {
    float[][] result = new float[a.length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) {
        for (int k = 0; k < m.length; k++) {
          for (int l = 0; l < m.length; l++) {
            result[i][j] += a[i][k] * m[k][l] * a[j][l];
          }
        }
      }
    }
    return result;
  }
}
