package org.lipkit.djl;

import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooProvider;

/** Shows the recorded models to {@link ai.djl.repository.zoo.Criteria}; a service of DJL. */
public final class CertifiedZooProvider implements ZooProvider {

  /** DJL makes the provider. */
  public CertifiedZooProvider() {}

  @Override
  public ModelZoo getModelZoo() {
    return CertifiedZoo.recorded();
  }
}
