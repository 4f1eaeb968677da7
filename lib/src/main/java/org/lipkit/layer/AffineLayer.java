package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.lipkit.bound.LinearMap;
import org.lipkit.bound.NormMethod;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.Tensors;

/** A layer that is {@code x -> A x + b} in evaluation. */
public abstract class AffineLayer extends Layer {

  /** Creates the layer. */
  protected AffineLayer() {}

  /**
   * The weight that the forward pass in evaluation really multiplies with, differentiable in the
   * parameters.
   *
   * @return the layer's kernel, matrix or factors
   */
  public abstract NDArray weight();

  /**
   * The weight whose norm training bounds.
   *
   * @return as {@link #weight}; a layer with batch statistics returns what its last pass in
   *     training multiplied with, as long as the engine still holds it
   */
  protected NDArray trainedWeight() {
    return weight();
  }

  /**
   * What is added to {@code A x}.
   *
   * @return the bias b, in a shape that spreads over the layer's output
   */
  public abstract NDArray offset();

  /**
   * The linear part A as a map, for a given weight.
   *
   * @param weight as {@link #weight} returns it, in FLOAT32 or FLOAT64
   * @return the map on inputs of the size that the layer was initialised with
   */
  public abstract LinearMap map(NDArray weight);

  /**
   * The layer's output. In evaluation the sums of a dense layer or a convolution of one group are
   * taken in {@link Blocks}, unless x is in bfloat16; that is what a certificate counts, so no
   * layer may do otherwise.
   *
   * @param x the layer's input
   * @param training whether to apply the layer as training does
   * @return A x + b
   */
  @Override
  public final NDArray apply(NDArray x, boolean training) {
    return training
        ? applyInTraining(x)
        : Blocks.product(this, BFloat16.match(weight(), x), x).add(BFloat16.match(offset(), x));
  }

  /**
   * The forward pass in training, where sums are left to the engine.
   *
   * @param x the layer's input
   * @return A x + b; a layer with batch statistics uses those of x
   */
  protected NDArray applyInTraining(NDArray x) {
    return map(BFloat16.match(weight(), x)).apply(x).add(BFloat16.match(offset(), x));
  }

  @Override
  public Arithmetic arithmetic(NormMethod method, NDManager manager) {
    return Arithmetic.of(affine(method, manager));
  }

  /**
   * The layer as rounding sees it. Its functions throw IllegalStateException once the weights are
   * others than now.
   *
   * @param method as in {@link #arithmetic}
   * @param manager likewise
   * @return the map
   */
  public Affine affine(NormMethod method, NDManager manager) {
    return Tensors.withoutGradient(() -> LinearArithmetic.of(this, method, manager));
  }
}
