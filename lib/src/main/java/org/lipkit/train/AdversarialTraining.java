package org.lipkit.train;

import org.lipkit.attack.Pgd;
import org.lipkit.attack.Victim;
import org.lipkit.bound.NotFiniteException;
import org.lipkit.data.Batch;
import org.lipkit.layer.Classifier;

/**
 * Adversarial training (Madry et al. 2018, eq. 2.1): every batch is replaced by the images that
 * {@link Pgd#maximize} finds within a Euclidean ball around them, against the current weights in
 * evaluation mode.
 *
 * <p>A classifier whose numbers are not finite gets its clean images, at which the loss shows that
 * it has diverged.
 *
 * @param radius the ball's radius in pixels of [0, 1] (l2), above 0
 * @param steps gradient steps, at least 1
 */
public record AdversarialTraining(double radius, int steps) implements Regularizer {

  /**
   * Checks the numbers.
   *
   * @param radius above 0, in pixels of [0, 1] (l2)
   * @param steps at least 1
   */
  public AdversarialTraining {
    attack(radius, steps);
  }

  private static Pgd attack(double radius, int steps) {
    return new Pgd(radius, steps, 1);
  }

  @Override
  public boolean needsPixels() {
    return true;
  }

  @Override
  public Batch examples(Classifier classifier, Batch batch, long seed) {
    Pgd attack = attack(radius, steps);
    Victim victim = Victim.of(classifier);
    try {
      return batch.withImages(attack.maximize(victim, batch.images(), batch.labels(), seed));
    } catch (NotFiniteException e) {
      return batch;
    }
  }

  @Override
  public String toString() {
    return "adversarial, radius " + Regularizer.number(radius) + ", " + steps + " steps";
  }
}
