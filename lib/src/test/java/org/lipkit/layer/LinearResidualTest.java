package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.lipkit.Numerics;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

class LinearResidualTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterContainer
  static void free() {
    MANAGER.close();
  }

  private static LinearResidual block(double scale, long seed) {
    return Numerics.seeded(seed, new LinearResidual(scale));
  }

  private static NDArray parameter(Layer layer, String name) {
    return layer.getParameters().get(name).getArray();
  }

  private static double norm(Layer layer) {
    return layer.bound(new FullSpectrum()).value();
  }

  @Example
  void withoutTheResidualItIsTheIdentity() {
    LinearResidual block = Numerics.initialized(block(1, 1), MANAGER, 3, 4, 5);
    parameter(block, "weight").muli(0);
    assertEquals(1, norm(block), 1e-15);
    NDArray x = Numerics.gaussian(MANAGER, 2, 2, 3, 4, 5);
    assertEquals(x, block.apply(x));
  }

  @Property(tries = 20)
  void theBoundIsTheNormOfIdentityPlusResidual(
      @ForAll @IntRange(min = 1, max = 4) int width,
      @ForAll @IntRange(min = 1, max = 6) int height,
      @ForAll @IntRange(min = 1, max = 6) int breadth,
      @ForAll long seed) {
    LinearResidual block = Numerics.initialized(block(0.5, seed), MANAGER, width, height, breadth);
    parameter(block, "weight").muli(20);
    parameter(block, "affine").muli(-1.5);
    double exact = Numerics.exactNorm(block, MANAGER, width, height, breadth);
    assertEquals(exact, norm(block), 1e-12 * exact);
    double ratio =
        Numerics.largestRatio(x -> block.apply(x), MANAGER, seed, width, height, breadth);
    // Identity and residual may cancel, but for their rounding.
    assertTrue(ratio <= exact + 1e-9);
  }

  /** y = x + scale * affine * (w * x) + b, computed the conventional way. */
  @Example
  void equalsTheConventionalResidual() {
    LinearResidual block = Numerics.initialized(block(0.25, 3), MANAGER, 2, 4, 3);
    Tensors.copy(Numerics.gaussian(MANAGER, 4, 2, 1, 1, 1), parameter(block, "affine"));
    Tensors.copy(Numerics.gaussian(MANAGER, 5, 2), parameter(block, "bias"));
    NDArray x = Numerics.gaussian(MANAGER, 6, 2, 2, 4, 3);
    NDArray branch =
        LinearOperators.convolve(x, parameter(block, "weight"), null, 1, 1, 1)
            .mul(parameter(block, "affine").reshape(1, 2, 1, 1))
            .mul(0.25);
    NDArray expected = x.add(branch).add(parameter(block, "bias").reshape(1, 2, 1, 1));
    Numerics.assertClose(expected.toDoubleArray(), block.apply(x).toDoubleArray(), 1e-15);
  }

  @Example
  void firstWeightsHaveThePublishedSize() {
    int width = 24;
    LinearResidual block = Numerics.initialized(block(1, 7), MANAGER, width, 2, 2);
    NDArray weight = parameter(block, "weight");
    double deviation = Math.sqrt(weight.square().mean().getDouble());
    assertEquals(1 / (9.0 * width), deviation, 0.05 / (9.0 * width));
  }

  private static CenteredLinearResidual centered() {
    CenteredLinearResidual block =
        Numerics.initialized(new CenteredLinearResidual(0.5), MANAGER, 2, 4, 3);
    parameter(block, "weight").muli(20);
    Tensors.copy(Numerics.gaussian(MANAGER, 5, 2), parameter(block, "bias"));
    return block;
  }

  private static double[] means(NDArray images) {
    return RunningValue.means(images).toDoubleArray();
  }

  /** The mean of y - x is b in training; evaluation subtracts a tenth of the batch's means. */
  @Example
  void centeringTakesTheMeanOfTheResidualPartOnly() {
    CenteredLinearResidual block = centered();
    NDArray bias = parameter(block, "bias");
    NDArray x = Numerics.gaussian(MANAGER, 6, 5, 2, 4, 3).add(1);
    NDArray before = block.apply(x);
    double[] batch = means(before.sub(x).sub(bias.reshape(1, 2, 1, 1)));
    NDArray y = Numerics.train(block, x);
    Numerics.assertClose(bias.toDoubleArray(), means(y.sub(x)), 1e-14);
    NDArray running = parameter(block, "mean");
    Numerics.assertClose(
        MANAGER.create(batch).mul(0.1).toDoubleArray(), running.toDoubleArray(), 1e-14);
    NDArray expected = before.sub(running.reshape(1, 2, 1, 1));
    Numerics.assertClose(expected.toDoubleArray(), block.apply(x).toDoubleArray(), 1e-14);
    double exact = Numerics.exactNorm(block, MANAGER, 2, 4, 3);
    assertEquals(exact, norm(block), 1e-12 * exact);
  }

  @Example
  void gradientsFlowThroughTheBatchMeans() {
    CenteredLinearResidual block = centered();
    NDArray x = Numerics.gaussian(MANAGER, 6, 3, 2, 4, 3);
    NDArray towards = Numerics.gaussian(MANAGER, 7, 3, 2, 4, 3);
    Supplier<NDArray> scalar = () -> Numerics.train(block, x).mul(towards).sum();
    for (String name : List.of("weight", "affine", "bias")) {
      NDArray leaf = parameter(block, name);
      NDList found = Gradients.of(List.of(leaf), scalar);
      Numerics.assertClose(Numerics.differences(leaf, scalar), found.get(1).toDoubleArray(), 1e-7);
    }
  }

  @Example
  void impossibleShapesAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> Numerics.initialized(block(1, 1), MANAGER, 9));
  }
}
