package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import org.lipkit.bound.LinearMap;

/**
 * A norm estimated by power iteration that goes on from pass to pass (Tsuzuku et al. 2018, section
 * 4).
 *
 * @param vector holds where it has come, (1, inputs of the map)
 */
record IteratedNorm(Parameter vector) implements Form.Estimate {

  @Override
  public NDArray times(NDArray k, LinearMap map, Pass pass) {
    return k.mul(pass.norm(vector, map));
  }
}
