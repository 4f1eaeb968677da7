package org.lipkit.experiment;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.data.Dataset;
import org.lipkit.data.Datasets;
import org.lipkit.data.Images;
import org.lipkit.layer.Classifier;

/**
 * A finished run, read from its folder: {@code run.json}, {@code history.csv}, {@code samples.csv}
 * and, where kept, {@code weights.npz}.
 *
 * @param folder where the files lie
 * @param record what was run and how it ended
 * @param history one row an epoch
 * @param samples one row a test sample; empty if the run diverged
 */
public record Run(Path folder, RunRecord record, List<Epoch> history, List<Sample> samples) {

  static final String RECORD = "run.json";
  static final String HISTORY = "history.csv";
  static final String SAMPLES = "samples.csv";

  /** The file of the trained weights, where they are kept. */
  public static final String WEIGHTS = "weights.npz";

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
   * @throws IllegalArgumentException if a file is missing or damaged
   */
  public static Run load(Path folder) {
    RunRecord record = RecordFiles.readJson(folder.resolve(RECORD), RunRecord.class);
    List<Epoch> history = RecordFiles.readCsv(folder.resolve(HISTORY), Epoch.class);
    boolean diverged = record.status() == RunRecord.Status.DIVERGED;
    List<Sample> samples =
        diverged ? List.of() : RecordFiles.readCsv(folder.resolve(SAMPLES), Sample.class);
    return new Run(folder, record, history, samples);
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
   * The certified-accuracy curve by the papers' protocol (power-iteration estimates).
   *
   * @return the curve
   * @throws IllegalStateException if the run diverged
   */
  public CertifiedAccuracy estimated() {
    if (samples.isEmpty()) {
      throw new IllegalStateException(experiment().name() + " has no samples: " + record.failure());
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
   * @return the data set's id, marked where the images were made up
   */
  public String dataTitle() {
    return experiment().dataset() + (record.madeUpData() ? " (made up)" : "");
  }

  /**
   * The data that the run was made on. Where the files of a run on official data are missing, what
   * stands in for them; {@link #wasTestedOn} tells.
   *
   * @return the data set with the experiment's splits
   */
  public Dataset dataset() {
    String id = experiment().dataset();
    Dataset all = record.madeUpData() ? Datasets.standIn(id) : Datasets.loadOrMadeUp(id);
    return Runner.splits(experiment(), all);
  }

  /**
   * Whether a data set's test split is the one that this run was evaluated on: as made up as that,
   * as long, and with the recorded labels.
   *
   * @param data the data set
   * @return true if sample by sample the record is about these images
   */
  public boolean wasTestedOn(Dataset data) {
    Images test = data.test();
    return data.madeUp() == record.madeUpData()
        && test.size() == samples.size()
        && samples.stream().allMatch(sample -> test.label(sample.index()) == sample.label());
  }

  /**
   * The images that the run was evaluated on.
   *
   * @return the test split that {@code samples.csv} is about
   * @throws IllegalStateException if they are not on this machine
   */
  public Images testImages() {
    Dataset data = dataset();
    if (!wasTestedOn(data)) {
      throw new IllegalStateException(
          folder
              + " was evaluated on images of "
              + experiment().dataset()
              + " that are not on this machine; data-scripts/all tells what is missing.");
    }
    return data.test();
  }

  /**
   * The trained model; no data are needed.
   *
   * @param manager owns its weights
   * @return the classifier
   * @throws IllegalArgumentException if the folder has no weights
   */
  public Classifier classifier(NDManager manager) {
    Dataset shapes = Datasets.standIn(experiment().dataset());
    Classifier classifier = Runner.firstWeights(experiment(), shapes, manager);
    classifier.load(folder.resolve(WEIGHTS));
    return classifier;
  }
}
