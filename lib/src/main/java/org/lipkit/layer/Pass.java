package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.lipkit.bound.ConvolutionStack;
import org.lipkit.bound.LinearMap;
import org.lipkit.bound.PowerIteration;
import org.lipkit.tensor.Lengths;
import org.lipkit.tensor.Tensors;

/**
 * One pass of a batch through a network. A training pass holds what belongs to that batch: its
 * statistics, and how far power iteration and running statistics have come with it. The layers
 * remember that only when the pass is {@link #finish finished}, so a pass that is thrown away
 * leaves no trace. {@link #EVALUATION} holds nothing.
 */
public final class Pass {

  /** Every pass in evaluation. */
  public static final Pass EVALUATION = new Pass(false, 0, false);

  private final boolean training;
  private final int iterations;
  private final boolean unrolled;
  private final Map<Parameter, NDArray> next = new IdentityHashMap<>();
  private final Map<Object, Object> statistics = new IdentityHashMap<>();

  private Pass(boolean training, int iterations, boolean unrolled) {
    this.training = training;
    this.iterations = iterations;
    this.unrolled = unrolled;
  }

  /**
   * {@return a new training pass}
   *
   * @param iterations power iterations to run on each linear layer, at least 0
   */
  public static Pass training(int iterations) {
    return training(iterations, false);
  }

  /**
   * {@return a new training pass, with a choice of what gradients follow}
   *
   * @param iterations power iterations to run on each linear layer, at least 0
   * @param unrolled whether gradients flow through these iterations too; otherwise the vector that
   *     they end with counts as a constant
   */
  public static Pass training(int iterations, boolean unrolled) {
    if (iterations < 0) {
      throw new IllegalArgumentException(
          "A training pass cannot run " + iterations + " power iterations; use at least 0.");
    }
    return new Pass(true, iterations, unrolled);
  }

  /** {@return whether this is a training pass, in which some layers behave differently} */
  public boolean isTraining() {
    return training;
  }

  /**
   * A linear map's norm by power iteration that goes on from a layer's vector, {@code ||A v||}: an
   * estimate from below, differentiable in the map's weight. The iterations run once per pass and
   * vector.
   *
   * @param vector holds v, (1, inputs of the map), of length 1
   * @param map the linear map A
   * @return the estimate, a scalar
   */
  public NDArray norm(Parameter vector, LinearMap map) {
    return norm(vector, map, iterations);
  }

  /**
   * The same with a number of iterations of its own; none in evaluation.
   *
   * @param vector holds v
   * @param map the linear map A
   * @param steps how many iterations to run in training
   * @return the estimate, a scalar
   */
  public NDArray norm(Parameter vector, LinearMap map, int steps) {
    return norms(List.of(vector), map, steps).squeeze(0);
  }

  /**
   * The norms of the maps in a stack by power iterations side by side; as {@link #norm(Parameter,
   * LinearMap)} of each.
   *
   * @param vectors hold the maps' vectors, none of which has been iterated in this pass
   * @param stack takes one vector for each map
   * @return the estimates, (maps)
   */
  NDArray norms(List<Parameter> vectors, ConvolutionStack stack) {
    return norms(vectors, stack, iterations);
  }

  private NDArray norms(List<Parameter> vectors, LinearMap map, int steps) {
    NDList starts = new NDList();
    vectors.forEach(vector -> starts.add(next.getOrDefault(vector, vector.getArray())));
    NDArray v = starts.size() == 1 ? starts.head() : NDArrays.concat(starts, 0);
    if (training && steps > 0 && !hasIterated(vectors.get(0))) {
      NDArray start = v;
      v =
          unrolled
              ? advanced(start, map, steps)
              : Tensors.withoutGradient(() -> advanced(start, map, steps));
      NDList ends = vectors.size() == 1 ? new NDList(v) : v.split(vectors.size(), 0);
      for (int i = 0; i < vectors.size(); i++) {
        next.put(vectors.get(i), ends.get(i));
      }
    }
    return Lengths.of(map.apply(v));
  }

  /** Whether a vector's power iterations of this pass have run. */
  boolean hasIterated(Parameter vector) {
    return next.containsKey(vector);
  }

  private static NDArray advanced(NDArray start, LinearMap map, int steps) {
    NDArray v = start;
    for (int i = 0; i < steps; i++) {
      v = PowerIteration.step(map, v);
    }
    return v;
  }

  /**
   * Notes what a layer should remember once this pass is finished.
   *
   * @param parameter where the layer keeps it
   * @param value its next value
   * @throws IllegalStateException in evaluation
   */
  public void remember(Parameter parameter, NDArray value) {
    requireTraining();
    next.put(parameter, value);
  }

  /**
   * Keeps a statistic of this pass's batch.
   *
   * @param owner whose statistic it is
   * @param statistic the statistic
   * @throws IllegalStateException in evaluation
   */
  public void keep(Object owner, Object statistic) {
    requireTraining();
    statistics.put(owner, statistic);
  }

  /**
   * {@return what an owner has kept in this pass, or null if it has kept nothing}
   *
   * @param owner whose statistic it is
   * @param type its type
   * @param <T> its type
   */
  public <T> T kept(Object owner, Class<T> type) {
    return type.cast(statistics.get(owner));
  }

  private void requireTraining() {
    if (!training) {
      throw new IllegalStateException(
          "Evaluation remembers nothing; let a layer keep statistics only in a training pass"
              + " (pass.isTraining()).");
    }
  }

  /** Lets the layers remember what this pass has found. */
  public void finish() {
    next.forEach((parameter, value) -> Tensors.copy(value, parameter.getArray()));
    next.clear();
  }
}
