package org.lipkit.layer;

/**
 * How the Lipschitz constant of a logit difference {@code y_j - y_i} is bounded. The network's part
 * before its head has constant K_sub; the head has rows w_i and spectral norm ||W||.
 */
public enum MarginRule {
  /** {@code sqrt(2) K_sub ||W||}, the same for all pairs (Tsuzuku et al. 2018, section 3). */
  NETWORK,
  /** {@code K_sub ||w_j - w_i||}, pair by pair (Leino et al. 2021, section 3). */
  PAIRWISE
}
