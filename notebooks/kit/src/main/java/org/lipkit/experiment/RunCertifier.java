package org.lipkit.experiment;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NotFiniteException;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.certify.Gap;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.tensor.EngineState;
import org.lipkit.tensor.FileLock;
import org.lipkit.train.TrainingListener;

/** Adds sound certificates to the records of finished runs, from their saved weights. */
public final class RunCertifier {

  private RunCertifier() {}

  /**
   * Certifies every test sample of a run and rewrites {@code samples.csv} and {@code run.json}. A
   * run that diverged stays as it is. Where the network has no finite bound, the record says so and
   * every certified radius is 0.
   *
   * @param run the run, with its weights
   * @param listener hears of the progress
   * @return the run with its certificates
   * @throws IllegalArgumentException if a file is missing or damaged, or something would be
   *     certified above what is estimated
   * @throws IllegalStateException if an earlier call still writes to the run's folder, if the run's
   *     test images are not on this machine, the weights do not predict what the record says, or
   *     the engine computes in less than float32
   */
  public static Run certify(Run run, TrainingListener listener) {
    return certify(run, Workers.HERE, listener);
  }

  /**
   * Certifies every test sample of a run as {@link #certify(Run, TrainingListener)} does, with work
   * that is divided.
   *
   * @param run the run, with its weights
   * @param workers who certify
   * @param listener hears of the progress
   * @return the run with its certificates
   */
  @SuppressWarnings("try") // the lock is held, not used
  public static Run certify(Run run, Workers workers, TrainingListener listener) {
    if (!run.isComplete()) {
      return run;
    }
    try (FileLock lock = Run.lock(run.folder(), listener)) {
      return certifyLocked(run.reloaded(), workers, listener);
    }
  }

  /** Certifies a run whose folder is locked already. */
  static Run certifyLocked(Run run, Workers workers, TrainingListener listener) {
    if (!run.isComplete()) {
      return run;
    }
    long started = System.nanoTime();
    Proofs proofs = prove(run, workers, listener);
    double seconds = (System.nanoTime() - started) / 1e9;
    List<Sample> samples = join(run, proofs.samples);
    Certification certification =
        new Certification(
            proofs.lipschitz,
            gap(run, proofs.samples, samples),
            refusals(proofs.samples),
            seconds,
            proofs.provenance);
    Path record = run.folder().resolve(Run.RECORD);
    // Cut off between the next three lines, the run is one that was not certified yet.
    RecordFiles.writeJson(record, run.record().withCertification(null));
    RecordFiles.writeCsv(run.folder().resolve(Run.SAMPLES), Sample.class, samples);
    RecordFiles.writeJson(record, run.record().withCertification(certification));
    return run.reloaded();
  }

  /**
   * What was proved.
   *
   * @param lipschitz the constant common to all margin constants, perhaps infinite
   * @param samples one certificate per test sample
   * @param provenance the code that proved it and its machine
   */
  private record Proofs(Bound lipschitz, List<SoundCertificate> samples, Provenance provenance) {

    /** Radius 0 for every sample of a network that has no finite bound. */
    static Proofs nothing(Run run, String reason) {
      EngineState engine = EngineState.now();
      return new Proofs(
          Bound.upper(Double.POSITIVE_INFINITY, "no finite bound"),
          run.samples().stream()
              .map(Sample::estimated)
              .map(sample -> new SoundCertificate(sample.withRadius(0), 0, reason, engine))
              .toList(),
          onProcessor(Provenance.here()));
    }
  }

  /** Whatever device is chosen, proofs are about the processor and made on it. */
  private static Provenance onProcessor(Provenance provenance) {
    return provenance.with("device", "cpu");
  }

  private static Proofs prove(Run run, Workers workers, TrainingListener listener) {
    try (OpenRun open = new OpenRun(run)) {
      int samples = open.images().size();
      int batch = run.experiment().recipe().batch();
      // Before the work is divided: others find the norms that this proves in the run's folder.
      Bound lipschitz = open.certifier().constants().scale();
      Workers.Divided<SoundCertificate> proofs =
          workers.divide(
              open,
              (here, range, done) -> here.certifier().certify(here.images(), range, batch, done),
              samples,
              batch,
              done -> listener.certified(done, samples));
      return new Proofs(
          lipschitz, proofs.results(), onProcessor(Provenance.together(proofs.provenances())));
    } catch (NotFiniteException e) {
      return Proofs.nothing(run, e.getMessage());
    }
  }

  /** Proves the bounds of a run's network, or takes them from its folder. */
  static SoundCertifier certifier(Run run, NDManager manager) {
    SoundCertifier certifier = new SoundCertifier(run.classifier(manager), run.provedNorms());
    try {
      run.requireAboveEstimate(certifier.constants().scale());
      return certifier;
    } catch (RuntimeException e) {
      certifier.close();
      throw e;
    }
  }

  private static List<Sample> join(Run run, List<SoundCertificate> proofs) {
    List<Sample> samples = new ArrayList<>();
    for (int n = 0; n < proofs.size(); n++) {
      samples.add(run.samples().get(n).withCertified(proofs.get(n)));
    }
    return samples;
  }

  private static Gap gap(Run run, List<SoundCertificate> proofs, List<Sample> samples) {
    double eps = run.experiment().radius();
    return new Gap(
        run.estimated().at(eps),
        accuracy(
            proofs.stream()
                .map(proof -> proof.certificate().withRadius(proof.exactArithmeticRadius())),
            eps),
        accuracy(samples.stream().map(Sample::certified), eps));
  }

  private static double accuracy(Stream<Certificate> certificates, double eps) {
    return new CertifiedAccuracy(certificates.toList()).at(eps);
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
