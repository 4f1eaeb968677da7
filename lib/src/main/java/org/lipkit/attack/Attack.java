package org.lipkit.attack;

/**
 * A search for adversarial images, in the Euclidean norm on pixels of [0, 1]. Attacks of a fixed
 * radius look for any adversarial image within it; attacks of minimum norm look for the nearest
 * one. Both offer what they find to the {@link Search}, which keeps the nearest a sample, so their
 * results compose by minimum.
 */
public interface Attack {

  /**
   * The attack's name, which also separates its random numbers from those of others.
   *
   * @return for example {@code "APGD-CE"}
   */
  String name();

  /**
   * Attacks every sample that is not adversarial from the start.
   *
   * @param victim the classifier
   * @param search a batch of samples, which collects what is found
   */
  void attack(Victim victim, Search search);
}
