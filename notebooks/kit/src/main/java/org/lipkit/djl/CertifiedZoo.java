package org.lipkit.djl;

import ai.djl.repository.zoo.ModelLoader;
import ai.djl.repository.zoo.ModelZoo;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.lipkit.experiment.Zoo;

/**
 * Models with certificates as a zoo of DJL. Its group is {@value #GROUP}; its artifacts are the
 * recorded runs that have weights, see {@link Zoo#names()}. A model of one's own is a zoo of one
 * model, {@link #of}. Loaded models map {@link ai.djl.modality.cv.Image} to {@link
 * CertifiedClassification}, and run on the processor, which certificates are proved for.
 *
 * <p>A translator of one's own, given to {@code newPredictor}, hands over images (C, H, W) in
 * FLOAT32 with values in [0, 1] and gets three numbers for each: class, margin and certified
 * radius.
 */
public final class CertifiedZoo extends ModelZoo {

  /** The group of all models. */
  public static final String GROUP = "org.lipkit";

  private final Path own;

  private CertifiedZoo(Path own) {
    this.own = own;
  }

  /** The recorded runs that have weights. */
  static CertifiedZoo recorded() {
    return new CertifiedZoo(null);
  }

  /**
   * {@return a zoo of one model}
   *
   * @param file an ONNX file, or the folder of a run with weights
   */
  public static CertifiedZoo of(Path file) {
    return new CertifiedZoo(file);
  }

  @Override
  public String getGroupId() {
    return GROUP;
  }

  /** The loaders, looked up anew each time: runs are recorded while a program runs. */
  @Override
  public Collection<ModelLoader> getModelLoaders() {
    return own == null
        ? Zoo.folders().entrySet().stream()
            .<ModelLoader>map(run -> new CertifiedModelLoader(run.getKey(), run.getValue()))
            .toList()
        : List.of(new CertifiedModelLoader(String.valueOf(own.getFileName()), own));
  }

  @Override
  public ModelLoader getModelLoader(String name) {
    return getModelLoaders().stream()
        .filter(loader -> loader.getArtifactId().equals(name))
        .findFirst()
        .orElse(null);
  }

  @Override
  public Set<String> getSupportedEngines() {
    return Set.of(CertifiedModelLoader.ENGINE);
  }
}
