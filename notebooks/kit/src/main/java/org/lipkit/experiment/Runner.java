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
import java.util.stream.Stream;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NotFiniteException;
import org.lipkit.bound.PowerIteration;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.certify.Certifier;
import org.lipkit.data.Dataset;
import org.lipkit.data.Images;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.BFloat16Speed;
import org.lipkit.tensor.FileLock;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;
import org.lipkit.text.Text;
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
  private final List<Epoch> history = new ArrayList<>();

  private Runner(Experiment experiment, Path folder, TrainingListener listener) {
    this.experiment = experiment;
    this.folder = folder;
    this.listener = listener;
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
   * goes on from its checkpoint, with the data that it began with. A run that another program makes
   * is waited for.
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
   * @throws IllegalStateException if an earlier call still writes to the folder, or the files of an
   *     official data set are missing; at smoke scale drawn pictures stand in for them
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public static Run run(Experiment experiment, Path folder, TrainingListener listener) {
    return run(experiment, folder, listener, false, () -> BFloat16Speed.here().isFaster());
  }

  /**
   * Runs an experiment like {@link #run(Experiment, Path, TrainingListener)}, at any scale on drawn
   * pictures that stand in for the files of an official data set, whether or not these are here.
   *
   * @param experiment what to run
   * @param folder where its files go; nothing else should lie there
   * @param listener hears of the progress
   * @return the finished run, marked as made up
   */
  public static Run runMadeUp(Experiment experiment, Path folder, TrainingListener listener) {
    return run(experiment, folder, listener, true, () -> BFloat16Speed.here().isFaster());
  }

  @SuppressWarnings("try") // the lock is held, not used
  static Run run(
      Experiment experiment,
      Path folder,
      TrainingListener listener,
      boolean madeUp,
      BooleanSupplier bfloat16Pays) {
    experiment.requireWhole();
    if (!isFinished(folder)) {
      try (FileLock lock = Run.lock(folder, listener)) {
        if (!isFinished(folder)) {
          new Runner(experiment, folder, listener).finish(madeUp, bfloat16Pays);
        }
      }
    }
    Run run = Run.load(folder).with(experiment);
    boolean asked = madeUp || run.isMadeUp() && experiment.scale() == RunScale.SMOKE;
    if (experiment.isStoodInForBy(true) && run.isMadeUp() != asked) {
      throw otherImages(experiment, run.isMadeUp(), folder);
    }
    return run;
  }

  private static IllegalArgumentException otherImages(
      Experiment experiment, boolean madeUp, Path folder) {
    return new IllegalArgumentException(
        folder
            + " holds a run on "
            + (madeUp ? "made-up images" : "other files")
            + " of "
            + experiment.data()
            + ", not on what is asked for or here now; bring those back or delete the folder to"
            + " begin anew.");
  }

  /**
   * Whether nothing is left to do for the run of a folder.
   *
   * @param folder the run's folder
   * @return true if it is recorded and was certified
   */
  public static boolean isFinished(Path folder) {
    return Run.exists(folder) && !Files.exists(folder.resolve(PLAN));
  }

  private void finish(boolean madeUp, BooleanSupplier bfloat16Pays) {
    deleteUnfinished(folder);
    if (!Run.exists(folder)) {
      train(madeUp, bfloat16Pays);
    }
    RunCertifier.certifyLocked(Run.load(folder).with(experiment), Workers.HERE, listener);
    for (String name : List.of(CHECKPOINT, RIVALS, PLAN)) {
      RecordFiles.delete(folder.resolve(name));
    }
  }

  /** Of checkpoints that were being written when a program was killed. */
  private static void deleteUnfinished(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> file.getFileName().toString().matches("checkpoint.*\\.part"))
          .forEach(RecordFiles::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void train(boolean madeUp, BooleanSupplier bfloat16Pays) {
    Dataset data = experiment.splits(madeUp);
    if (!madeUp
        && experiment.scale() != RunScale.SMOKE
        && experiment.isStoodInForBy(data.madeUp())) {
      throw new IllegalStateException(
          Text.of(
              "The files of %s are not on this machine, and drawn pictures stand in for them only at"
                  + " smoke scale; get the files (data-scripts/all tells how), or train with"
                  + " --made-up, in Java Runner.runMadeUp.",
              experiment.data()));
    }
    try (NDManager manager = Tensors.newManager();
        NDManager processor = Tensors.newProcessorManager()) {
      Plan plan = plan(DataOrigin.of(data), bfloat16Pays);
      listener.opened(data);
      Classifier classifier = experiment.firstWeights(plan.data.inputs(), manager);
      RunRecord.Outcome outcome;
      Bound lipschitz = null;
      String sha256 = null;
      try {
        Trainer.of(classifier, experiment.loss(), experiment.recipe().mixedPrecision(plan.mixed))
            .seed(experiment.seed())
            .checkpoint(folder.resolve(CHECKPOINT))
            .listener(new Recorder(classifier, data, manager))
            .train(data.train());
        long started = System.nanoTime();
        // Where the proofs are made too, so that both are about the same logits.
        Classifier frozen = classifier.frozen(processor);
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
      } catch (DivergedException | NotFiniteException e) {
        outcome = outcome(RunRecord.Status.DIVERGED, e.getMessage(), 0);
      }
      RecordFiles.writeCsv(folder.resolve(Run.HISTORY), Epoch.class, history);
      RecordFiles.writeJson(
          folder.resolve(Run.RECORD),
          new RunRecord(
              experiment,
              plan.data,
              outcome,
              new RunRecord.Network(
                  classifier.parameterCount(), classifier.multiplyAdds(), lipschitz, sha256),
              plan.provenance,
              plan.earlier,
              null));
    }
  }

  private RunRecord.Outcome outcome(
      RunRecord.Status status, String failure, double evaluationSeconds) {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    double training = history.stream().mapToDouble(Epoch::seconds).sum();
    return new RunRecord.Outcome(status, failure, now, history.size(), training, evaluationSeconds);
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
   * @param provenance the code and the machine of the part that runs now
   * @param earlier the parts before it that had others
   */
  private record Plan(
      Experiment experiment,
      boolean mixed,
      DataOrigin data,
      Provenance provenance,
      List<RunRecord.Part> earlier) {

    /** The plan from now on, after so many epochs. */
    Plan goOn(int epochs) {
      Provenance now = here(mixed);
      if (now.equals(provenance)) {
        return this;
      }
      List<RunRecord.Part> parts = new ArrayList<>(earlier);
      parts.add(new RunRecord.Part(epochs, provenance));
      return new Plan(experiment, mixed, data, now, parts);
    }

    static Provenance here(boolean mixed) {
      return Provenance.here().with("precision", mixed ? "bfloat16 and float32" : "float32");
    }
  }

  /** Reads or makes the plan, and keeps it. */
  private Plan plan(DataOrigin data, BooleanSupplier bfloat16Pays) {
    Path file = folder.resolve(PLAN);
    Plan plan;
    if (Files.exists(file)) {
      Plan begun = RecordFiles.readJson(file, Plan.class);
      Run.requireSame(experiment, begun.experiment, folder);
      if (!begun.data.equals(data)) {
        throw otherImages(experiment, begun.data.madeUp(), folder);
      }
      plan = begun.goOn(recordedEpochs().size());
    } else {
      boolean mixed = experiment.recipe().mixedPrecision() && bfloat16Pays.getAsBoolean();
      plan = new Plan(experiment, mixed, data, Plan.here(mixed), List.of());
    }
    RecordFiles.writeJson(file, plan);
    return plan;
  }

  private List<Epoch> recordedEpochs() {
    Path file = folder.resolve(Run.HISTORY);
    return Files.exists(file) ? RecordFiles.readCsv(file, Epoch.class) : List.of();
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
      List<Epoch> recorded = recordedEpochs();
      if (recorded.size() < epochs) {
        throw Given.refused(
            "%s has %d epochs, but the checkpoint beside it is of %d; restore the file, or delete"
                + " the folder to begin anew.",
            folder.resolve(Run.HISTORY), recorded.size(), epochs);
      }
      history.addAll(recorded.subList(0, epochs));
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
