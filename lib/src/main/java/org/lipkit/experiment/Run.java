package org.lipkit.experiment;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.data.Dataset;
import org.lipkit.data.Datasets;
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
  static final String WEIGHTS = "weights.npz";
  static final String NORMS = "norms.properties";

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
          experiment().name() + " has no certificates; add them with CertifyCommand.");
    }
    return new CertifiedAccuracy(samples.stream().map(Sample::certified).toList());
  }

  /**
   * The data that the run was made on.
   *
   * @return the data set with the experiment's splits
   */
  public Dataset dataset() {
    return Runner.dataset(experiment());
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
