package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.stream.Stream;
import org.lipkit.tensor.Tensors;

/**
 * The linear operator of matrices side by side: block f of the outputs is matrix f times block f of
 * the inputs. Its norm is the largest of the matrices'.
 *
 * @param weight the matrices, (O, I) each, one above the other: (blocks O, I)
 * @param blocks how many there are
 */
public record BlockDiagonalMap(NDArray weight, int blocks) implements LinearMap {

  /**
   * Describes the operator.
   *
   * @param weight the matrices, (blocks O, I)
   * @param blocks how many there are, at least 1
   * @throws IllegalArgumentException if the weight does not hold so many matrices
   */
  public BlockDiagonalMap {
    DenseMap.requireMatrices(weight, blocks);
  }

  /** {@return (blocks, I)} */
  @Override
  public Shape inputShape() {
    return new Shape(blocks, weight.getShape().get(1));
  }

  /** The matrices, (blocks, O, I). */
  private NDArray stacked() {
    return weight.reshape(blocks, -1, weight.getShape().get(1));
  }

  @Override
  public NDArray apply(NDArray x) {
    return x.transpose(1, 0, 2).matMul(stacked().transpose(0, 2, 1)).transpose(1, 0, 2);
  }

  @Override
  public NDArray adjoint(NDArray y) {
    return y.transpose(1, 0, 2).matMul(stacked()).transpose(1, 0, 2);
  }

  Stream<DenseMap> matrices() {
    return weight.split(blocks, 0).stream().map(DenseMap::new);
  }

  @Override
  public NDManager newManager() {
    return Tensors.newManagerBeside(weight);
  }
}
