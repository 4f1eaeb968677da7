package org.lipkit.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;
import org.lipkit.data.Batch;
import org.lipkit.data.Batches;
import org.lipkit.data.Images;
import org.lipkit.data.Range;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.EngineCheck;
import org.lipkit.text.Given;

/**
 * Runs an attack on all samples of a split, batch by batch. Distances are measured in float64
 * between the float32 images, and every adversarial image that is returned has been classified once
 * more at the end. The random numbers of a sample depend on the seed and its index only.
 */
public final class Attacker {

  private static final int BATCH = 50;

  private final Victim victim;
  private final Attack attack;
  private final long seed;

  /**
   * Prepares an attack.
   *
   * @param victim the classifier
   * @param attack how to search
   * @param seed decides all random numbers
   */
  public Attacker(Victim victim, Attack attack, long seed) {
    EngineCheck.require();
    this.victim = Given.notNull("The victim", victim);
    this.attack = Given.notNull("The attack", attack);
    this.seed = seed;
  }

  /**
   * Prepares an attack on an initialised classifier, with seed 1 and in [0, 1].
   *
   * @param classifier an initialised classifier
   * @param attack how to search
   */
  public Attacker(Classifier classifier, Attack attack) {
    this(Victim.of(classifier), attack, 1);
  }

  /**
   * {@return the result of an attack on the prediction of each sample, in order} Labels may be
   * unknown.
   *
   * @param images the split
   */
  public List<Attacked> attack(Images images) {
    return attack(images, Against.PREDICTION, BATCH, done -> {});
  }

  /**
   * {@return the result of an attack on each sample of a split, in order} If the thread is
   * interrupted, the results so far are returned and the thread stays interrupted.
   *
   * @param images the split, in its evaluation view
   * @param against which class each sample is to leave
   * @param batchSize how many samples are attacked at once
   * @param done hears after each batch how many samples have been attacked
   * @throws IllegalArgumentException if images or labels do not fit the classifier
   */
  public List<Attacked> attack(Images images, Against against, int batchSize, IntConsumer done) {
    return attack(images, Range.all(images), against, batchSize, done);
  }

  /**
   * {@return the result of an attack on each of some consecutive samples of a split, in order} They
   * are those that an attack on the whole split has for these samples.
   *
   * @param images the split, in its evaluation view
   * @param range which of its samples
   * @param against which class each sample is to leave
   * @param batchSize how many samples are attacked at once
   * @param done hears after each batch how many samples have been attacked
   * @throws IllegalArgumentException if images or labels do not fit the classifier
   */
  public List<Attacked> attack(
      Images images, Range range, Against against, int batchSize, IntConsumer done) {
    List<Attacked> results = new ArrayList<>(range.size());
    try (Batches batches = Batches.evaluation(range.of(images), batchSize)) {
      for (Batch batch : batches) {
        int[] classes = against == Against.LABEL ? batch.labels() : null;
        results.addAll(attack(batch.images(), classes, range.from() + results.size()));
        done.accept(results.size());
      }
    } catch (CancellationException e) {
      return results;
    }
    return results;
  }

  /**
   * {@return the result of an attack on each of some images, in order}
   *
   * @param images at least one, each of C H W values in row-major order
   * @param classes which class each image is to leave, or null for the predicted ones
   * @throws IllegalArgumentException if images or classes do not fit the classifier
   */
  public List<Attacked> attack(float[][] images, int[] classes) {
    return attack(Given.notNull("The images", images), classes, 0);
  }

  private List<Attacked> attack(float[][] images, int[] classes, int first) {
    List<Target> targets = Target.of(victim, images, classes, first, seed);
    List<Target> standing = targets.stream().filter(Target::standing).toList();
    if (!standing.isEmpty()) {
      attack.attack(victim, standing);
    }
    Target.confirm(victim, targets);
    return targets.stream().map(Target::result).toList();
  }
}
