package org.lipkit.djl;

import ai.djl.Application;
import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.modality.cv.Image;
import ai.djl.repository.MRL;
import ai.djl.repository.Repository;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelLoader;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Translator;
import ai.djl.util.Progress;
import java.nio.file.Path;

/**
 * Loads one model with its certifier.
 *
 * @param artifact the model's name
 * @param path an ONNX file, or the folder of a run with weights
 */
record CertifiedModelLoader(String artifact, Path path) implements ModelLoader {

  /** The engine that certificates are proved for. */
  static final String ENGINE = "PyTorch";

  @Override
  public String getGroupId() {
    return CertifiedZoo.GROUP;
  }

  @Override
  public String getArtifactId() {
    return artifact;
  }

  @Override
  public Application getApplication() {
    return Application.CV.IMAGE_CLASSIFICATION;
  }

  @Override
  public MRL getMrl() {
    return Repository.newInstance(CertifiedZoo.GROUP, path)
        .model(getApplication(), getGroupId(), artifact);
  }

  /**
   * {@inheritDoc}
   *
   * @throws ModelNotFoundException if other types are asked for, another translator, or another
   *     device than the processor
   * @throws MalformedModelException if a file is missing or damaged, or cannot be certified
   */
  @Override
  public <I, O> ZooModel<I, O> loadModel(Criteria<I, O> criteria)
      throws ModelNotFoundException, MalformedModelException {
    if (criteria.getInputClass() != Image.class
        || criteria.getOutputClass() != CertifiedClassification.class
        || criteria.getTranslatorFactory() != null) {
      throw new ModelNotFoundException(
          "Models of org.lipkit map Image to CertifiedClassification and bring their translator;"
              + " ask for these types, and give a translator of your own to newPredictor.");
    }
    if (criteria.getDevice() != null && !criteria.getDevice().equals(Device.cpu())) {
      throw new ModelNotFoundException(
          "Certificates are proved for the processor; ask for Device.cpu() or for none.");
    }
    CertifiedNetwork opened;
    try {
      opened = CertifiedNetwork.of(path);
    } catch (IllegalArgumentException e) {
      throw new MalformedModelException(e.getMessage(), e);
    }
    Model model = Model.newInstance(artifact, Device.cpu(), ENGINE);
    model.setBlock(new CertifyingBlock(opened.certifier()));
    return new CertifiedModel<>(model, translator(), opened);
  }

  /** The types are known to be those of the kit's translator. */
  @SuppressWarnings("unchecked")
  private static <I, O> Translator<I, O> translator() {
    return (Translator<I, O>) new CertifyingTranslator();
  }

  @Override
  public <I, O> boolean isDownloaded(Criteria<I, O> criteria) {
    return true;
  }

  @Override
  public <I, O> void downloadModel(Criteria<I, O> criteria, Progress progress) {}
}
