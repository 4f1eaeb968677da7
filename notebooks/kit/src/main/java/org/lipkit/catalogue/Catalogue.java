package org.lipkit.catalogue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.RunScale;
import org.lipkit.text.Given;

/**
 * The papers' experiments at each scale. Those that differ in one thing form a family: their names
 * begin alike, as in {@code losses-cifar10-emma-1} with the seed at the end.
 */
public final class Catalogue {

  private static final Map<String, Map<RunScale, Experiment>> ALL = new LinkedHashMap<>();

  static {
    Stream.of(
            LmtExperiments.all(),
            LiResNetExperiments.all(),
            ImageNetExperiments.all(),
            LossExperiments.all(),
            PrecisionExperiments.all(),
            BeyondExperiments.all())
        .flatMap(List::stream)
        .forEach(Catalogue::add);
  }

  private Catalogue() {}

  private static void add(Experiment experiment) {
    Experiment before =
        ALL.computeIfAbsent(experiment.name(), name -> new LinkedHashMap<>())
            .put(experiment.scale(), experiment);
    if (before != null) {
      throw new IllegalStateException(experiment.name() + " is in the catalogue twice.");
    }
  }

  /**
   * All experiments' names.
   *
   * @return in the order of the notebooks
   */
  public static List<String> names() {
    return new ArrayList<>(ALL.keySet());
  }

  /**
   * Finds an experiment.
   *
   * @param name one of {@link #names()}
   * @param scale how large
   * @return its description
   * @throws IllegalArgumentException if the name is unknown
   */
  public static Experiment get(String name, RunScale scale) {
    Map<RunScale, Experiment> scales = ALL.get(name);
    if (scales == null) {
      throw new IllegalArgumentException(
          "There is no experiment \""
              + name
              + "\"; there are "
              + names().stream()
                  .map(known -> known.replaceAll("-\\d+$", "-<number>"))
                  .distinct()
                  .collect(Collectors.joining(", "))
              + ".");
    }
    return scales.get(scale);
  }

  /**
   * The experiments of a family.
   *
   * @param start how their names begin, for example {@code losses-cifar10-}
   * @return their names; those of the first seed and of the smallest networks come first
   * @throws IllegalArgumentException if there is none
   */
  public static List<String> family(String start) {
    List<String> members = names().stream().filter(name -> name.startsWith(start)).toList();
    if (members.isEmpty()) {
      throw Given.refused("No experiment's name begins with \"%s\".", start);
    }
    return members;
  }
}
