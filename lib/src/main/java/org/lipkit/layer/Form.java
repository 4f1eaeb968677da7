package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.lipkit.bound.Bound;
import org.lipkit.bound.DiagonalMap;
import org.lipkit.bound.LinearMap;
import org.lipkit.bound.NormMethod;

/**
 * What a layer is in one pass: a term of a small closed algebra. A layer says its form once, and
 * everything else is an interpreter of forms: the forward pass ({@link Forward}), the Lipschitz
 * constant from given norms ({@link FormBound}), the differentiable estimate of training ({@link
 * TrainingEstimate}), freezing ({@link FrozenLayer}), the proof that counts float32 rounding
 * ({@code rounding.Proof}), what other programs are told ({@code onnx.Export}) and the list of
 * {@link #linearParts}.
 *
 * <p>Arrays in a form are those that the forward pass really multiplies with, and all of them: a
 * map, model or constant that uses another array of the layer cannot be frozen. A form may hold one
 * {@link Linear} several times; an interpreter that stores or proves something does it once.
 */
public sealed interface Form {

  /** The form of a layer that does nothing. */
  Form IDENTITY = new Chain(List.of());

  /**
   * {@return what an interpreter makes of this form}
   *
   * @param reader the interpreter
   * @param <R> what it finds
   */
  <R> R read(Reader<R> reader);

  /** {@return what a form that is made of others is made of, in order} */
  default List<Form> parts() {
    return List.of();
  }

  /** {@return the linear parts of this form, each once, in order, without those that only scale} */
  default List<Linear> linearParts() {
    return parts().stream().flatMap(part -> part.linearParts().stream()).distinct().toList();
  }

  /**
   * An interpreter: one method for each kind of form.
   *
   * @param <R> what it finds
   */
  interface Reader<R> {

    /**
     * {@return what becomes of a rearrangement}
     *
     * @param form the form
     */
    R exact(Exact form);

    /**
     * {@return what becomes of a linear map with an offset}
     *
     * @param form the form
     */
    R linear(Linear form);

    /**
     * {@return what becomes of a map that rounds}
     *
     * @param form the form
     */
    R rounded(Rounded form);

    /**
     * {@return what becomes of maps one after another}
     *
     * @param form the form
     */
    R chain(Chain form);

    /**
     * {@return what becomes of a sum}
     *
     * @param form the form
     */
    R sum(Sum form);

    /**
     * {@return what becomes of maps side by side}
     *
     * @param form the form
     */
    R concatenation(Concatenation form);

    /**
     * {@return what becomes of a map with a better constant than follows from its parts}
     *
     * @param form the form
     */
    R bounded(Bounded form);
  }

  /**
   * A map that only copies, compares and rearranges entries, so that floating point computes it
   * exactly.
   *
   * @param origin the layer that the map is of, for messages and for who writes it in other words
   * @param constant at least its Lipschitz constant
   * @param map from inputs (N, ...) to outputs (N, ...), in FLOAT64 as in FLOAT32
   */
  record Exact(Layer origin, double constant, UnaryOperator<NDArray> map) implements Form {

    @Override
    public <R> R read(Reader<R> reader) {
      return reader.exact(this);
    }
  }

  /**
   * The map {@code x -> A x + b}.
   *
   * @param layer the layer's name, for messages
   * @param weight what A is made of: a matrix, kernels or factors
   * @param offset b, in a shape that spreads over the output
   * @param geometry gives A, on inputs of the layer's size, for a weight in any type
   * @param estimate how training estimates {@code ||A||}
   */
  record Linear(
      String layer,
      NDArray weight,
      NDArray offset,
      Function<NDArray, LinearMap> geometry,
      Estimate estimate)
      implements Form {

    /** {@return A with the weight that the forward pass multiplies with} */
    public LinearMap map() {
      return geometry.apply(weight);
    }

    @Override
    public List<Linear> linearParts() {
      return map() instanceof DiagonalMap ? List.of() : List.of(this);
    }

    @Override
    public <R> R read(Reader<R> reader) {
      return reader.linear(this);
    }
  }

  /**
   * A map that rounds in its own way.
   *
   * @param origin the layer that the map is of, for messages and for who writes it in other words
   * @param constant its Lipschitz constant as training counts it
   * @param constants the arrays that it computes with, perhaps none
   * @param model what it computes from them and how it rounds, for constants in any type
   */
  record Rounded(
      Layer origin,
      double constant,
      List<NDArray> constants,
      Function<List<NDArray>, RoundingModel> model)
      implements Form {

    @Override
    public <R> R read(Reader<R> reader) {
      return reader.rounded(this);
    }
  }

  /**
   * Maps one after another.
   *
   * @param parts in order; none for the identity
   */
  record Chain(List<Form> parts) implements Form {

    /**
     * Copies the list.
     *
     * @param parts in order; none for the identity; copied
     */
    public Chain {
      parts = List.copyOf(parts);
    }

    @Override
    public <R> R read(Reader<R> reader) {
      return reader.chain(this);
    }
  }

  /**
   * Two maps of the same input, added.
   *
   * @param layer the layer's name, for messages
   * @param first one map
   * @param second the other
   */
  record Sum(String layer, Form first, Form second) implements Form {

    @Override
    public List<Form> parts() {
      return List.of(first, second);
    }

    @Override
    public <R> R read(Reader<R> reader) {
      return reader.sum(this);
    }
  }

  /**
   * Maps of the same input, their outputs one behind the other along the first axis of a sample.
   *
   * @param parts in order, at least one
   */
  record Concatenation(List<Form> parts) implements Form {

    /**
     * Copies the list.
     *
     * @param parts in order, at least one; copied
     * @throws IllegalArgumentException if there is none
     */
    public Concatenation {
      parts = List.copyOf(parts);
      if (parts.isEmpty()) {
        throw new IllegalArgumentException("A concatenation needs at least one part.");
      }
    }

    @Override
    public <R> R read(Reader<R> reader) {
      return reader.concatenation(this);
    }
  }

  /**
   * A map of which a better Lipschitz constant is known than follows from its parts.
   *
   * @param inner the map
   * @param constant its constant
   */
  record Bounded(Form inner, Constant constant) implements Form {

    @Override
    public List<Form> parts() {
      return List.of(inner);
    }

    @Override
    public <R> R read(Reader<R> reader) {
      return reader.bounded(this);
    }
  }

  /** The Lipschitz constant of a {@link Bounded} form. */
  interface Constant {

    /**
     * {@return the constant from norms, with its kind}
     *
     * @param inner the bounded map with the arrays that it really multiplies with
     * @param method how to find norms of its linear parts
     */
    Bound of(Form inner, NormMethod method);

    /**
     * {@return the constant in training after something with constant k, K k, differentiable; k
     * unless this is overridden}
     *
     * @param k the constant so far, a scalar
     * @param inner the bounded map
     * @param pass the training pass
     */
    default NDArray inTraining(NDArray k, Form inner, Pass pass) {
      return k;
    }
  }

  /** How training estimates the norm of a linear part. */
  @FunctionalInterface
  interface Estimate {

    /** That of a map which is 1-Lipschitz by construction. */
    Estimate ONE = (k, map, pass) -> k;

    /**
     * {@return the constant of the linear part after something with constant k, {@code ||A|| k},
     * differentiable}
     *
     * @param k the constant so far, a scalar
     * @param map the linear part, differentiable in its weight
     * @param pass the training pass
     */
    NDArray times(NDArray k, LinearMap map, Pass pass);
  }
}
