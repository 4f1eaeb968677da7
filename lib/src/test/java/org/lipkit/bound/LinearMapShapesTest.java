package org.lipkit.bound;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.lipkit.tensor.Tensors;

/** A map is refused where the formulas of its bound would be those of another one. */
class LinearMapShapesTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static void refused(String part, Executable attempt) {
    String message = assertThrows(IllegalArgumentException.class, attempt).getMessage();
    assertTrue(message.contains(part), message);
  }

  private static void refusedOn4x4(int stride, int padding, int groups, long... kernels) {
    refused(
        "let the kernels be square",
        () ->
            new ConvolutionMap(
                MANAGER.ones(new Shape(kernels)), stride, padding, groups, new Shape(2, 4, 4)));
  }

  @Test
  void kernelsAreSquareAndFitTheImage() {
    refusedOn4x4(1, 0, 1, 2, 2, 1, 2);
    refusedOn4x4(2, 0, 1, 2, 2, 1, 2);
    refusedOn4x4(1, 0, 1, 2, 2, 3, 1);
    refusedOn4x4(1, 0, 1, 2, 2, 5, 5);
    refusedOn4x4(2, 0, 1, 2, 2, 5, 5);
    refusedOn4x4(1, 0, 2, 3, 1, 3, 3);
    refusedOn4x4(0, 0, 1, 2, 2, 3, 3);
    refusedOn4x4(1, -1, 1, 2, 2, 2, 2);
    refusedOn4x4(1, 0, 1, 2, 2, 3);
  }

  @Test
  void matricesHaveTwoAxesAndOneSize() {
    refused("1 matrices", () -> new DenseMap(MANAGER.ones(new Shape(2, 3, 3))));
    refused("2 matrices", () -> new BlockDiagonalMap(MANAGER.ones(new Shape(3, 2)), 2));
    refused("0 matrices", () -> new BlockDiagonalMap(MANAGER.ones(new Shape(3, 2)), 0));
  }
}
