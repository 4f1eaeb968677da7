package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.random.RandomGenerator;
import org.lipkit.bound.Bound;
import org.lipkit.bound.LinearMap;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.PowerIteration;
import org.lipkit.tensor.Tensors;

/**
 * A layer {@code x -> A x + b} whose Lipschitz constant is the spectral norm of A on its input
 * size. It keeps one power-iteration vector between training steps.
 */
public abstract class LinearLayer extends AffineLayer {

  private final Parameter vector;

  /**
   * Creates the layer.
   *
   * @param random draws the first power-iteration vector
   */
  protected LinearLayer(RandomGenerator random) {
    vector =
        Parameter.builder()
            .setName("vector")
            .setType(Parameter.Type.OTHER)
            .optRequiresGrad(false)
            .optInitializer(Initializers.direction(random))
            .build();
  }

  @Override
  public Bound bound(NormMethod method, NDManager manager) {
    return Tensors.scoped(() -> method.norm(map(exactWeight()), manager));
  }

  private NDArray exactWeight() {
    return Tensors.withoutGradient(() -> weight().toType(DataType.FLOAT64, false));
  }

  @Override
  public NDArray lipschitz(NDArray k, int iterations) {
    NDArray weight = trainedWeight();
    advance(map(weight.stopGradient()), iterations);
    return k.mul(map(weight).apply(vector.getArray()).norm());
  }

  private void advance(LinearMap map, int iterations) {
    if (iterations == 0) {
      return;
    }
    Tensors.withoutGradient(
        () -> {
          NDArray v = vector.getArray();
          for (int i = 0; i < iterations; i++) {
            v = PowerIteration.step(map, v);
          }
          Tensors.copy(v, vector.getArray());
          return null;
        });
  }

  /** Subclasses call this in their own preparation. */
  protected final void prepareVector() {
    vector.setShape(new Shape(1).addAll(inputShape()));
  }

  /** Adds the power-iteration vector after the subclass's own parameters. */
  protected final void addVector() {
    addParameter(vector);
  }
}
