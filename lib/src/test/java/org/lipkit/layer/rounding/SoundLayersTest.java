package org.lipkit.layer.rounding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.lipkit.bound.Bound;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.bound.SoundNorm;
import org.lipkit.layer.CenteredLinearResidual;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.LinearLayer;
import org.lipkit.layer.LinearResidual;
import org.lipkit.layer.NormalizedConvolution;
import org.lipkit.layer.NormalizedDense;
import org.lipkit.layer.WeightInit;
import org.lipkit.tensor.Tensors;

/** Every linear layer offers a map that sound norms know, and the float32 one that it runs. */
class SoundLayersTest {

  private static final SplittableRandom RANDOM = new SplittableRandom(1);
  private static final Shape IMAGE = new Shape(1, 4, 16, 15);

  @Test
  void denseLayers() {
    check(new Dense(7, WeightInit.LECUN), new Shape(1, 12), 1.0001);
    check(new NormalizedDense(5, WeightInit.LECUN), new Shape(1, 12), 1.0001);
  }

  @Test
  void convolutionsAndResidualBlocks() {
    check(new Convolution(6, 3, 1, 1, WeightInit.LECUN), IMAGE, 1.03);
    check(new Convolution(6, 4, 2, 1, WeightInit.LECUN), IMAGE, 1.03);
    check(new Convolution(6, 5, 2, 2, WeightInit.LECUN), IMAGE, 1.03);
    check(new Convolution(6, 3, 2, 1, 2, WeightInit.LECUN), IMAGE, 1.03);
    check(new NormalizedConvolution(6, 3, 1, 1, WeightInit.LECUN), IMAGE, 1.03);
    check(new LinearResidual(0.5), IMAGE, 1.03);
    check(new CenteredLinearResidual(0.5), IMAGE, 1.03);
  }

  private static void check(LinearLayer layer, Shape input, double slackOfGrid) {
    try (NDManager manager = Tensors.newManager()) {
      layer.initialize(manager, DataType.FLOAT32, input);
      double exact = layer.bound(new FullSpectrum()).value();
      Bound tight = layer.bound(SoundNorm.TIGHT);
      Bound grid = layer.bound(new SoundNorm(0));
      assertEquals(Bound.Kind.UPPER, tight.kind());
      assertTrue(tight.value() >= exact * (1 - 1e-12));
      assertTrue(grid.value() >= exact * (1 - 1e-12));
      assertEquals(exact, tight.value(), 1e-4 * exact);
      assertTrue(grid.value() <= slackOfGrid * exact);
    }
  }
}
