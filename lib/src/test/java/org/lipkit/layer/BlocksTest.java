package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lipkit.Numerics;
import org.lipkit.bound.LinearMap;
import org.lipkit.bound.SoundNorm;
import org.lipkit.layer.rounding.Proof;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

/** Sums in blocks: the same products, few roundings in a row, and no more than are counted. */
class BlocksTest {

  private static final SplittableRandom RANDOM = new SplittableRandom(6);
  private static final Shape VECTOR = new Shape(2, 1000);

  static Stream<Arguments> layersOfSeveralBlocks() {
    return Stream.of(
        Arguments.of(dense(), VECTOR, 128 + 8),
        Arguments.of(convolution(3, 1), new Shape(2, 40, 5, 6), 16 * 9 + 3),
        Arguments.of(convolution(4, 2), new Shape(2, 20, 8, 6), 8 * 16 + 3),
        Arguments.of(new LinearResidual(0.5), new Shape(2, 24, 5, 5), 16 * 9 + 2));
  }

  private static Dense dense() {
    return new Dense(4, WeightInit.LECUN);
  }

  private static Convolution convolution(int kernel, int stride) {
    return new Convolution(6, kernel, stride, 1, WeightInit.LECUN);
  }

  @ParameterizedTest
  @MethodSource("layersOfSeveralBlocks")
  void noEntryErrsByMoreThanItsRoundings(LinearLayer layer, Shape shape, long roundings) {
    try (NDManager manager = Tensors.newManager()) {
      layer.initialize(manager, DataType.FLOAT32, shape);
      giveOffset(layer, manager);
      SummationModel affine = Proof.model(layer.form(Pass.EVALUATION), new SoundNorm(0), manager);
      assertEquals(roundings, affine.roundings());
      for (int most : new int[] {1, 8, 30}) {
        NDArray x = ofManySizes(manager, shape, most);
        NDArray exact = x.toType(DataType.FLOAT64, true);
        double[] right = Tensors.toDoubles(affine.value().apply(exact));
        double[] magnitudes = Tensors.toDoubles(affine.magnitude().apply(exact.abs()));
        double[] found = Tensors.toDoubles(layer.apply(x));
        double[] unblocked = Tensors.toDoubles(Numerics.train(layer, x));
        for (int i = 0; i < right.length; i++) {
          assertEquals(right[i], found[i], affine.gamma(RoundingModel.FLOAT) * magnitudes[i]);
          assertEquals(
              right[i], unblocked[i], affine.terms() * RoundingModel.FLOAT * magnitudes[i]);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("layersOfSeveralBlocks")
  void evaluationAddsUpBlocksOneByOne(LinearLayer layer, Shape shape) {
    try (NDManager manager = Tensors.newManager()) {
      layer.initialize(manager, DataType.FLOAT32, shape);
      giveOffset(layer, manager);
      NDArray drawn = ofManySizes(manager, shape, 8);
      NDArray x = shape.dimension() == 4 ? Tensors.channelsLast(drawn) : drawn;
      NDArray weight = layer.weight();
      long size = Blocks.products(layer.form(Pass.EVALUATION)) / weight.getShape().slice(2).size();
      NDArray sum = null;
      for (long from = 0; from < shape.get(1); from += size) {
        NDIndex block = new NDIndex(":, {}:{}", from, Math.min(shape.get(1), from + size));
        LinearMap map = layer.map(weight.get(block));
        sum =
            sum == null
                ? map.apply(x.get(block), layer.offset())
                : sum.add(map.apply(x.get(block)));
      }
      assertTrue(layer.apply(x).contentEquals(sum));
    }
  }

  @ParameterizedTest
  @MethodSource("layersOfSeveralBlocks")
  void gradientsFlowThroughEveryBlock(LinearLayer layer, Shape shape) {
    try (NDManager manager = Tensors.newManager()) {
      layer.initialize(manager, DataType.FLOAT32, shape);
      NDArray x = ofManySizes(manager, shape, 1);
      x.setRequiresGradient(true);
      NDArray found = Gradients.of(List.of(x), () -> layer.apply(x).sum()).get(1);
      NDArray ones = layer.apply(x).onesLike();
      double[] exact = Tensors.toDoubles(layer.map(layer.weight()).adjoint(ones));
      assertArrayEquals(exact, Tensors.toDoubles(found), 1e-5);
    }
  }

  private static void giveOffset(LinearLayer layer, NDManager manager) {
    Tensors.copy(ofManySizes(manager, layer.offset().getShape(), 1), layer.offset());
  }

  /** Large numbers first: small ones are lost one by one where all are added to one sum. */
  private static NDArray ofManySizes(NDManager manager, Shape shape, int most) {
    double[] values = new double[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      double exponent = -most * (double) i / values.length;
      values[i] = RANDOM.nextDouble(0.5, 1) * Math.pow(2, exponent);
    }
    return Tensors.ofDoubles(manager, values, shape, DataType.FLOAT32);
  }

  @Test
  void oneBlockIsSummedAsItAlwaysWas() {
    assertEquals(3 * 25 + 1, roundings(convolution(5, 1), new Shape(1, 3, 6, 6)));
    assertEquals(8 * 9 + 1, roundings(convolution(3, 1), new Shape(1, 8, 4, 4)));
    Convolution grouped = new Convolution(64, 3, 1, 1, 2, WeightInit.LECUN);
    assertEquals(32 * 9 + 1, roundings(grouped, new Shape(1, 64, 4, 4)));
  }

  private static long roundings(LinearLayer layer, Shape shape) {
    try (NDManager manager = Tensors.newManager()) {
      layer.initialize(manager, DataType.FLOAT32, shape);
      return Blocks.roundings(layer.form(Pass.EVALUATION));
    }
  }
}
