package org.lipkit.bound;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is known of a Lipschitz constant: a number, what kind of knowledge it is and how it was
 * found.
 *
 * @param value the number, finite and at least 0, or infinite when nothing is known
 * @param kind whether it may be too small
 * @param method in words, for tables and records
 */
public record Bound(double value, Kind kind, String method) {

  /** Whether a bound may be relied on. */
  public enum Kind {
    /** Approaches the true constant, possibly from below: no guarantee may rest on it. */
    ESTIMATE,
    /** At least the true constant, rounding included. */
    UPPER
  }

  /**
   * Checks the value.
   *
   * @param value at least 0 and not NaN; may be infinite
   * @param kind whether it may be too small
   * @param method in words, for tables and records
   * @throws NotFiniteException if it is NaN or below 0
   */
  public Bound {
    if (!(value >= 0)) {
      throw new NotFiniteException(
          "A Lipschitz bound must be at least 0 but is " + value + "; look for NaN weights.");
    }
  }

  /**
   * A number that is at least the constant.
   *
   * @param value a double that is at least the constant
   * @param reason why it holds
   * @return an upper bound
   */
  public static Bound upper(double value, String reason) {
    return new Bound(value, Kind.UPPER, reason);
  }

  /**
   * The bound of a composition, {@code K_1 K_2}; an estimate unless both are upper bounds.
   *
   * @param other the other map's bound
   * @return the product, rounded up
   */
  public Bound times(Bound other) {
    if (value == 1 && kind == Kind.UPPER) {
      return other;
    }
    if (other.value == 1 && other.kind == Kind.UPPER) {
      return this;
    }
    return new Bound(Upward.times(value, other.value), weaker(other), methods(other));
  }

  /**
   * The bound of a sum of two maps of the same input, {@code K_1 + K_2}; an estimate unless both
   * are upper bounds.
   *
   * @param other the other map's bound
   * @return the sum, rounded up
   */
  public Bound plus(Bound other) {
    return new Bound(Upward.plus(value, other.value), weaker(other), methods(other));
  }

  /**
   * The bound of two maps of the same input whose outputs stand side by side, {@code sqrt(K_1^2 +
   * K_2^2)}; an estimate unless both are upper bounds.
   *
   * @param other the other map's bound
   * @return the root, rounded up
   */
  public Bound beside(Bound other) {
    return new Bound(Upward.hypotenuse(value, other.value), weaker(other), methods(other));
  }

  private Kind weaker(Bound other) {
    return kind == Kind.UPPER ? other.kind : kind;
  }

  private String methods(Bound other) {
    return Stream.of(method, other.method)
        .flatMap(text -> Stream.of(text.split(", ")))
        .distinct()
        .collect(Collectors.joining(", "));
  }
}
