package org.lipkit.bound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.lipkit.bound.FrequencyGrid.Frequency;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/**
 * Against the operators themselves: a grid of phases 0 or pi / N belongs to the convolution on a
 * circle where a weight changes its sign, in the second case, whenever it reaches across the end.
 */
class FrequencyGridTest {

  private static final int TRIALS = 150;

  @Test
  void eigenvaluesOfAllFrequenciesAreThoseOfTheCircularOperator() {
    onRandomConvolutions(
        1,
        (map, manager) -> {
          FrequencyGrid grid = new FrequencyGrid(map, scaled(map), manager);
          List<Double> exact = exactNorms(map, manager);
          assertEquals(exact.size(), grid.grids().size());
          for (int i = 0; i < exact.size(); i++) {
            double largest = 0;
            for (Frequency frequency : grid.grids().get(i)) {
              NDArray gram = grid.gram(List.of(frequency));
              NDArray x = gram.get(0).get(0);
              NDArray y = gram.get(0).get(1);
              assertEquals(x, x.transpose());
              assertEquals(y, y.transpose().neg());
              largest = Math.max(largest, CholeskyBoundTest.largest(gram));
            }
            assertEquals(exact.get(i), Math.sqrt(largest), 1e-12, map::toString);
          }
          assertTrue(grid.gramError() < 1e-11);
        });
  }

  @Test
  void boundsAreFourDigitsOfOneOfTheGrids() {
    onRandomConvolutions(
        2,
        (map, manager) -> {
          ConvolutionMap scaled =
              map.withWeight(manager.create(scaled(map), map.weight().getShape()));
          double bound = new SoundNorm(0).norm(scaled).value();
          List<Double> exact = exactNorms(map, manager);
          assertTrue(
              exact.stream().anyMatch(e -> bound >= e * (1 - 1e-12) && bound <= e * (1 + 1e-4)),
              () -> map + ": " + bound + " is none of " + exact);
          double best = exact.stream().min(Double::compare).orElseThrow();
          assertTrue(bound <= 1.0031 * best, () -> map + ": " + bound + " for " + exact);
        });
  }

  @Test
  void conjugateFrequenciesAreTheSamePlace() {
    try (NDManager manager = Tensors.newManager()) {
      NDArray weight = manager.create(new double[9], new Shape(1, 1, 3, 3));
      ConvolutionMap map = new ConvolutionMap(weight, 1, 1, new Shape(1, 4, 6));
      FrequencyGrid grid = new FrequencyGrid(map, new double[9], manager);
      Frequency f = new Frequency(1, 2);
      double nothing = grid.distance(f, f);
      assertEquals(nothing, grid.distance(f, new Frequency(9, 12)), 1e-12);
      assertTrue(grid.distance(f, new Frequency(1, 3)) > nothing);
      assertTrue(grid.distance(f, new Frequency(1, 4)) > grid.distance(f, new Frequency(1, 3)));
    }
  }

  private static void onRandomConvolutions(
      long seed, BiConsumer<ConvolutionMap, NDManager> assertion) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int trial = 0; trial < TRIALS; trial++) {
      try (NDManager manager = Tensors.newManager()) {
        assertion.accept(randomConvolution(random, manager), manager);
      }
    }
  }

  private static ConvolutionMap randomConvolution(SplittableRandom random, NDManager manager) {
    int kernel = random.nextInt(1, 5);
    int padding = random.nextInt(0, kernel);
    int least = Math.max(1, kernel - 2 * padding);
    int outputs = random.nextInt(1, 4);
    int inputs = random.nextInt(1, 4);
    double[] w = RandomWeights.matrix(random, outputs, inputs * kernel * kernel);
    if (random.nextInt(4) == 0) {
      w[random.nextInt(w.length)] = 1e6;
    }
    NDArray weight = manager.create(w, new Shape(outputs, inputs, kernel, kernel));
    int height = random.nextInt(least, least + 4);
    int width = random.nextInt(least, least + 4);
    Shape image = new Shape(inputs, height, width);
    return new ConvolutionMap(weight, random.nextInt(1, 3), padding, image);
  }

  private static double[] scaled(ConvolutionMap map) {
    return ScaledWeights.of(map.weight()).entries();
  }

  /** In the order of {@link FrequencyGrid#grids}. */
  private static List<Double> exactNorms(ConvolutionMap map, NDManager manager) {
    List<Double> norms = new ArrayList<>();
    for (int sign1 = map.rows().circle() > 1 ? -1 : 1; sign1 <= 1; sign1 += 2) {
      for (int sign2 = map.columns().circle() > 1 ? -1 : 1; sign2 <= 1; sign2 += 2) {
        NDArray matrix = circular(map, sign1, sign2, manager);
        norms.add(Tensors.toDoubles(LinearOperators.singularValues(matrix))[0]);
      }
    }
    return norms;
  }

  private static NDArray circular(ConvolutionMap map, int sign1, int sign2, NDManager manager) {
    ConvolutionAxis rows = map.rows();
    ConvolutionAxis columns = map.columns();
    double[] weights = scaled(map);
    int stride = map.stride();
    int n1 = rows.circle();
    int n2 = columns.circle();
    int inputs = map.inputChannels() * stride * stride * n1 * n2;
    double[] matrix = new double[map.outputChannels() * n1 * n2 * inputs];
    for (int row = 0; row < map.outputChannels() * n1 * n2; row++) {
      int y = row / n2 % n1;
      int x = row % n2;
      for (int i = 0; i < map.inputChannels() * stride * stride; i++) {
        for (int b1 = rows.first(); b1 <= rows.last(); b1++) {
          for (int b2 = columns.first(); b2 <= columns.last(); b2++) {
            int a1 = rows.tap(b1, i / stride % stride);
            int a2 = columns.tap(b2, i % stride);
            if (a1 >= 0 && a1 < rows.kernel() && a2 >= 0 && a2 < columns.kernel()) {
              int pixel = Math.floorMod(y + b1, n1) * n2 + Math.floorMod(x + b2, n2);
              int turns1 = Math.abs(Math.floorDiv(y + b1, n1));
              int turns2 = Math.abs(Math.floorDiv(x + b2, n2));
              double sign = Math.pow(sign1, turns1) * Math.pow(sign2, turns2);
              int channel = i / (stride * stride);
              matrix[row * inputs + i * n1 * n2 + pixel] +=
                  sign * weights[map.kernelIndex(row / (n1 * n2), channel, a1, a2)];
            }
          }
        }
      }
    }
    return manager.create(matrix, new Shape(map.outputChannels() * n1 * n2, inputs));
  }
}
