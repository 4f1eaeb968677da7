package org.lipkit.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;

/** One layer of an imported network. */
sealed interface Step permits Step.Fixed, Step.Reshaping, Affine {

  /** The shape of one output. */
  Shape output();

  /**
   * A new layer that takes this step.
   *
   * @param manager owns its arrays
   */
  Layer layer(NDManager manager);

  /** A layer without arrays of its own. */
  record Fixed(Shape output, Supplier<Layer> maker) implements Step {

    @Override
    public Layer layer(NDManager manager) {
      return maker.get();
    }
  }

  /** The same entries in another shape. */
  record Reshaping(Shape output) implements Step {

    @Override
    public Layer layer(NDManager manager) {
      return output.dimension() == 1
          ? new Flatten()
          : Step.exact("Reshape", output, x -> x.reshape(x.getShape().slice(0, 1).addAll(output)))
              .layer(manager);
    }
  }

  /** A layer of the library on inputs of a shape. */
  static Step of(Shape input, Supplier<Layer> maker) {
    return new Fixed(maker.get().outputShape(input), maker);
  }

  /** A map that only rearranges entries. */
  static Step exact(String name, Shape output, UnaryOperator<NDArray> map) {
    return new Fixed(
        output, () -> new Described(name, output, self -> new Form.Exact(self, 1, map), 0, 0));
  }
}
