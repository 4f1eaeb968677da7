package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.lipkit.bound.Bound;
import org.lipkit.bound.DiagonalMap;
import org.lipkit.bound.LinearMap;
import org.lipkit.bound.NormMethod;
import org.lipkit.tensor.Tensors;

/**
 * A layer that multiplies every entry with its own factor, {@code y = a x + b}, where a is its
 * {@link #weight}. Its Lipschitz constant is {@code max |a|}.
 */
public abstract class DiagonalLayer extends AffineLayer {

  /** Creates the layer. */
  protected DiagonalLayer() {}

  @Override
  public LinearMap map(NDArray factors) {
    return new DiagonalMap(factors, inputShape());
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireChannels(getClass().getSimpleName(), input);
    return input;
  }

  @Override
  public Bound bound(NormMethod method, NDManager manager) {
    double[] factors =
        Tensors.scoped(() -> Tensors.withoutGradient(() -> Tensors.toDoubles(weight().abs())));
    return Bound.exact(Arrays.stream(factors).max().orElseThrow(), "closed form");
  }

  @Override
  public NDArray lipschitz(NDArray k, int iterations) {
    return k.mul(trainedWeight().abs().max());
  }

  /** One number a channel, in the shape that spreads over this layer's inputs. */
  final NDArray perChannel(NDArray values) {
    return Shapes.perChannel(values, inputShape());
  }
}
