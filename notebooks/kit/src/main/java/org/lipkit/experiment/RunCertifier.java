package org.lipkit.experiment;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.lipkit.bound.CachedNorm;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.SoundNorm;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.certify.Gap;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.Images;
import org.lipkit.tensor.Tensors;
import org.lipkit.train.TrainingListener;

/** Adds sound certificates to the records of finished runs, from their saved weights. */
public final class RunCertifier {

  private RunCertifier() {}

  /**
   * Certifies every test sample of a run and rewrites {@code samples.csv} and {@code run.json}. A
   * run that diverged stays as it is.
   *
   * @param run the run, with its weights
   * @param listener hears of the progress
   * @return the run with its certificates
   * @throws IllegalArgumentException if a file is missing or damaged, or the model has no finite
   *     bound
   * @throws IllegalStateException if the run's test images are not on this machine, the weights do
   *     not predict what the record says, or the engine computes in less than float32
   */
  public static Run certify(Run run, TrainingListener listener) {
    if (!run.isComplete()) {
      return run;
    }
    NormMethod method = new CachedNorm(SoundNorm.TIGHT, run.folder().resolve(Run.NORMS));
    try (NDManager manager = Tensors.newManager()) {
      long started = System.nanoTime();
      Images images = run.testImages();
      SoundCertifier certifier = new SoundCertifier(run.classifier(manager), method);
      List<SoundCertificate> proofs =
          certifier.certify(
              images,
              run.experiment().recipe().batch(),
              done -> listener.certified(done, images.size()));
      double seconds = (System.nanoTime() - started) / 1e9;
      List<Sample> samples = join(run, proofs);
      Certification certification =
          new Certification(
              certifier.constants().scale(),
              gap(run, proofs),
              refusals(proofs),
              seconds,
              Provenance.here());
      RecordFiles.writeCsv(run.folder().resolve(Run.SAMPLES), Sample.class, samples);
      RecordFiles.writeJson(
          run.folder().resolve(Run.RECORD), run.record().withCertification(certification));
    }
    return run.reloaded();
  }

  private static List<Sample> join(Run run, List<SoundCertificate> proofs) {
    List<Sample> samples = new ArrayList<>();
    for (int n = 0; n < proofs.size(); n++) {
      samples.add(run.samples().get(n).withCertified(proofs.get(n)));
    }
    return samples;
  }

  private static Gap gap(Run run, List<SoundCertificate> proofs) {
    double eps = run.experiment().radius();
    return new Gap(
        run.estimated().at(eps),
        accuracy(proofs, eps, SoundCertificate::exactArithmeticRadius),
        accuracy(proofs, eps, proof -> proof.certificate().radius()));
  }

  private static double accuracy(
      List<SoundCertificate> proofs, double eps, ToDoubleFunction<SoundCertificate> radius) {
    return new CertifiedAccuracy(
            proofs.stream()
                .map(proof -> proof.certificate().withRadius(radius.applyAsDouble(proof)))
                .toList())
        .at(eps);
  }

  private static Map<String, Integer> refusals(List<SoundCertificate> proofs) {
    Map<String, Integer> refusals = new TreeMap<>();
    for (SoundCertificate proof : proofs) {
      if (proof.refusal() != null) {
        refusals.merge(proof.refusal(), 1, Integer::sum);
      }
    }
    return refusals;
  }
}
