package org.lipkit.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.lipkit.data.Batch;
import org.lipkit.data.Batches;
import org.lipkit.data.Images;

/**
 * Runs an attack on all samples of a split, batch by batch. Distances are measured in float64
 * between the float32 images, and every adversarial image handed out has been classified once more
 * at the end. The random numbers of a sample depend on the seed and its index alone.
 */
public final class Attacker {

  private final Victim victim;
  private final Attack attack;
  private final long seed;

  /**
   * Prepares an attack.
   *
   * @param victim the classifier
   * @param attack how to attack it
   * @param seed of all random numbers
   */
  public Attacker(Victim victim, Attack attack, long seed) {
    this.victim = victim;
    this.attack = attack;
    this.seed = seed;
  }

  /**
   * Attacks every sample of a split. If the thread is interrupted, what is finished is returned and
   * the thread stays interrupted.
   *
   * @param images the split, in its evaluation view
   * @param against which class is to be left
   * @param batchSize samples attacked side by side
   * @param done told the number of samples attacked so far, after each batch
   * @return one result a sample, in order
   * @throws IllegalArgumentException if images or labels do not fit the classifier
   */
  public List<Attacked> attack(Images images, Against against, int batchSize, IntConsumer done) {
    List<Attacked> results = new ArrayList<>(images.size());
    try (Batches batches = Batches.evaluation(images, batchSize)) {
      for (Batch batch : batches) {
        int first = results.size();
        int[] indices = IntStream.range(first, first + batch.size()).toArray();
        int[] classes = against == Against.LABEL ? batch.labels() : null;
        results.addAll(attack(Search.start(victim, batch.images(), classes, indices, seed)));
        done.accept(results.size());
      }
    } catch (CancellationException e) {
      return results;
    }
    return results;
  }

  /**
   * Attacks a few images at once.
   *
   * @param images at least one, each C H W values
   * @param classes the class that each is to leave
   * @return one result an image, in order
   * @throws IllegalArgumentException if images or classes do not fit the classifier
   */
  public List<Attacked> attack(float[][] images, int[] classes) {
    int[] indices = IntStream.range(0, images.length).toArray();
    return attack(Search.start(victim, images, classes, indices, seed));
  }

  private List<Attacked> attack(Search search) {
    attack.attack(victim, search);
    search.confirm(victim);
    return search.results();
  }
}
