package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * Convolutions of one shape, each for an image of its own: unlike that of other maps, a batch has
 * exactly one row for each of them. They are computed as the groups of one convolution, which costs
 * much less than small convolutions one after another.
 */
public final class ConvolutionStack implements LinearMap {

  private final ConvolutionMap all;
  private final int count;

  private ConvolutionStack(ConvolutionMap all, int count) {
    this.all = all;
    this.count = count;
  }

  /**
   * Stacks convolutions.
   *
   * @param maps at least one, each of one group, which differ in their weights' values only
   * @return the stack, differentiable in their weights
   */
  public static ConvolutionStack of(List<ConvolutionMap> maps) {
    ConvolutionMap first = maps.get(0);
    NDList weights = new NDList();
    maps.forEach(map -> weights.add(map.weight()));
    Shape input = first.inputShape();
    Shape inputs = new Shape(maps.size() * input.get(0), input.get(1), input.get(2));
    return new ConvolutionStack(
        new ConvolutionMap(
            NDArrays.concat(weights, 0), first.stride(), first.padding(), maps.size(), inputs),
        maps.size());
  }

  @Override
  public Shape inputShape() {
    Shape inputs = all.inputShape();
    return new Shape(inputs.get(0) / count, inputs.get(1), inputs.get(2));
  }

  @Override
  public NDArray apply(NDArray x) {
    return rows(all.apply(joined(x)));
  }

  @Override
  public NDArray adjoint(NDArray y) {
    return rows(all.adjoint(joined(y)));
  }

  private static NDArray joined(NDArray rows) {
    Shape shape = rows.getShape();
    return rows.reshape(1, -1, shape.get(2), shape.get(3));
  }

  private NDArray rows(NDArray joined) {
    Shape shape = joined.getShape();
    return joined.reshape(count, -1, shape.get(2), shape.get(3));
  }

  @Override
  public NDManager newManager() {
    return all.newManager();
  }
}
