package org.lipkit.cost;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.lipkit.catalogue.Catalogue;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.PublishedResult;
import org.lipkit.experiment.RunScale;

/**
 * The multiply-adds of published trainings, as {@link Operations} counts them. Each network is
 * built and counted once.
 */
public final class TrainingCompute {

  private final Map<List<String>, Long> perImage = new HashMap<>();

  /**
   * The multiply-adds of a published training. It is known where the {@link Catalogue} repeats it
   * at paper scale: the same data set, network, method and radius.
   *
   * @param result a published result
   * @return their number, or nothing where the catalogue has no such experiment
   */
  public OptionalDouble of(PublishedResult result) {
    Optional<Experiment> paper =
        Catalogue.names().stream()
            .map(name -> Catalogue.get(name, RunScale.PAPER))
            .filter(
                e ->
                    e.data().equalsIgnoreCase(result.dataset())
                        && e.model().equals(result.architecture())
                        && e.method().equals(result.system())
                        && result.isAt(e.radius()))
            .findFirst();
    return paper.isPresent()
        ? Operations.ofTraining(paper.get(), perImage(paper.get()))
        : OptionalDouble.empty();
  }

  private long perImage(Experiment experiment) {
    return perImage.computeIfAbsent(
        List.of(experiment.model(), experiment.data()), key -> Operations.perImage(experiment));
  }
}
