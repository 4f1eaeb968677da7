package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.lipkit.bound.Bound;

/**
 * How a layer is really computed: from what is known of its computed and exact inputs follows what
 * is known of its computed and exact outputs.
 *
 * @param bound the layer's Lipschitz constant in exact arithmetic
 * @param rule from the input's enclosure to the output's
 */
public record Arithmetic(Bound bound, UnaryOperator<Enclosure> rule) {

  /** That of a layer which does nothing. */
  public static final Arithmetic IDENTITY =
      new Arithmetic(Bound.exact(1, "identity"), UnaryOperator.identity());

  /**
   * That of a layer which only copies, compares and rearranges entries, 1-Lipschitz and exact.
   *
   * @param layer from inputs to outputs, in FLOAT64 as in FLOAT32
   * @return the arithmetic
   */
  static Arithmetic copying(UnaryOperator<NDArray> layer) {
    return new Arithmetic(Bound.exact(1, "closed form"), in -> in.copied(layer));
  }

  /**
   * That of a layer which multiplies and adds.
   *
   * @param map the layer
   * @return the arithmetic
   */
  static Arithmetic of(Affine map) {
    return new Arithmetic(map.norm(), in -> in.through(map));
  }

  /**
   * Two layers, one after the other.
   *
   * @param next the second layer's arithmetic
   * @return that of both
   */
  public Arithmetic then(Arithmetic next) {
    return new Arithmetic(bound.times(next.bound), in -> next.rule.apply(rule.apply(in)));
  }

  /**
   * Two layers of the same input whose outputs are added.
   *
   * @param other the second layer's arithmetic
   * @param layer the sum's name, for messages
   * @return that of the sum
   */
  Arithmetic plus(Arithmetic other, String layer) {
    return new Arithmetic(
        bound.plus(other.bound), in -> rule.apply(in).plus(other.rule.apply(in), layer));
  }

  /**
   * The same layer with a Lipschitz constant that its parts do not tell.
   *
   * @param better the layer's Lipschitz constant in exact arithmetic
   * @return its arithmetic, whose errors grow by that constant
   */
  Arithmetic within(Bound better) {
    return new Arithmetic(better, in -> in.within(better.value(), rule));
  }
}
