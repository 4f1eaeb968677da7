package org.lipkit.pitfall;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lipkit.attack.Attack;
import org.lipkit.experiment.RecordFiles;
import org.lipkit.experiment.Run;
import org.lipkit.text.Text;

/**
 * Which recorded models were attacked and what came of it: a CSV file with one row per model and
 * kind of attack.
 *
 * @param file where it lies, or will lie
 * @param rows one per model and kind of attack, in the order in which they were attacked
 */
public record ZooAttackRecord(Path file, List<Row> rows) {

  /**
   * What came of attacking one model.
   *
   * @param run the run's name and scale, such as "mnist-2c2f-emma/laptop"
   * @param weights the SHA-256 of its frozen weights
   * @param attacks the attacks with their settings
   * @param images how many test images were attacked, evenly spaced
   * @param certified how many of them have a certified radius above 0
   * @param closest see {@link ZooAttack}, rounded up to two decimals
   * @param broken how many certificates are broken, in a fresh process too
   */
  @JsonPropertyOrder({"run", "weights", "attacks", "images", "certified", "closest", "broken"})
  public record Row(
      String run,
      String weights,
      String attacks,
      int images,
      int certified,
      String closest,
      int broken) {

    private boolean isOf(Run other, List<Attack> by) {
      return run.equals(other.recordName())
          && weights.equals(weightsOf(other))
          && attacks.equals(text(by));
    }
  }

  /**
   * Reads the record.
   *
   * @param file a file of {@link #with}, or one that does not exist yet
   * @return the record, empty if there is no file
   * @throws IllegalArgumentException if the file is damaged
   */
  public static ZooAttackRecord load(Path file) {
    return new ZooAttackRecord(
        file, Files.exists(file) ? RecordFiles.readCsv(file, Row.class) : List.of());
  }

  /**
   * What came of attacking a model before.
   *
   * @param run the run with the model
   * @param attacks what searches
   * @param images on how many test images, at most all
   * @return its row, if as many images of the same weights were attacked
   */
  public Optional<Row> row(Run run, List<Attack> attacks, int images) {
    int wanted = Math.min(images, run.samples().size());
    return rows.stream()
        .filter(row -> row.isOf(run, attacks) && row.images() >= wanted)
        .findFirst();
  }

  /**
   * Adds a row, in the place of an older one of the same model and attacks, and writes the file.
   *
   * @param run the run with the model
   * @param attacks what searched
   * @param found what came of it
   * @param broken how many broken certificates a fresh process found broken too
   * @return the record with the row
   */
  public ZooAttackRecord with(Run run, List<Attack> attacks, ZooAttack found, int broken) {
    List<Row> all = new ArrayList<>(rows);
    all.removeIf(row -> row.isOf(run, attacks));
    all.add(
        new Row(
            run.recordName(),
            weightsOf(run),
            text(attacks),
            found.images(),
            found.certified(),
            Text.of("%.2f", Math.ceil(found.closest() * 100) / 100),
            broken));
    ZooAttackRecord added = new ZooAttackRecord(file, List.copyOf(all));
    added.save();
    return added;
  }

  /**
   * Writes the file; called before the work too, so that a file that cannot be written costs none.
   */
  public void save() {
    RecordFiles.writeCsv(file, Row.class, rows);
  }

  private static String weightsOf(Run run) {
    return run.record().network().weightsSha256();
  }

  private static String text(List<Attack> attacks) {
    return attacks.stream().map(Attack::toString).collect(Collectors.joining("; "));
  }
}
