package org.lipkit.cost;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.lipkit.experiment.RecordFiles;

/**
 * One row of {@code profile.csv}: how much of a piece of work one of the engine's operators takes.
 *
 * @param network its name in {@code Models}
 * @param batch images per step
 * @param precision {@link Measurement#FLOAT32} or {@link Measurement#MIXED}
 * @param what the work
 * @param operator the engine's name for the operator, for example {@code mkldnn_convolution}
 * @param calls how often the work calls it, the median of the rounds
 * @param millis its time in ms within the work, without that of the operators that it calls, the
 *     median of the rounds
 */
@JsonPropertyOrder({"network", "batch", "precision", "what", "operator", "calls", "ms"})
public record OperatorTime(
    String network,
    int batch,
    String precision,
    Measurement.Work what,
    String operator,
    double calls,
    @JsonProperty("ms") double millis) {

  private static final String FILE = "profile.csv";

  /**
   * Writes a profile.
   *
   * @param folder where to
   * @param rows its rows
   */
  public static void save(Path folder, List<OperatorTime> rows) {
    RecordFiles.writeCsv(folder.resolve(FILE), OperatorTime.class, rows);
  }

  /**
   * Reads a profile.
   *
   * @param folder where it lies
   * @return its rows, none if the folder has no profile
   * @throws IllegalArgumentException if the file is damaged
   */
  public static List<OperatorTime> load(Path folder) {
    Path file = folder.resolve(FILE);
    return Files.exists(file) ? RecordFiles.readCsv(file, OperatorTime.class) : List.of();
  }
}
