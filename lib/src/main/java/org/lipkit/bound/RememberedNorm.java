package org.lipkit.bound;

import java.util.HashMap;
import java.util.Map;

/**
 * Finds each norm once, however often it is asked for: a norm is remembered, as long as this object
 * lives, by a SHA-256 of everything that it depends on (the method, the map's kind and geometry,
 * every weight). Not for several threads.
 */
public final class RememberedNorm implements NormMethod {

  private final NormMethod method;
  private final Map<String, Bound> known = new HashMap<>();

  /**
   * Remembers nothing yet.
   *
   * @param method finds the norms; its {@code toString} must tell all of its settings, as a
   *     record's does
   */
  public RememberedNorm(NormMethod method) {
    this.method = method;
  }

  /** The norm; maps that are no records are not remembered. */
  @Override
  public Bound norm(LinearMap map) {
    return map.getClass().isRecord()
        ? known.computeIfAbsent(CachedNorm.fingerprint(method, map), key -> method.norm(map))
        : method.norm(map);
  }
}
