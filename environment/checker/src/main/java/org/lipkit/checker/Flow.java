package org.lipkit.checker;

import java.util.ArrayList;
import java.util.List;

/**
 * A value in a network: what parts, one after another, make of the image.
 *
 * @param parts in order
 * @param size how many entries it has
 */
record Flow(List<Part> parts, int size) {

  Flow then(Part part, int outputs) {
    List<Part> longer = new ArrayList<>(parts);
    longer.add(part);
    return new Flow(List.copyOf(longer), outputs);
  }

  /** The sum with another one, which goes the same way as this one up to some part. */
  Flow plus(Flow other) {
    int common = 0;
    while (common < Math.min(parts.size(), other.parts.size())
        && parts.get(common) == other.parts.get(common)) {
      common++;
    }
    List<Part> all = new ArrayList<>(parts.subList(0, common));
    all.add(
        new Part.Sum(
            new Part.Chain(parts.subList(common, parts.size())),
            new Part.Chain(other.parts.subList(common, other.parts.size()))));
    return new Flow(List.copyOf(all), size);
  }
}
