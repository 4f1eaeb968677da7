package org.lipkit.layer.rounding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.lipkit.bound.Upward;
import org.lipkit.layer.RoundingModel;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * What is known, somewhere in a network, of the activations of all float32 inputs x' near each
 * sample x of a batch. Let a(x') be the activation in exact arithmetic and c(x') the one that the
 * float32 program computes. For every eps up to {@link #reach} and every x' with {@code ||x' - x||
 * <= eps}, in the Euclidean norm,
 *
 * <pre>
 *   ||c(x') - a(x')||  &lt;=  error + errorSlope eps
 *   ||a(x') - a(x)||   &lt;=  lipschitz eps
 *   ||center - a(x)||  &lt;=  centerError,</pre>
 *
 * where {@code center} was computed in float64. All numbers are rounded outward.
 */
public final class Enclosure {

  private static final double LARGEST_REACH = Float.MAX_VALUE;

  private final NDArray center;
  private final double[] lengths;
  private final double[] centerError;
  private final double[] error;
  private final double errorSlope;
  private final double lipschitz;
  private final double[] reach;
  private final String[] obstacle;

  private Enclosure(
      NDArray center,
      double[] centerError,
      double[] error,
      double errorSlope,
      double lipschitz,
      double[] reach,
      String[] obstacle) {
    this.center = center;
    this.lengths = lengths(center);
    this.centerError = centerError;
    this.error = error;
    this.errorSlope = errorSlope;
    this.lipschitz = lipschitz;
    this.reach = reach;
    this.obstacle = obstacle;
  }

  /**
   * {@return what is known of inputs: that they are exact}
   *
   * @param x samples, (N, ...), FLOAT32
   */
  public static Enclosure ofInputs(NDArray x) {
    int samples = (int) x.getShape().get(0);
    double[] reach = new double[samples];
    Arrays.fill(reach, LARGEST_REACH);
    return new Enclosure(
        x.toType(DataType.FLOAT64, true),
        new double[samples],
        new double[samples],
        0,
        1,
        reach,
        new String[samples]);
  }

  /**
   * Passes a layer f of Lipschitz constant K that only copies, compares and rearranges entries. It
   * is exact but for subnormal entries, which some machines take as 0, and for those that leave the
   * range of float32. None does as long as {@code ||f(center)|| + K distance} stays in it.
   *
   * @param layer the layer's name, for messages
   * @param map from inputs to outputs
   * @param norm K, at least its Lipschitz constant
   * @return the outputs' enclosure
   */
  Enclosure copied(String layer, UnaryOperator<NDArray> map, double norm) {
    NDArray next = map.apply(center);
    double[] magnitudes = lengths(next);
    double slope = Upward.times(norm, distanceSlope());
    double[] nextReach = new double[samples()];
    String[] nextObstacle = obstacle.clone();
    for (int n = 0; n < samples(); n++) {
      double most = Upward.plus(magnitudes[n], Upward.times(norm, distance(n)));
      nextReach[n] = reach(reach[n], most, slope, Float.MAX_VALUE);
      if (reach[n] >= 0 && nextReach[n] < 0) {
        nextObstacle[n] = obstacle(layer, most);
      }
    }
    double entries = Upward.root(next.size() / samples());
    double flushed = Upward.times(entries, RoundingModel.smallest(RoundingModel.FLOAT));
    double centerFlushed = Upward.times(entries, RoundingModel.smallest(RoundingModel.DOUBLE));
    return new Enclosure(
        next,
        scaled(centerError, norm, centerFlushed),
        scaled(error, norm, flushed),
        Upward.times(norm, errorSlope),
        Upward.times(norm, lipschitz),
        nextReach,
        nextObstacle);
  }

  private static double[] scaled(double[] errors, double norm, double flushed) {
    return Arrays.stream(errors).map(e -> Upward.plus(Upward.times(norm, e), flushed)).toArray();
  }

  /**
   * Passes a layer f that rounds, of Lipschitz constant K and magnitude m. The computed input lies
   * within {@code distance = error + errorSlope eps + lipschitz eps + centerError} of the center,
   * so that
   *
   * <pre>
   *   ||m(|c|)||  &lt;=  ||m(|center|)||  +  mu distance
   *   error'  &lt;=  K error  +  gamma ||m(|c|)||  +  underflow,</pre>
   *
   * and nothing can overflow as long as twice the first line and the underflow stay below the map's
   * {@link RoundingModel#largest}.
   *
   * @param map the layer
   * @return the outputs' enclosure
   */
  public Enclosure through(RoundingModel map) {
    NDArray next = map.value().apply(center);
    double[] magnitudes = lengths(map.magnitude().apply(center.abs()));
    long outputs = next.size() / samples();
    double norm = map.norm().value();
    double distanceSlope = distanceSlope();
    double magnitudeSlope = Upward.times(map.absoluteNorm(), distanceSlope);
    double underflowSlope = map.underflowSlope(RoundingModel.FLOAT, distanceSlope, outputs);
    double[] nextCenterError = new double[samples()];
    double[] nextError = new double[samples()];
    double[] nextReach = new double[samples()];
    String[] nextObstacle = obstacle.clone();
    for (int n = 0; n < samples(); n++) {
      double magnitude = Upward.plus(magnitudes[n], Upward.times(map.absoluteNorm(), distance(n)));
      double underflow =
          map.underflow(RoundingModel.FLOAT, Upward.plus(lengths[n], distance(n)), outputs);
      nextError[n] = error(norm, error[n], map.gamma(RoundingModel.FLOAT), magnitude, underflow);
      nextCenterError[n] =
          error(
              norm,
              centerError[n],
              map.gamma(RoundingModel.DOUBLE),
              magnitudes[n],
              map.underflow(RoundingModel.DOUBLE, lengths[n], outputs));
      double most = 2 * Upward.plus(magnitude, underflow);
      double mostSlope = 2 * Upward.plus(magnitudeSlope, underflowSlope);
      nextReach[n] = reach(reach[n], most, mostSlope, map.largest());
      if (reach[n] >= 0 && nextReach[n] < 0) {
        nextObstacle[n] = obstacle(map.layer(), most);
      }
    }
    return new Enclosure(
        next,
        nextCenterError,
        nextError,
        error(norm, errorSlope, map.gamma(RoundingModel.FLOAT), magnitudeSlope, underflowSlope),
        Upward.times(norm, lipschitz),
        nextReach,
        nextObstacle);
  }

  /**
   * Adds what another layer makes of the same inputs, entry by entry in float32. With p and q the
   * two computed activations, an entry of either taken as 0 because it is subnormal and a sum
   * flushed to 0 cost at most the smallest normal number m each, so that in Euclidean norm, for n
   * entries,
   *
   * <pre>
   *   || fl(p + q) - (p + q) ||  &lt;=  u ||p + q||  +  4 m sqrt(n)
   *   ||p + q||  &lt;=  ||center + center_other||  +  distance  +  distance_other
   *   error'  &lt;=  error + error_other  +  u ||p + q||  +  4 m sqrt(n),</pre>
   *
   * the same in float64 for the center, Lipschitz constants add up, and no sum can overflow as long
   * as twice {@code ||p + q|| + 4 m sqrt(n)} stays below the largest float32 number. The distances
   * and errors grow with eps at the sum of both slopes.
   *
   * @param other the other layer's outputs, of the same shape and for the same inputs
   * @param layer the sum's name, for messages
   * @return the sums' enclosure
   */
  Enclosure plus(Enclosure other, String layer) {
    if (!center.getShape().equals(other.center.getShape())) {
      throw Given.refused(
          "%s adds outputs of shape %s to outputs of shape %s; let both have one shape.",
          layer, center.getShape().slice(1), other.center.getShape().slice(1));
    }
    NDArray next = center.add(other.center);
    double[] magnitudes = lengths(next);
    double root = Upward.root(next.size() / samples());
    double flushed = Upward.times(4 * RoundingModel.smallest(RoundingModel.FLOAT), root);
    double centerFlushed = Upward.times(4 * RoundingModel.smallest(RoundingModel.DOUBLE), root);
    double slope = Upward.plus(distanceSlope(), other.distanceSlope());
    double[] nextCenterError = new double[samples()];
    double[] nextError = new double[samples()];
    double[] nextReach = new double[samples()];
    String[] nextObstacle = new String[samples()];
    for (int n = 0; n < samples(); n++) {
      double magnitude = Upward.plus(magnitudes[n], Upward.plus(distance(n), other.distance(n)));
      double errors = Upward.plus(error[n], other.error[n]);
      double centerErrors = Upward.plus(centerError[n], other.centerError[n]);
      nextError[n] = error(1, errors, RoundingModel.FLOAT, magnitude, flushed);
      nextCenterError[n] =
          error(1, centerErrors, RoundingModel.DOUBLE, magnitudes[n], centerFlushed);
      double most = 2 * Upward.plus(magnitude, flushed);
      double before = Math.min(reach[n], other.reach[n]);
      nextReach[n] = reach(before, most, 2 * slope, Float.MAX_VALUE);
      nextObstacle[n] = obstacle[n] != null ? obstacle[n] : other.obstacle[n];
      if (before >= 0 && nextReach[n] < 0) {
        nextObstacle[n] = obstacle(layer, most);
      }
    }
    return new Enclosure(
        next,
        nextCenterError,
        nextError,
        error(1, Upward.plus(errorSlope, other.errorSlope), RoundingModel.FLOAT, slope, 0),
        Upward.plus(lipschitz, other.lipschitz),
        nextReach,
        nextObstacle);
  }

  /**
   * Puts what another layer makes of the same inputs behind it, along the first axis of a sample.
   * Nothing is computed. Every error and distance is the hypotenuse over both layers' own, and so
   * are the slopes, since {@code |(p + s eps, q + t eps)| <= |(p, q)| + |(s, t)| eps}.
   *
   * @param other the other layer's outputs for the same inputs
   * @return the enclosure of both
   */
  Enclosure beside(Enclosure other) {
    String[] nextObstacle = new String[samples()];
    Arrays.setAll(nextObstacle, n -> obstacle[n] != null ? obstacle[n] : other.obstacle[n]);
    return new Enclosure(
        center.concat(other.center, 1),
        both(centerError, other.centerError, Upward::hypotenuse),
        both(error, other.error, Upward::hypotenuse),
        Upward.hypotenuse(errorSlope, other.errorSlope),
        Upward.hypotenuse(lipschitz, other.lipschitz),
        both(reach, other.reach, Math::min),
        nextObstacle);
  }

  private static double[] both(double[] one, double[] other, DoubleBinaryOperator rule) {
    return IntStream.range(0, one.length)
        .mapToDouble(n -> rule.applyAsDouble(one[n], other[n]))
        .toArray();
  }

  /**
   * Passes a layer f made of several, of which a better Lipschitz constant K is known than theirs
   * tell. Errors then grow by K and not by the parts' constants: with c and a the computed and the
   * exact inputs, c_f the computed outputs and z the center's image in float64,
   *
   * <pre>
   *   ||c_f - f(a)||    &lt;=  ||c_f - f(c)||  +  K ||c - a||
   *   ||z - f(a(x))||   &lt;=  ||z - f(center)||  +  K ||center - a(x)||.</pre>
   *
   * The first term of the first line is the error of the parts for inputs c taken as exact. They
   * are nowhere farther than {@code distance + distanceSlope eps} from the center, which is all
   * that the parts' rules use of the second and third line above. The first term of the second is
   * that of the parts for the center taken as exact.
   *
   * @param k K, at least the layer's Lipschitz constant
   * @param parts the rule of its parts
   * @return the outputs' enclosure
   */
  Enclosure within(double k, UnaryOperator<Enclosure> parts) {
    DoubleBinaryOperator grown = (before, added) -> Upward.plus(Upward.times(k, before), added);
    double[] zeros = new double[samples()];
    double[] distances = IntStream.range(0, samples()).mapToDouble(this::distance).toArray();
    Enclosure local =
        parts.apply(new Enclosure(center, distances, zeros, 0, distanceSlope(), reach, obstacle));
    Enclosure atCenter = parts.apply(new Enclosure(center, zeros, zeros, 0, 0, reach, obstacle));
    return new Enclosure(
        local.center,
        both(centerError, atCenter.centerError, grown),
        both(error, local.error, grown),
        Upward.plus(Upward.times(k, errorSlope), local.errorSlope),
        Upward.times(k, lipschitz),
        local.reach,
        local.obstacle);
  }

  /** What is left of a reach where sums of {@code most + slope eps} must stay below a limit. */
  private static double reach(double before, double most, double slope, double limit) {
    double room = Math.nextDown(Math.nextDown(limit - most) / slope);
    return Math.min(before, room >= 0 ? room : -1);
  }

  private static double error(
      double norm, double before, double gamma, double magnitude, double underflow) {
    return Upward.plus(
        Upward.plus(Upward.times(norm, before), Upward.times(gamma, magnitude)), underflow);
  }

  private static String obstacle(String layer, double most) {
    return Double.isNaN(most)
        ? "an input or a sum before or in " + layer + " is not a number"
        : "a sum in " + layer + " may overflow float32";
  }

  private int samples() {
    return (int) center.getShape().get(0);
  }

  /**
   * Each sample's Euclidean norm from above. Squares, sums and what led to the entries have at most
   * 2^31 roundings in a row, less than 2^-20 relative to the result; entries and squares that
   * underflow are below 2^-500.
   */
  private static double[] lengths(NDArray batch) {
    long samples = batch.getShape().get(0);
    double lost = 0x1p-500 * Upward.root(batch.size() / samples);
    return Tensors.scoped(
        () ->
            Arrays.stream(
                    Tensors.toDoubles(
                        batch.reshape(samples, -1).square().sum(new int[] {1}).sqrt()))
                .map(length -> Upward.plus(Upward.times(length, 1 + 0x1p-20), lost))
                .toArray());
  }

  /** {@return the activations at the samples themselves, computed in float64, (N, ...)} */
  public NDArray center() {
    return center;
  }

  /**
   * {@return at least the Euclidean norm of a sample's center}
   *
   * @param n the sample
   */
  public double length(int n) {
    return lengths[n];
  }

  /**
   * {@return at least the distance from a sample's center to its exact activation}
   *
   * @param n the sample
   */
  public double centerError(int n) {
    return centerError[n];
  }

  /**
   * {@return at least the distance from a sample's computed to its exact activation}
   *
   * @param n the sample
   */
  public double error(int n) {
    return error[n];
  }

  /** {@return how much the rounding error may grow for each unit of distance to the sample} */
  public double errorSlope() {
    return errorSlope;
  }

  /**
   * {@return at least the distance from a sample's computed activation to its center}
   *
   * @param n the sample
   */
  public double distance(int n) {
    return Upward.plus(error[n], centerError[n]);
  }

  /** {@return how much that distance may grow for each unit of distance to the sample} */
  public double distanceSlope() {
    return Upward.plus(errorSlope, lipschitz);
  }

  /**
   * {@return the radius within which no computation can overflow, negative if it may at the sample}
   *
   * @param n the sample
   */
  public double reach(int n) {
    return reach[n];
  }

  /**
   * {@return why nothing is known of a sample, or null if its reach is not negative}
   *
   * @param n the sample
   */
  public String obstacle(int n) {
    return obstacle[n];
  }
}
