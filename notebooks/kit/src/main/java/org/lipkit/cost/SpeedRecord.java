package org.lipkit.cost;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lipkit.cost.Measurement.Work;
import org.lipkit.experiment.Provenance;
import org.lipkit.experiment.RecordFiles;
import org.lipkit.tensor.BFloat16Speed;

/**
 * A run of {@code environment/bench}: {@code speed.csv} with one row per measurement, and {@code
 * speed.json} about the machine that it ran on.
 *
 * @param machine where and when
 * @param rows what was found
 */
public record SpeedRecord(Machine machine, List<Measurement> rows) {

  private static final String ROWS = "speed.csv";
  private static final String MACHINE = "speed.json";

  /**
   * Where and when a benchmark ran.
   *
   * @param environment versions and machine: java, engine, operating system, processor, cores, and
   *     whether bfloat16 pays ("bfloat16")
   * @param gitCommit the commit of the code, with "+" if the tree had changes, or "unknown"
   * @param finished when it ended, in UTC
   */
  public record Machine(Map<String, String> environment, String gitCommit, String finished) {

    /**
     * {@return an entry of the environment, or "unknown" where it has none}
     *
     * @param key such as "processor"
     */
    public String get(String key) {
      return environment.getOrDefault(key, "unknown");
    }
  }

  /**
   * {@return measurements made on this machine now}
   *
   * @param rows the measurements
   */
  public static SpeedRecord here(List<Measurement> rows) {
    Provenance here = Provenance.here().with("bfloat16", BFloat16Speed.here().words());
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    return new SpeedRecord(new Machine(here.environment(), here.gitCommit(), now), rows);
  }

  /**
   * Writes both files.
   *
   * @param folder where to
   */
  public void save(Path folder) {
    RecordFiles.writeCsv(folder.resolve(ROWS), Measurement.class, rows);
    RecordFiles.writeJson(folder.resolve(MACHINE), machine);
  }

  /**
   * Reads both files.
   *
   * @param folder where they lie
   * @return the record, or empty if the folder has none
   * @throws IllegalArgumentException if a file is damaged
   */
  public static Optional<SpeedRecord> load(Path folder) {
    if (!Files.exists(folder.resolve(ROWS))) {
      return Optional.empty();
    }
    return Optional.of(
        new SpeedRecord(
            RecordFiles.readJson(folder.resolve(MACHINE), Machine.class),
            RecordFiles.readCsv(folder.resolve(ROWS), Measurement.class)));
  }

  /**
   * The networks that were timed.
   *
   * @return each name once, in order
   */
  public List<String> networks() {
    return rows.stream().map(Measurement::network).distinct().toList();
  }

  /**
   * The precisions that were timed.
   *
   * @return each once, in order
   */
  public List<String> precisions() {
    return rows.stream().map(Measurement::precision).distinct().toList();
  }

  /**
   * This record's measurement of what a row of another record measured.
   *
   * @param other a row of the other record
   * @return the row with the same network, batch, precision and work, or empty if there is none
   */
  public Optional<Measurement> counterpart(Measurement other) {
    return find(other.network(), other.precision(), other.what())
        .filter(row -> row.batch() == other.batch());
  }

  /**
   * One measurement.
   *
   * @param network the network
   * @param precision {@link Measurement#FLOAT32} or {@link Measurement#MIXED}
   * @param work what was timed
   * @return the row, or empty if it was not measured
   */
  public Optional<Measurement> find(String network, String precision, Work work) {
    return rows.stream()
        .filter(row -> row.network().equals(network))
        .filter(row -> row.precision().equals(precision) && row.what() == work)
        .findFirst();
  }
}
