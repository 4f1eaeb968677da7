package org.lipkit.layer.orthogonal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.Numerics;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Layer;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.NormalizedDense;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.Shift;
import org.lipkit.layer.WeightInit;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

/** One network of all layers that are 1-Lipschitz by construction. */
class OneLipschitzNetTest {

  private static final NDManager MANAGER = Tensors.newManager();
  private static final Shape IMAGE = new Shape(2, 6, 6);

  @TempDir private static Path folder;

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static Convolution convolution() {
    return new Convolution(5, 3, 1, 1, WeightInit.LECUN);
  }

  private static Classifier network(long seed) {
    List<Layer> body =
        List.of(
            new Shift(-0.5),
            new ReparametrizedConvolution(4, 3, 1, 1, Reparametrization.AOL, WeightInit.LECUN),
            new Sll(convolution()),
            new Cpl(convolution()),
            new Soc(4, 3, 6, WeightInit.gaussian(0.05)),
            new MinMax(),
            new CayleyConvolution(3, WeightInit.LECUN),
            new ReparametrizedConvolution(6, 3, 3, 0, Reparametrization.CHOLESKY, WeightInit.LECUN),
            new Flatten(),
            new ReparametrizedDense(8, Reparametrization.CAYLEY, WeightInit.LECUN),
            new ResidualDense(8, 1),
            new Sll(new Dense(5, WeightInit.LECUN)));
    Dense head = new NormalizedDense(3, WeightInit.LECUN);
    return new Classifier(new Sequential(body), head, MarginRule.PAIRWISE)
        .seed(seed)
        .initialize(MANAGER, DataType.FLOAT32, IMAGE);
  }

  private static NDArray images(long seed) {
    return Numerics.gaussian(MANAGER, seed, 3, 2, 6, 6).toType(DataType.FLOAT32, true);
  }

  @Test
  void savedAndLoadedItIsTheSameToTheLastBit() {
    Classifier saved = network(1);
    Numerics.train(saved, images(1));
    Numerics.marginConstants(saved, 3);
    saved.save(folder.resolve("model.npz"));
    Classifier loaded = network(2);
    NDArray logits = saved.apply(images(2));
    assertNotEquals(logits, loaded.apply(images(2)));
    loaded.load(folder.resolve("model.npz"));
    saved
        .state()
        .forEach(
            (name, array) ->
                assertArrayEquals(
                    array.toByteArray(), loaded.state().get(name).toByteArray(), name));
    assertEquals(logits, loaded.apply(images(2)));
  }

  /** Logits and margin constants are differentiated together, as a training step does. */
  @Test
  void everyWeightIsTrained() {
    Classifier net = network(3);
    List<NDArray> weights = net.trainable();
    NDList result =
        Gradients.of(
            weights,
            () ->
                Numerics.train(net, images(4))
                    .square()
                    .sum()
                    .add(Numerics.marginConstants(net, 2).sum()));
    for (int i = 0; i < weights.size(); i++) {
      Numerics.assertFinite(result.get(i + 1));
      double norm = Tensors.toDouble(result.get(i + 1).norm());
      assertTrue(norm > 0, "no gradient of " + weights.get(i).getName());
    }
  }

  @Test
  void theWholeBodyIsOneLipschitzOncePowerIterationHasConverged() {
    Classifier net = network(5);
    for (int pass = 0; pass < 100; pass++) {
      Tensors.withoutGradient(() -> Numerics.train(net, images(4)));
    }
    double bound = net.body().bound(new FullSpectrum()).value();
    assertTrue(bound < 1.01, () -> "bound " + bound);
    double ratio =
        Numerics.largestRatio(
            x -> net.body().apply(x.toType(DataType.FLOAT32, true)).toType(DataType.FLOAT64, true),
            MANAGER,
            7,
            2,
            6,
            6);
    assertTrue(ratio <= bound + 1e-3, () -> "ratio " + ratio);
  }
}
