package org.lipkit.attack;

import java.io.Serializable;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A search for adversarial images, in the Euclidean norm on pixels of [0, 1]. Attacks of a fixed
 * radius look for any adversarial image within it; attacks of minimum norm look for the nearest
 * one. Both offer what they find to the {@link Target}s, which keep the nearest image, so several
 * attacks can follow each other.
 */
public interface Attack extends Serializable {

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
     * {@return an image to try} It may lie at any distance; values outside the victim's domain are
     * moved into it.
     *
     * @param victim the classifier, which gives logits and gradients
     * @param target the sample and the class that it is to leave
     * @param random depends on the seed, the sample and the attack's name only
     */
    float[] propose(Victim victim, Target target, RandomGenerator random);
  }

  /**
   * {@return an attack of one's own} For example one step of length 0.5 that lowers the margin
   * between the class of the sample and its strongest rival:
   *
   * <pre>
   *   Attack.of("step", (victim, target, random) -&gt;
   *       target.along(0.5, victim.gradient(target.image(), target.rivals(1)[0], target.own())))
   * </pre>
   *
   * @param name see {@link #name}
   * @param proposal gives the image to try on a sample
   */
  static Attack of(String name, Proposal proposal) {
    return new OwnAttack(name, proposal);
  }
}
