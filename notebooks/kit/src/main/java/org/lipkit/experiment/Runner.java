package org.lipkit.experiment;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.lipkit.bound.Bound;
import org.lipkit.bound.PowerIteration;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.certify.Certifier;
import org.lipkit.data.Augmented;
import org.lipkit.data.Dataset;
import org.lipkit.data.Datasets;
import org.lipkit.data.Images;
import org.lipkit.layer.Classifier;
import org.lipkit.loss.Losses;
import org.lipkit.model.Models;
import org.lipkit.tensor.BFloat16Speed;
import org.lipkit.tensor.Tensors;
import org.lipkit.train.DivergedException;
import org.lipkit.train.EpochSummary;
import org.lipkit.train.Settings;
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
   * @throws IllegalArgumentException if the folder holds another experiment, or the data are not
   *     those that the run began with
   * @throws IllegalStateException if another run is being written to the folder
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public static Run run(Experiment experiment, Path folder, TrainingListener listener) {
    return run(experiment, folder, listener, () -> BFloat16Speed.here().isFaster());
  }

  @SuppressWarnings("try") // the lock is held, not used
  static Run run(
      Experiment experiment, Path folder, TrainingListener listener, BooleanSupplier bfloat16Pays) {
    if (!isFinished(folder)) {
      try (FolderLock lock = FolderLock.of(folder)) {
        if (!Run.exists(folder)) {
          new Runner(experiment, folder, listener, bfloat16Pays).run();
        }
        certify(folder, listener);
      }
    }
    Run run = Run.load(folder);
    requireSame(experiment, run.experiment(), folder);
    return run;
  }

  private static boolean isFinished(Path folder) {
    return Run.exists(folder) && !Files.exists(folder.resolve(PLAN));
  }

  /** The last part of a run. One whose model has no finite bound is finished without. */
  private static void certify(Path folder, TrainingListener listener) {
    try {
      RunCertifier.certify(folder, listener);
    } catch (IllegalArgumentException e) {
      deleteCheckpoint(folder);
      throw e;
    }
    deleteCheckpoint(folder);
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

  private static void requireSame(Experiment asked, Experiment found, Path folder) {
    if (!asked.equals(found)) {
      throw new IllegalArgumentException(
          folder
              + " holds another version of "
              + found.name()
              + "; delete it to run the experiment as it is described now.");
    }
  }

  /** What the experiment takes of a data set, with its augmentation. */
  public static Dataset splits(Experiment experiment, Dataset all) {
    Images train = limit(all.train(), experiment.trainImages());
    Images test = limit(all.test(), experiment.testImages());
    if (experiment.crop() > 0) {
      train = new Augmented(train, experiment.crop(), true);
    }
    return new Dataset(all.name(), all.madeUp(), all.classNames(), train, test, all.checksums());
  }

  private static Images limit(Images images, int count) {
    return count == 0 ? images : images.evenlySpaced(count);
  }

  /** The experiment's model as training starts from it. */
  public static Classifier firstWeights(Experiment experiment, Dataset data, NDManager manager) {
    Images images = data.train();
    Shape image = new Shape(images.channels(), images.height(), images.width());
    return Models.create(experiment.model(), images.height(), data.classes(), experiment.seed())
        .initialize(manager, DataType.FLOAT32, image);
  }

  private void run() {
    Dataset data = splits(experiment, Datasets.loadOrMadeUp(experiment.dataset()));
    boolean mixed = prepareFolder(data);
    Settings training = mixed ? experiment.training() : experiment.training().inFloat32();
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = firstWeights(experiment, data, manager);
      Trainer trainer =
          new Trainer(
              classifier,
              Losses.create(experiment.loss()),
              training,
              data.train(),
              experiment.seed(),
              folder.resolve(CHECKPOINT),
              new Recorder(classifier, data, manager),
              manager);
      readHistory(trainer.epochsDone());
      try {
        trainer.run();
      } catch (DivergedException e) {
        finish(data, classifier, mixed, RunRecord.Status.DIVERGED, e.getMessage(), 0, null);
        return;
      }
      long started = System.nanoTime();
      Certifier certifier = new Certifier(classifier, PowerIteration.PUBLISHED);
      List<Certificate> certificates = certify(certifier, data);
      double seconds = (System.nanoTime() - started) / 1e9;
      RecordFiles.writeCsv(
          folder.resolve(Run.SAMPLES),
          Sample.class,
          certificates.stream().map(Sample::of).toList());
      classifier.save(folder.resolve(Run.WEIGHTS));
      Bound scale = certifier.constants().scale();
      finish(data, classifier, mixed, RunRecord.Status.COMPLETE, null, seconds, scale);
    }
  }

  private List<Certificate> certify(Certifier certifier, Dataset data) {
    return certifier.certify(
        data.test(),
        experiment.training().batchSize(),
        done -> listener.certified(done, data.test().size()));
  }

  /**
   * What a run begins with and must go on with.
   *
   * @param experiment as it is really trained: in float32 where mixed precision does not pay
   * @param madeUpData whether the images are drawn by the kit
   * @param dataChecksums SHA-256 of the data files, by name
   */
  record Plan(Experiment experiment, boolean madeUpData, Map<String, String> dataChecksums) {}

  /** Writes the plan down, or finds it. Returns whether training is in mixed precision. */
  private boolean prepareFolder(Dataset data) {
    Path file = folder.resolve(PLAN);
    if (!Files.exists(file)) {
      boolean mixed = experiment.training().mixedPrecision() && bfloat16Pays.getAsBoolean();
      Experiment trained = mixed ? experiment : experiment.inFloat32();
      RecordFiles.writeJson(file, new Plan(trained, data.madeUp(), data.checksums()));
      return mixed;
    }
    Plan begun = RecordFiles.readJson(file, Plan.class);
    if (!begun.experiment().equals(experiment.inFloat32())) {
      requireSame(experiment, begun.experiment(), folder);
    }
    if (begun.madeUpData() != data.madeUp() || !begun.dataChecksums().equals(data.checksums())) {
      throw new IllegalArgumentException(
          folder
              + " holds a run that began on "
              + (begun.madeUpData() ? "made-up images" : "other files")
              + " of "
              + experiment.dataset()
              + ", not on what is here now; bring those back or delete the folder to begin anew.");
    }
    return begun.experiment().training().mixedPrecision();
  }

  private void readHistory(int epochs) {
    if (epochs > 0) {
      history.addAll(
          RecordFiles.readCsv(folder.resolve(Run.HISTORY), Epoch.class).subList(0, epochs));
    }
  }

  private void finish(
      Dataset data,
      Classifier classifier,
      boolean mixed,
      RunRecord.Status status,
      String failure,
      double evaluationSeconds,
      Bound lipschitz) {
    RecordFiles.writeCsv(folder.resolve(Run.HISTORY), Epoch.class, history);
    RecordFiles.writeJson(
        folder.resolve(Run.RECORD),
        new RunRecord(
            experiment,
            status,
            failure,
            data.madeUp(),
            data.checksums(),
            Provenance.environment(mixed),
            Provenance.gitCommit(),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            history.stream().mapToDouble(Epoch::seconds).sum(),
            evaluationSeconds,
            classifier.parameterCount(),
            lipschitz,
            null));
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
                certifier.certify(data.test(), experiment.training().batchSize(), done -> {}));
      }
      Images some = data.train().evenlySpaced(ThreateningClasses.SAMPLES);
      Double rotation = threatening.rotation(summary.epoch(), classifier, some, manager);
      history.add(Epoch.of(summary, test, experiment.radius(), rotation));
      RecordFiles.writeCsv(folder.resolve(Run.HISTORY), Epoch.class, history);
      listener.epochEnded(summary);
    }
  }
}
