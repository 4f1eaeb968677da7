package org.lipkit.checker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/**
 * A value in a network: what parts, one after another, make of the image.
 *
 * @param parts in order
 * @param size how many entries it has
 */
record Flow(List<Part> parts, int size) {

  private static final int MOST_PARTS = 10_000;
  private static final int DEEPEST = 100;

  Flow then(Part part, int outputs) {
    List<Part> longer = new ArrayList<>(parts);
    longer.add(part);
    return new Flow(List.copyOf(longer), outputs);
  }

  /** The sum with another one, which goes the same way as this one up to some part. */
  Flow plus(Flow other) {
    return joined(other, Part.Sum::new, size);
  }

  /** This and the entries of another one behind it. */
  Flow beside(Flow other) {
    return joined(other, Part.Beside::new, Math.addExact(size, other.size));
  }

  private Flow joined(Flow other, BinaryOperator<Part> join, int entries) {
    int common = 0;
    while (common < Math.min(parts.size(), other.parts.size())
        && parts.get(common) == other.parts.get(common)) {
      common++;
    }
    Part joint =
        join.apply(
            new Part.Chain(parts.subList(common, parts.size())),
            new Part.Chain(other.parts.subList(common, other.parts.size())));
    if (depth(joint) > DEEPEST || count(joint) > MOST_PARTS) {
      throw new IllegalArgumentException(
          "it has branches of branches of branches, too many for the checker.");
    }
    List<Part> all = new ArrayList<>(parts.subList(0, common));
    all.add(joint);
    return new Flow(List.copyOf(all), entries);
  }

  /** How many parts are evaluated, those that several branches have in common once for each. */
  private static int count(Part part) {
    return 1 + inner(part).mapToInt(Flow::count).sum();
  }

  private static int depth(Part part) {
    return 1 + inner(part).mapToInt(Flow::depth).max().orElse(0);
  }

  private static Stream<Part> inner(Part part) {
    return part instanceof Part.Branches both
        ? Stream.concat(inner(both.first()), inner(both.second()))
        : part instanceof Part.Chain chain ? chain.parts().stream() : Stream.empty();
  }
}
