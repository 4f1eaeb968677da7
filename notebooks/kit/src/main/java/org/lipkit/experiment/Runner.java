package org.lipkit.experiment;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.lipkit.bound.Bound;
import org.lipkit.bound.PowerIteration;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.certify.Certifier;
import org.lipkit.data.Dataset;
import org.lipkit.data.Images;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.BFloat16Speed;
import org.lipkit.tensor.Tensors;
import org.lipkit.train.DivergedException;
import org.lipkit.train.EpochSummary;
import org.lipkit.train.Trainer;
import org.lipkit.train.TrainingListener;

/** Runs experiments and writes their records. */
public final class Runner {

  private static final String CHECKPOINT = "checkpoint.npz";
  private static final String PLAN = "checkpoint.json";
  private static final String RIVALS = "checkpoint-rivals.json";

  private final Experiment experiment;
  private final Path folder;
  private final TrainingListener listener;
  private final BooleanSupplier bfloat16Pays;
  private final List<Epoch> history = new ArrayList<>();

  private Runner(
      Experiment experiment, Path folder, TrainingListener listener, BooleanSupplier bfloat16Pays) {
    this.experiment = experiment;
    this.folder = folder;
    this.listener = listener;
    this.bfloat16Pays = bfloat16Pays;
  }

  /**
   * Runs an experiment in the folder that {@link Results#folder} gives it, in silence.
   *
   * @param experiment what to run
   * @return the finished run, which may have diverged
   * @see #run(Experiment, Path, TrainingListener)
   */
  public static Run run(Experiment experiment) {
    return run(experiment, Results.folder(experiment, false), TrainingListener.SILENT);
  }

  /**
   * Runs an experiment, or returns its record if the folder already has it. A run that was cut off
   * goes on from its checkpoint, with the data that it began with.
   *
   * <p>An experiment that asks for mixed precision is trained in float32 where bfloat16 would be
   * slower. That is decided when the run starts and kept when it is resumed, on whatever machine;
   * the record says which precision it was.
   *
   * @param experiment what to run
   * @param folder where its files go; nothing else should lie there
   * @param listener hears of the progress
   * @return the finished run, which may have diverged
   * @throws IllegalArgumentException if the experiment lacks something, if the folder holds another
   *     experiment, or the data are not those that the run began with
   * @throws IllegalStateException if another run is being written to the folder
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public static Run run(Experiment experiment, Path folder, TrainingListener listener) {
    return run(experiment, folder, listener, () -> BFloat16Speed.here().isFaster());
  }

  @SuppressWarnings("try") // the lock is held, not used
  static Run run(
      Experiment experiment, Path folder, TrainingListener listener, BooleanSupplier bfloat16Pays) {
    experiment.requireWhole();
    if (!isFinished(folder)) {
      try (FolderLock lock = FolderLock.of(folder)) {
        if (!Run.exists(folder)) {
          new Runner(experiment, folder, listener, bfloat16Pays).run();
        }
        certify(Run.load(folder).with(experiment), listener);
      }
    }
    return Run.load(folder).with(experiment);
  }

  private static boolean isFinished(Path folder) {
    return Run.exists(folder) && !Files.exists(folder.resolve(PLAN));
  }

  /** The last part of a run. One whose model has no finite bound is finished without. */
  private static void certify(Run run, TrainingListener listener) {
    try {
      RunCertifier.certify(run, listener);
    } catch (IllegalArgumentException e) {
      deleteCheckpoint(run.folder());
      throw e;
    }
    deleteCheckpoint(run.folder());
  }

  private static void deleteCheckpoint(Path folder) {
    try {
      for (String name : List.of(CHECKPOINT, RIVALS, PLAN)) {
        Files.deleteIfExists(folder.resolve(name));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run() {
    Dataset data = experiment.splits(false);
    boolean mixed = prepareFolder(DataOrigin.of(data));
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = experiment.firstWeights(Inputs.of(data), manager);
      RunRecord.Outcome outcome;
      Bound lipschitz = null;
      String sha256 = null;
      try {
        Trainer.of(classifier, experiment.loss(), experiment.recipe().mixedPrecision(mixed))
            .seed(experiment.seed())
            .checkpoint(folder.resolve(CHECKPOINT))
            .listener(new Recorder(classifier, data, manager))
            .train(data.train());
        long started = System.nanoTime();
        Classifier frozen = classifier.frozen();
        Certifier certifier = new Certifier(frozen, PowerIteration.PUBLISHED);
        List<Certificate> certificates = certify(certifier, data);
        double seconds = (System.nanoTime() - started) / 1e9;
        RecordFiles.writeCsv(
            folder.resolve(Run.SAMPLES),
            Sample.class,
            certificates.stream().map(Sample::of).toList());
        frozen.save(folder.resolve(Run.WEIGHTS));
        sha256 = frozen.sha256();
        lipschitz = certifier.constants().scale();
        outcome = outcome(RunRecord.Status.COMPLETE, null, seconds);
      } catch (DivergedException e) {
        outcome = outcome(RunRecord.Status.DIVERGED, e.getMessage(), 0);
      }
      RecordFiles.writeCsv(folder.resolve(Run.HISTORY), Epoch.class, history);
      RecordFiles.writeJson(
          folder.resolve(Run.RECORD),
          new RunRecord(
              experiment,
              DataOrigin.of(data),
              outcome,
              new RunRecord.Network(
                  classifier.parameterCount(), classifier.multiplyAdds(), lipschitz, sha256),
              Provenance.here().with("precision", mixed ? "bfloat16 and float32" : "float32"),
              null));
    }
  }

  private RunRecord.Outcome outcome(
      RunRecord.Status status, String failure, double evaluationSeconds) {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    double training = history.stream().mapToDouble(Epoch::seconds).sum();
    return new RunRecord.Outcome(status, failure, now, training, evaluationSeconds);
  }

  private List<Certificate> certify(Certifier certifier, Dataset data) {
    return certifier.certify(
        data.test(),
        experiment.recipe().batch(),
        done -> listener.certified(done, data.test().size()));
  }

  /**
   * What a run begins with and must go on with.
   *
   * @param experiment what is run
   * @param mixed whether it is trained in mixed precision: as asked for where that pays
   * @param data the images that it began on
   */
  record Plan(Experiment experiment, boolean mixed, DataOrigin data) {}

  /** Writes the plan down, or finds it. Returns whether training is in mixed precision. */
  private boolean prepareFolder(DataOrigin data) {
    Path file = folder.resolve(PLAN);
    if (!Files.exists(file)) {
      boolean mixed = experiment.recipe().mixedPrecision() && bfloat16Pays.getAsBoolean();
      RecordFiles.writeJson(file, new Plan(experiment, mixed, data));
      return mixed;
    }
    Plan begun = RecordFiles.readJson(file, Plan.class);
    Run.requireSame(experiment, begun.experiment(), folder);
    if (!begun.data().equals(data)) {
      throw new IllegalArgumentException(
          folder
              + " holds a run that began on "
              + (begun.data().madeUp() ? "made-up images" : "other files")
              + " of "
              + experiment.data()
              + ", not on what is here now; bring those back or delete the folder to begin anew.");
    }
    return begun.mixed();
  }

  /** Keeps the history and the rotation, evaluating on the test split every few epochs. */
  private final class Recorder implements TrainingListener {

    private final Classifier classifier;
    private final Dataset data;
    private final NDManager manager;
    private final ThreateningClasses threatening = new ThreateningClasses(folder.resolve(RIVALS));

    Recorder(Classifier classifier, Dataset data, NDManager manager) {
      this.classifier = classifier;
      this.data = data;
      this.manager = manager;
    }

    @Override
    public void started(int epochs) {
      if (epochs > 0) {
        history.addAll(
            RecordFiles.readCsv(folder.resolve(Run.HISTORY), Epoch.class).subList(0, epochs));
      }
    }

    @Override
    public void stepEnded(long done, long total, double loss) {
      listener.stepEnded(done, total, loss);
    }

    @Override
    public void epochEnded(EpochSummary summary) {
      CertifiedAccuracy test = null;
      if (summary.epoch() % experiment.evaluateEvery() == 0) {
        Certifier certifier = new Certifier(classifier, PowerIteration.QUICK);
        test =
            new CertifiedAccuracy(
                certifier.certify(data.test(), experiment.recipe().batch(), done -> {}));
      }
      Images some = data.train().evenlySpaced(ThreateningClasses.SAMPLES);
      Double rotation = threatening.rotation(summary.epoch(), classifier, some, manager);
      history.add(Epoch.of(summary, test, experiment.radius(), rotation));
      RecordFiles.writeCsv(folder.resolve(Run.HISTORY), Epoch.class, history);
      listener.epochEnded(summary);
    }
  }
}
