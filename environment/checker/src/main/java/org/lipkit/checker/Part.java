package org.lipkit.checker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** A part of a network. */
interface Part {

  /** At least its Lipschitz constant. */
  double norm();

  /** What it makes of an input m. */
  Local at(double[] m);

  /**
   * A part at one input.
   *
   * @param output computed in plain doubles
   * @param growth from what is known of the part's inputs to what follows of its outputs
   * @param pullback the transposed Jacobian matrix, in plain doubles; no proof hangs on it
   */
  record Local(double[] output, UnaryOperator<Spread> growth, UnaryOperator<double[]> pullback) {}

  private static double[] added(double[] a, double[] b) {
    double[] sum = a.clone();
    for (int n = 0; n < sum.length; n++) {
      sum[n] += b[n];
    }
    return sum;
  }

  /** Parts one after another; none for the identity. */
  record Chain(List<Part> parts) implements Part {

    @Override
    public double norm() {
      return parts.stream().mapToDouble(Part::norm).reduce(1, Up::times);
    }

    @Override
    public Local at(double[] m) {
      List<Local> locals = new ArrayList<>();
      double[] x = m;
      for (Part part : parts) {
        Local local = part.at(x);
        locals.add(local);
        x = local.output();
      }
      return new Local(
          x,
          before -> {
            Spread spread = before;
            for (Local local : locals) {
              spread = local.growth().apply(spread);
            }
            return spread;
          },
          gradient -> {
            double[] g = gradient;
            for (int l = locals.size() - 1; l >= 0; l--) {
              g = locals.get(l).pullback().apply(g);
            }
            return g;
          });
    }
  }

  /** Two parts of the same input, brought together. */
  sealed interface Branches extends Part permits Sum, Beside {

    Part first();

    Part second();
  }

  /**
   * Two parts of the same input, added. With M the length of the sum m that was computed here and d
   * the distance that both parts have together,
   *
   * <pre>  p' = p_1 + p_2 + u_64 M,   q' = q_1 + q_2 + u_32 (M + d),   k' = k_1 + k_2.</pre>
   *
   * Each term that is taken as 0 because it is subnormal, and each sum, costs an entry less than
   * 2^-126.
   */
  record Sum(Part first, Part second) implements Branches {

    @Override
    public double norm() {
      return Up.plus(first.norm(), second.norm());
    }

    @Override
    public Local at(double[] m) {
      Local one = first.at(m);
      Local other = second.at(m);
      double[] output = added(one.output(), other.output());
      double length = Up.length(output);
      double underflow = Up.times(0x1p-124, Up.root(output.length));
      return new Local(
          output,
          before ->
              grown(one.growth().apply(before), other.growth().apply(before), length, underflow),
          gradient -> added(one.pullback().apply(gradient), other.pullback().apply(gradient)));
    }

    private static Spread grown(Spread a, Spread b, double length, double underflow) {
      double magnitude = Up.plus(length, Up.plus(a.distance(), b.distance()));
      double rounding = Up.rounding(Up.FLOAT, magnitude, underflow);
      double here = Up.plus(Up.times(Up.DOUBLE, length), underflow);
      return new Spread(
          Up.plus(Up.plus(a.p(), b.p()), here),
          Up.plus(Up.plus(a.q(), b.q()), rounding),
          Up.plus(a.k(), b.k()),
          a.r());
    }
  }

  /**
   * Two parts of the same input, the second's entries behind the first's. Nothing rounds, and p, q
   * and k are each the root of the sum of the squares of both parts' own.
   */
  record Beside(Part first, Part second) implements Branches {

    @Override
    public double norm() {
      return Up.hypotenuse(first.norm(), second.norm());
    }

    @Override
    public Local at(double[] m) {
      Local one = first.at(m);
      Local other = second.at(m);
      int border = one.output().length;
      double[] output = Arrays.copyOf(one.output(), border + other.output().length);
      System.arraycopy(other.output(), 0, output, border, other.output().length);
      return new Local(
          output,
          before -> grown(one.growth().apply(before), other.growth().apply(before)),
          gradient ->
              added(
                  one.pullback().apply(Arrays.copyOf(gradient, border)),
                  other.pullback().apply(Arrays.copyOfRange(gradient, border, gradient.length))));
    }

    private static Spread grown(Spread a, Spread b) {
      return new Spread(
          Up.hypotenuse(a.p(), b.p()),
          Up.hypotenuse(a.q(), b.q()),
          Up.hypotenuse(a.k(), b.k()),
          a.r());
    }
  }
}
