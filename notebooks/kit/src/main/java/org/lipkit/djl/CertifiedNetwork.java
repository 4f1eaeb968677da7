package org.lipkit.djl;

import java.nio.file.Files;
import java.nio.file.Path;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.experiment.Zoo;
import org.lipkit.layer.Classifier;
import org.lipkit.onnx.Onnx;

/**
 * A frozen network with its certifier, until it is closed.
 *
 * @param certifier certifies what the network predicts
 * @param weights frees the weights
 */
record CertifiedNetwork(SoundCertifier certifier, Runnable weights) implements AutoCloseable {

  /**
   * Opens a network.
   *
   * @param path an ONNX file, or the folder of a run with weights
   * @throws IllegalArgumentException if a file is missing or damaged, or cannot be certified
   */
  static CertifiedNetwork of(Path path) {
    if (Files.isDirectory(path)) {
      Zoo zoo = Zoo.load(path);
      return new CertifiedNetwork(zoo.certifier(), zoo::close);
    }
    Classifier classifier = Onnx.read(path).classifier();
    try {
      return new CertifiedNetwork(new SoundCertifier(classifier), classifier::close);
    } catch (RuntimeException e) {
      classifier.close();
      throw e;
    }
  }

  @Override
  public void close() {
    certifier.close();
    weights.run();
  }
}
