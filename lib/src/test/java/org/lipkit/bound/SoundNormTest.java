package org.lipkit.bound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.tensor.Tensors;

/** No bound may lie below the norm, whatever the weights, and none much above it. */
class SoundNormTest {

  private static final SoundNorm GRID = new SoundNorm(0);

  /** What float64 singular values can be off by. */
  private static final double SPECTRUM_ERROR = 1e-12;

  @Test
  void denseBoundsHoldExactlyAndAreTight() {
    SplittableRandom random = new SplittableRandom(1);
    for (int trial = 0; trial < 3000; trial++) {
      int rows = random.nextInt(1, 7);
      int columns = random.nextInt(1, 7);
      double[] w = RandomWeights.matrix(random, rows, columns);
      try (NDManager manager = Tensors.newManager()) {
        LinearMap map = new DenseMap(manager.create(w, new Shape(rows, columns)));
        double tight = upper(SoundNorm.TIGHT, map, manager);
        if (isZero(w)) {
          assertEquals(0, tight);
          continue;
        }
        String where = "trial " + trial;
        assertTrue(ExactNorm.isBelow(w, rows, columns, tight), where);
        assertFalse(ExactNorm.isBelow(w, rows, columns, tight / 1.0001), where);
      }
    }
  }

  @Test
  void convolutionBoundsHoldExactly() {
    SplittableRandom random = new SplittableRandom(2);
    for (int trial = 0; trial < 2500; trial++) {
      try (NDManager manager = Tensors.newManager()) {
        ConvolutionMap map = randomConvolution(random, 5, 2, manager);
        double[] matrix = map.matrix(Tensors.toDoubles(map.weight()));
        int rows = (int) map.outputs();
        int columns = (int) map.inputShape().size();
        if (isZero(matrix) || Math.min(rows, columns) > 9) {
          continue;
        }
        String where = "trial " + trial + ": " + map;
        double written = upper(SoundNorm.TIGHT, map, manager);
        assertTrue(ExactNorm.isBelow(matrix, rows, columns, written), where);
        assertFalse(ExactNorm.isBelow(matrix, rows, columns, written / 1.0001), where);
        assertTrue(ExactNorm.isBelow(matrix, rows, columns, upper(GRID, map, manager)), where);
      }
    }
  }

  @Test
  void largerConvolutionsAreBounded() {
    SplittableRandom random = new SplittableRandom(3);
    for (int trial = 0; trial < 500; trial++) {
      try (NDManager manager = Tensors.newManager()) {
        ConvolutionMap map = randomConvolution(random, 9, 4, manager);
        double exact = new FullSpectrum().norm(map).value() * (1 - SPECTRUM_ERROR);
        double bound = upper(GRID, map, manager);
        assertTrue(bound >= exact, () -> map + ": " + bound + " is below " + exact);
      }
    }
  }

  @Test
  void groupsAreBoundedByTheLargestBlock() {
    SplittableRandom random = new SplittableRandom(7);
    for (int trial = 0; trial < 200; trial++) {
      try (NDManager manager = Tensors.newManager()) {
        ConvolutionMap block = randomConvolution(random, 7, 2, manager);
        int groups = random.nextInt(2, 4);
        Shape one = block.weight().getShape();
        double[] w = RandomWeights.gaussian(random, groups * (int) one.size());
        NDArray weight = manager.create(w, new Shape(groups * one.get(0)).addAll(one.slice(1)));
        Shape image = block.inputShape();
        ConvolutionMap map =
            new ConvolutionMap(
                weight,
                block.stride(),
                block.padding(),
                groups,
                new Shape(groups * image.get(0)).addAll(image.slice(1)));
        double exact = new FullSpectrum().norm(map).value();
        assertEquals(exact, upper(SoundNorm.TIGHT, map, manager), 1e-4 * exact + 1e-50);
        for (SoundNorm method : new SoundNorm[] {SoundNorm.TIGHT, GRID}) {
          double bound = upper(GRID, map, manager);
          assertTrue(bound >= exact * (1 - SPECTRUM_ERROR), () -> map + ": " + bound);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 2})
  void gridIsTightForResidualKernels(double scale) {
    SplittableRandom random = new SplittableRandom(4);
    int width = 8;
    double[] rough = RandomWeights.gaussian(random, width * width * 9);
    double[] smooth = RandomWeights.gaussian(random, width * width);
    for (double roughness : new double[] {0, 0.5, 1}) {
      double[] w = new double[rough.length];
      for (int i = 0; i < w.length; i++) {
        boolean identity = i / 9 % (width + 1) == 0 && i % 9 == 4;
        double mixed = roughness * rough[i] + (1 - roughness) * smooth[i / 9];
        w[i] = (float) ((identity ? 1 : 0) + scale * mixed / (3 * Math.sqrt(width)));
      }
      try (NDManager manager = Tensors.newManager()) {
        ConvolutionMap map = map(w, width, width, 3, 1, 1, new Shape(width, 16, 16), manager);
        double exact = new PowerIteration(3000, 1e-9).norm(map).value();
        assertTrue(upper(GRID, map, manager) <= 1.01 * exact);
      }
    }
  }

  @Test
  void gridAstrideFrequencyZeroIsExactForMeans() {
    try (NDManager manager = Tensors.newManager()) {
      double[] ones = DoubleStream.generate(() -> 1).limit(9).toArray();
      ConvolutionMap map = map(ones, 1, 1, 3, 1, 1, new Shape(1, 16, 11), manager);
      double exact = (1 + 2 * Math.cos(Math.PI / 17)) * (1 + 2 * Math.cos(Math.PI / 12));
      double bound = upper(GRID, map, manager);
      assertTrue(bound >= exact * (1 - SPECTRUM_ERROR));
      assertEquals(exact, bound, 1e-4 * exact);
    }
  }

  @Test
  void patchesNeedOneFrequencyOnly() {
    SplittableRandom random = new SplittableRandom(5);
    try (NDManager manager = Tensors.newManager()) {
      double[] w = RandomWeights.gaussian(random, 8 * 3 * 16);
      ConvolutionMap map = map(w, 8, 3, 4, 4, 0, new Shape(3, 16, 16), manager);
      double exact = new FullSpectrum().norm(map).value();
      assertEquals(exact, upper(GRID, map, manager), 1e-4 * exact);
    }
  }

  @Test
  void matrixIsTheOperatorOnUnitVectors() {
    SplittableRandom random = new SplittableRandom(6);
    for (int trial = 0; trial < 50; trial++) {
      try (NDManager manager = Tensors.newManager()) {
        ConvolutionMap map = randomConvolution(random, 7, 3, manager);
        Shape shape = new Shape(map.outputs(), map.inputShape().size());
        NDArray written = manager.create(map.matrix(Tensors.toDoubles(map.weight())), shape);
        assertEquals(FullSpectrum.matrix(map, manager).transpose(), written);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void weightsWithoutValueAreRefused(double bad) {
    try (NDManager manager = Tensors.newManager()) {
      double[] w = {1, 2, bad, 4};
      LinearMap dense = new DenseMap(manager.create(w, new Shape(2, 2)));
      LinearMap convolution = map(w, 2, 2, 1, 1, 0, new Shape(2, 3, 3), manager);
      for (LinearMap map : new LinearMap[] {dense, convolution}) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> SoundNorm.TIGHT.norm(map));
        assertTrue(e.getMessage().contains("A weight is " + bad), e.getMessage());
      }
    }
  }

  @Test
  void overflowIsInfiniteAndUnderflowIsNotZero() {
    try (NDManager manager = Tensors.newManager()) {
      double huge = upper(SoundNorm.TIGHT, constant(Double.MAX_VALUE, manager), manager);
      assertEquals(Double.POSITIVE_INFINITY, huge);
      double tiny = upper(SoundNorm.TIGHT, constant(Double.MIN_VALUE, manager), manager);
      assertTrue(tiny >= 4 * Double.MIN_VALUE && tiny < 100 * Double.MIN_VALUE);
    }
  }

  private static LinearMap constant(double value, NDManager manager) {
    double[] w = DoubleStream.generate(() -> value).limit(16).toArray();
    return new DenseMap(manager.create(w, new Shape(4, 4)));
  }

  @Test
  void unknownMapsAreRefusedByName() {
    record Identity(Shape inputShape) implements LinearMap {
      @Override
      public NDArray apply(NDArray x) {
        return x;
      }

      @Override
      public NDArray adjoint(NDArray y) {
        return y;
      }
    }
    try (NDManager manager = Tensors.newManager()) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () -> SoundNorm.TIGHT.norm(new Identity(new Shape(3))));
      assertTrue(e.getMessage().contains("Identity"), e.getMessage());
    }
  }

  private static double upper(SoundNorm method, LinearMap map, NDManager manager) {
    Bound bound = method.norm(map);
    assertEquals(Bound.Kind.UPPER, bound.kind());
    return bound.value();
  }

  private static boolean isZero(double[] w) {
    return DoubleStream.of(w).allMatch(entry -> entry == 0);
  }

  private static ConvolutionMap randomConvolution(
      SplittableRandom random, int largestImage, int mostChannels, NDManager manager) {
    int kernel = random.nextInt(1, 6);
    int padding = random.nextInt(0, 4);
    int least = Math.max(1, kernel - 2 * padding);
    int height = random.nextInt(least, Math.max(least, largestImage) + 1);
    int width = random.nextInt(least, Math.max(least, largestImage) + 1);
    int outputs = random.nextInt(1, mostChannels + 1);
    int inputs = random.nextInt(1, mostChannels + 1);
    double[] w = RandomWeights.matrix(random, outputs, inputs * kernel * kernel);
    Shape image = new Shape(inputs, height, width);
    return map(w, outputs, inputs, kernel, random.nextInt(1, 5), padding, image, manager);
  }

  private static ConvolutionMap map(
      double[] w,
      int outputs,
      int inputs,
      int kernel,
      int stride,
      int padding,
      Shape image,
      NDManager manager) {
    NDArray weight = manager.create(w, new Shape(outputs, inputs, kernel, kernel));
    return new ConvolutionMap(weight, stride, padding, image);
  }
}
