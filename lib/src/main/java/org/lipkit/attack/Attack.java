package org.lipkit.attack;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A search for adversarial images, in the Euclidean norm on pixels of [0, 1]. Attacks of a fixed
 * radius look for any adversarial image within it; attacks of minimum norm look for the nearest
 * one. Both offer what they find to the {@link Target}s, which keep the nearest image, so their
 * results compose by minimum.
 */
public interface Attack {

  /** {@return the attack's name, which also separates its random numbers from those of others} */
  String name();

  /**
   * Attacks samples side by side and offers them what it finds.
   *
   * @param victim the classifier
   * @param targets at least one sample, none of them misclassified from the start
   */
  void attack(Victim victim, List<Target> targets);

  /** What an attack of one's own tries on one sample; see {@link #of}. */
  @FunctionalInterface
  interface Proposal {

    /**
     * Proposes an image.
     *
     * @param victim the classifier, to be asked for logits and gradients
     * @param target the sample and the class that it is to leave
     * @param random depends on the seed, the sample and the attack's name alone
     * @return an image of any distance; values outside the victim's domain are moved into it
     */
    float[] propose(Victim victim, Target target, RandomGenerator random);
  }

  /**
   * An attack of one's own, for example one step of length 0.5 down the margin of the strongest
   * rival:
   *
   * <pre>
   *   Attack.of("step", (victim, target, random) -&gt;
   *       target.along(0.5, victim.gradient(target.image(), target.rivals(1)[0], target.own())))
   * </pre>
   *
   * @param name see {@link #name}
   * @param proposal gives the image to try on a sample
   * @return the attack
   */
  static Attack of(String name, Proposal proposal) {
    return new OwnAttack(name, proposal);
  }
}
