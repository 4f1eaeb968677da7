package org.lipkit.experiment;

import ai.djl.ndarray.NDManager;
import org.lipkit.attack.Domain;
import org.lipkit.attack.Victim;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.Images;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.Tensors;

/**
 * A finished run with its frozen network, its test images and its certifier, each loaded when it is
 * first asked for and kept until this is closed.
 */
public final class OpenRun implements AutoCloseable {

  private final Run run;
  private final NDManager manager = Tensors.newManager();
  private final NDManager processor = Tensors.newProcessorManager();
  private final Provenance provenance = Provenance.here();
  private Classifier classifier;
  private Images images;
  private SoundCertifier certifier;

  /**
   * Loads nothing yet.
   *
   * @param run a finished run with its weights
   */
  OpenRun(Run run) {
    this.run = run;
  }

  /** {@return the run} */
  Run run() {
    return run;
  }

  /** {@return where results come from that are computed with this} */
  Provenance provenance() {
    return provenance;
  }

  /** {@return the owner of the network's arrays, for further ones} */
  NDManager manager() {
    return manager;
  }

  /** {@return the frozen network; see {@link Run#classifier}} */
  Classifier classifier() {
    if (classifier == null) {
      classifier = run.classifier(manager);
    }
    return classifier;
  }

  /**
   * {@return the network as an attack sees it}
   *
   * @param domain the images that an attack may use
   */
  Victim victim(Domain domain) {
    return Victim.of(classifier(), domain);
  }

  /** {@return the test split; see {@link Run#testImages}} */
  Images images() {
    if (images == null) {
      images = run.testImages();
    }
    return images;
  }

  /**
   * {@return what proves radii, on the processor; it keeps the proved norms in the run's folder}
   */
  SoundCertifier certifier() {
    if (certifier == null) {
      certifier = RunCertifier.certifier(run, processor);
    }
    return certifier;
  }

  /** Frees the network. */
  @Override
  public void close() {
    if (certifier != null) {
      certifier.close();
    }
    processor.close();
    manager.close();
  }
}
