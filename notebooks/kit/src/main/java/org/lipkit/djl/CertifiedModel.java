package org.lipkit.djl;

import ai.djl.Model;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Translator;

/** A loaded model; closing it frees its weights and what the proof needs. */
final class CertifiedModel<I, O> extends ZooModel<I, O> {

  private final CertifiedNetwork network;

  CertifiedModel(Model model, Translator<I, O> translator, CertifiedNetwork network) {
    super(model, translator);
    this.network = network;
  }

  @Override
  public void close() {
    super.close();
    network.close();
  }
}
