package org.lipkit.experiment;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lipkit.bound.Bound;
import org.lipkit.bound.CachedNorm;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.SoundNorm;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.data.Dataset;
import org.lipkit.data.EvenlySpaced;
import org.lipkit.data.Images;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.FileLock;
import org.lipkit.text.Given;
import org.lipkit.text.Text;
import org.lipkit.train.TrainingListener;

/**
 * A finished run, read from its folder: {@code run.json}, {@code history.csv}, {@code samples.csv}
 * and, where kept, {@code weights.npz}.
 *
 * @param folder where the files lie
 * @param record what was run and how it ended
 * @param history one row per epoch
 * @param samples one row per test sample, in order; empty if the run diverged
 */
public record Run(Path folder, RunRecord record, List<Epoch> history, List<Sample> samples) {

  static final String RECORD = "run.json";
  static final String HISTORY = "history.csv";
  static final String SAMPLES = "samples.csv";
  private static final String LOCK = "checkpoint.lock";

  /** The share by which float64 may bring an estimate above an upper bound. */
  private static final double ROUNDING = 1e-9;

  /** By this much, and one sample, rounding may change shares between last epoch and final run. */
  private static final double LAST_EPOCH = 0.01;

  /** The file of the trained weights, where they are kept. */
  public static final String WEIGHTS = "weights.npz";

  /** The proved norms of the weights, beside them. */
  public static final String NORMS = "norms.properties";

  /**
   * Whether a folder holds a finished run.
   *
   * @param folder the folder
   * @return true if it has a record
   */
  public static boolean exists(Path folder) {
    return Files.exists(folder.resolve(RECORD));
  }

  /**
   * Reads a finished run.
   *
   * @param folder its folder
   * @return the run
   * @throws IllegalArgumentException if a file is missing, damaged or not whole, or if what it
   *     claims to be certified is above what is estimated
   */
  public static Run load(Path folder) {
    Given.notNull("The run's folder", folder);
    RunRecord record = RecordFiles.readJson(folder.resolve(RECORD), RunRecord.class);
    List<Epoch> history = RecordFiles.readCsv(folder.resolve(HISTORY), Epoch.class);
    boolean complete = record.outcome().status() == RunRecord.Status.COMPLETE;
    List<Sample> samples =
        complete ? RecordFiles.readCsv(folder.resolve(SAMPLES), Sample.class) : List.of();
    Run run = new Run(folder, record, history, samples);
    run.requireWhole();
    return run;
  }

  /** Refuses files that are not those that the record is about, or only a part of them. */
  private void requireWhole() {
    requireRows(
        HISTORY, record.outcome().epochs(), history.size(), i -> history.get(i).epoch() - 1);
    requirePossible(HISTORY, history, epoch -> epoch.isPossible(isComplete()));
    if (!isComplete()) {
      require(record.certification() == null, RECORD, "certifies a run that diverged");
      return;
    }
    requireRows(SAMPLES, record.data().testImages(), samples.size(), i -> samples.get(i).index());
    require(!samples.isEmpty(), SAMPLES, "has no rows");
    require(record.network().lipschitz() != null, RECORD, "has no Lipschitz constant");
    double constant = record.network().lipschitz().value();
    require(constant > 0, RECORD, "has a Lipschitz constant of 0");
    int classes = record.data().inputs().classes();
    requirePossible(SAMPLES, samples, sample -> sample.isPossible(classes));
    require(
        Double.isFinite(constant) || samples.stream().allMatch(s -> s.radiusEstimated() == 0),
        SAMPLES,
        "has radii although the Lipschitz constant in " + RECORD + " is infinite");
    if (record.certification() != null) {
      requireWhole(record.certification());
    }
    requireLastEpoch();
  }

  private void requireWhole(Certification proof) {
    boolean proved = proof.lipschitz().kind() == Bound.Kind.UPPER;
    require(proved, RECORD, "certifies with a constant that is no upper bound");
    try {
      samples.forEach(Sample::requireBelowEstimate);
      require(
          proof.vra().estimated() == estimatedVra(),
          SAMPLES,
          "has another estimated accuracy than " + RECORD);
      require(
          proof.vra().certified() == certifiedVra(),
          SAMPLES,
          "has another certified accuracy than " + RECORD);
      requireAboveEstimate(proof.lipschitz());
      requireUncertified(proof);
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          folder + " is not as it was recorded: " + e.getMessage(), e);
    }
  }

  /**
   * Refuses a last epoch that was evaluated on other weights or images than the samples. Its quick
   * estimates lie below the final ones, so that its VRA is no smaller.
   */
  private void requireLastEpoch() {
    Epoch last = history.isEmpty() ? null : history.get(history.size() - 1);
    double allowed = LAST_EPOCH + 1.0 / samples.size();
    require(
        last == null
            || last.testAccuracy() == null
            || Math.abs(last.testAccuracy() - estimated().clean()) <= allowed,
        HISTORY,
        "ends with another accuracy than that of " + SAMPLES);
    require(
        last == null || last.testVra() == null || last.testVra() >= estimatedVra() - allowed,
        HISTORY,
        "ends with a lower VRA than that of " + SAMPLES);
  }

  /** Refuses counts and radii that do not go with what the proof could not certify. */
  private void requireUncertified(Certification proof) {
    double exact = proof.vra().exactArithmetic();
    require(
        exact >= certifiedVra() && exact <= estimated().clean(),
        RECORD,
        "has a VRA in exact arithmetic that is below the certified one or above the accuracy");
    long zero = samples.stream().filter(sample -> sample.certified().radius() == 0).count();
    require(
        proof.refusals().values().stream().allMatch(n -> n != null && n > 0 && n <= zero)
            && proof.refused() <= zero,
        RECORD,
        "counts other refusals than the radii of 0 in " + SAMPLES);
    require(
        Double.isFinite(proof.lipschitz().value()) || zero == samples.size(),
        SAMPLES,
        "has certified radii although the proved constant in " + RECORD + " is infinite");
  }

  private <T> void requirePossible(String file, List<T> rows, Predicate<T> possible) {
    for (int n = 0; n < rows.size(); n++) {
      require(
          possible.test(rows.get(n)), file, "has a value in row " + (n + 1) + " that no run has");
    }
  }

  private void requireRows(String file, int recorded, int found, IntUnaryOperator place) {
    boolean inOrder = IntStream.range(0, found).allMatch(i -> place.applyAsInt(i) == i);
    require(
        found == recorded && inOrder,
        file,
        "has "
            + found
            + " rows, but "
            + RECORD
            + " says "
            + recorded
            + (inOrder ? "" : ", in order"));
  }

  private void require(boolean holds, String file, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(
          folder.resolve(file)
              + " "
              + problem
              + "; restore it, or delete the folder and run the experiment again.");
    }
  }

  /** Refuses a proved constant below the estimated one, which is at most the true one. */
  void requireAboveEstimate(Bound proved) {
    double estimated = record.network().lipschitz().value();
    if (proved.value() < estimated * (1 - ROUNDING)) {
      throw Given.refused(
          "The proved Lipschitz constant %s of %s lies below the estimated %s, so it is no upper"
              + " bound; delete %s there and certify the run again.",
          proved.value(), folder, estimated, NORMS);
    }
  }

  /**
   * Refuses a run that has no network.
   *
   * @throws IllegalStateException if it diverged
   */
  public void requireComplete() {
    if (!isComplete()) {
      throw new IllegalStateException(
          "The run of " + folder + " has no network: " + record.outcome().failure());
    }
  }

  /** Keeps other writers of this record away until it is closed; waits for another program. */
  static FileLock lock(Path folder, TrainingListener listener) {
    return FileLock.awaiting(
        folder.resolve(LOCK), folder.toString(), () -> listener.waiting(folder.toString()));
  }

  /**
   * The same run with the code of its experiment: a network, a loss or data of one's own, which
   * {@code run.json} only names.
   *
   * @param experiment the experiment that was run
   * @return the run with it
   * @throws IllegalArgumentException if another experiment was run
   */
  public Run with(Experiment experiment) {
    requireSame(experiment, experiment(), folder);
    return new Run(folder, record.withExperiment(experiment), history, samples);
  }

  static void requireSame(Experiment asked, Experiment found, Path folder) {
    if (!asked.equals(found)) {
      throw new IllegalArgumentException(
          folder
              + " holds another version of "
              + found.name()
              + "; delete it to run the experiment as it is described now.");
    }
  }

  /** The same run as its files are now. */
  Run reloaded() {
    return load(folder).with(experiment());
  }

  /**
   * What was run.
   *
   * @return the experiment
   */
  public Experiment experiment() {
    return record.experiment();
  }

  /**
   * Whether the run was trained to the end.
   *
   * @return false if it diverged
   */
  public boolean isComplete() {
    return record.outcome().status() == RunRecord.Status.COMPLETE;
  }

  /**
   * Whether the run was made on images that the kit drew.
   *
   * @return true if so, and whatever is shown of the run must say it
   */
  public boolean isMadeUp() {
    return record.data().madeUp();
  }

  /**
   * The estimated VRA at the experiment's radius.
   *
   * @return in [0, 1], NaN if the run diverged
   */
  public double estimatedVra() {
    return isComplete() ? estimated().at(experiment().radius()) : Double.NaN;
  }

  /**
   * The certified VRA at the experiment's radius, every rounding counted.
   *
   * @return in [0, 1], NaN if the run was not certified
   */
  public double certifiedVra() {
    return record.certification() == null ? Double.NaN : certified().at(experiment().radius());
  }

  /**
   * An evenly spaced subset of the test samples, those of {@link Images#evenlySpaced} of the test
   * split.
   *
   * @param count how many; with more than there are, all
   * @return the samples, in order, each once
   */
  public List<Sample> evenlySpaced(int count) {
    return evenlySpaced(samples, count);
  }

  static <T> List<T> evenlySpaced(List<T> all, int count) {
    int some = Math.min(count, all.size());
    return IntStream.range(0, some)
        .mapToObj(i -> all.get(EvenlySpaced.index(i, some, all.size())))
        .toList();
  }

  /**
   * The certified-accuracy curve by the papers' protocol (power-iteration estimates).
   *
   * @return the curve
   * @throws IllegalStateException if the run diverged
   */
  public CertifiedAccuracy estimated() {
    if (samples.isEmpty()) {
      throw new IllegalStateException(
          experiment().name() + " was not evaluated: " + record.outcome().failure());
    }
    return new CertifiedAccuracy(samples.stream().map(Sample::estimated).toList());
  }

  /**
   * The certified-accuracy curve of the float32 program, with every rounding counted.
   *
   * @return the curve
   * @throws IllegalStateException if the run was not certified
   */
  public CertifiedAccuracy certified() {
    if (record.certification() == null) {
      throw new IllegalStateException(
          experiment().name() + " has no certificates; run: environment/lipkit certify NAME");
    }
    return new CertifiedAccuracy(samples.stream().map(Sample::certified).toList());
  }

  /**
   * What the run was made on, for titles.
   *
   * @return the data set's id, marked where it is a part of it, or the images were made up or split
   *     by the kit
   */
  public String dataTitle() {
    return experiment().data()
        + partRemark()
        + record.data().splitRemark()
        + (isMadeUp() ? " (made up)" : "");
  }

  /** As the library names the files of some classes of an official set only. */
  private String partRemark() {
    int found = record.data().inputs().classes();
    int all = experiment().inputs().classes();
    return found == all ? "" : " (" + found + " of its " + all + " classes)";
  }

  /**
   * The folder of the run's record below that of all recorded ones. A run that lies elsewhere is
   * named after its experiment.
   *
   * @return such as "mnist-2c2f-emma/laptop"
   */
  public String recordName() {
    Path recorded = Results.recordedRoot();
    return folder.startsWith(recorded)
        ? recorded.relativize(folder).toString()
        : experiment().name() + "/" + experiment().scale().id();
  }

  /**
   * When and with which code the run was made, for whoever asked for a run and gets a recorded one.
   *
   * @return a sentence
   */
  public String recordedRemark() {
    return Text.of(
        "%s is recorded: it ended on %s at commit %s; delete %s to run it again",
        experiment().name(), record.outcome().finished(), record.provenance().gitCommit(), folder);
  }

  /**
   * The data that the run was made on. Where the files of a run on official data are missing, what
   * stands in for them; {@link #wasTestedOn} tells.
   *
   * @return the data set with the experiment's splits
   */
  public Dataset dataset() {
    return experiment().splits(isMadeUp());
  }

  /**
   * Whether a data set's test split is the one that this run was evaluated on: as made up as that,
   * as long, with the recorded labels, and from files with the recorded checksums.
   *
   * @param data the data set
   * @return true if sample by sample the record is about these images
   */
  public boolean wasTestedOn(Dataset data) {
    Images test = data.test();
    return data.madeUp() == isMadeUp()
        && changedFile(data).isEmpty()
        && test.size() == samples.size()
        && samples.stream().allMatch(sample -> test.label(sample.index()) == sample.label());
  }

  /** The first file, by name, that a data set was not read from as the record says. */
  private Optional<String> changedFile(Dataset data) {
    Map<String, String> recorded = record.data().checksums();
    Map<String, String> found = data.checksums();
    return Stream.concat(recorded.keySet().stream(), found.keySet().stream())
        .filter(file -> !Objects.equals(recorded.get(file), found.get(file)))
        .min(Comparator.naturalOrder());
  }

  /**
   * The images that the run was evaluated on.
   *
   * @return the test split that {@code samples.csv} is about
   * @throws IllegalStateException if they are not on this machine, or a file of the data set is not
   *     the one that the run was made on
   */
  public Images testImages() {
    Dataset data = dataset();
    Optional<String> changed = changedFile(data);
    if (data.madeUp() == isMadeUp() && changed.isPresent()) {
      throw new IllegalStateException(
          Text.of(
              "%s was made on other files of %s: the checksum of %s is not the recorded one; bring"
                  + " back the data that the run was made on, or delete the folder and run the"
                  + " experiment again.",
              folder, experiment().data(), changed.get()));
    }
    if (!wasTestedOn(data)) {
      throw new IllegalStateException(
          folder
              + " was evaluated on images of "
              + experiment().data()
              + " that are not on this machine; data-scripts/all tells what is missing.");
    }
    return data.test();
  }

  /**
   * The trained network, frozen; no data are needed.
   *
   * @param manager owns its weights
   * @return the classifier
   * @throws IllegalArgumentException if the folder has no weights, or others than those that the
   *     record is about
   * @throws IllegalStateException if the network is somebody's own; see {@link #with}
   */
  public Classifier classifier(NDManager manager) {
    Path file = folder.resolve(WEIGHTS);
    Classifier classifier = experiment().firstWeights(record.data().inputs(), manager).frozen();
    classifier.load(file);
    if (!classifier.sha256().equals(record.network().weightsSha256())) {
      throw new IllegalArgumentException(
          file + " holds other weights than those that the run ended with; restore the file.");
    }
    return classifier;
  }

  /**
   * {@return upper bounds of the norms of this run's layers} Those that were proved before are read
   * from the run's folder, and others are proved by {@link SoundNorm#TIGHT} and kept there.
   */
  public NormMethod provedNorms() {
    return new CachedNorm(SoundNorm.TIGHT, folder.resolve(NORMS));
  }
}
