package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.lipkit.bound.Bound;
import org.lipkit.bound.Upward;
import org.lipkit.tensor.Tensors;

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
    return copying(Bound.exact(1, "closed form"), layer);
  }

  /**
   * That of a layer which only copies, compares and rearranges entries, and is exact.
   *
   * @param bound its Lipschitz constant
   * @param layer from inputs to outputs, in FLOAT64 as in FLOAT32
   * @return the arithmetic
   */
  static Arithmetic copying(Bound bound, UnaryOperator<NDArray> layer) {
    return new Arithmetic(bound, in -> in.copied(layer, bound.value()));
  }

  /**
   * That of a layer which rounds.
   *
   * @param map the layer
   * @return the arithmetic
   */
  static Arithmetic of(FloatMap map) {
    return new Arithmetic(map.norm(), in -> in.through(map));
  }

  /**
   * That of means of m entries: m - 1 sums, which may overflow though the mean would not, then a
   * division by m or a product with the rounded 1 / m, two roundings at most.
   *
   * @param layer the layer's name, for messages
   * @param bound its Lipschitz constant
   * @param entries m
   * @param sums the sums of these entries, in FLOAT64
   * @return the arithmetic
   */
  static Arithmetic averaging(
      String layer, Bound bound, long entries, UnaryOperator<NDArray> sums) {
    double norm = Upward.times(entries, bound.value());
    double share = Math.nextUp(1.0 / entries);
    UnaryOperator<NDArray> shares = x -> x.div(Tensors.scalar(x, entries));
    FloatMap sum =
        new Affine(layer, Bound.exact(norm, "closed form"), norm, entries, entries, sums, sums);
    FloatMap division =
        new Affine(layer, Bound.exact(share, "closed form"), share, share, 2, shares, shares);
    return new Arithmetic(bound, in -> in.through(sum).through(division));
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
