package org.lipkit.view;

import java.time.Duration;
import java.util.Locale;
import org.lipkit.draw.LiveDisplay;
import org.lipkit.train.TrainingListener;

/** Training progress below a notebook cell: a bar with the time left and the last loss. */
public final class NotebookProgress implements TrainingListener, AutoCloseable {

  private final String name;
  private final LiveDisplay display = LiveDisplay.create();
  private final long started = System.nanoTime();
  private long first = -1;

  /**
   * Prepares the display.
   *
   * @param name what is being trained
   */
  public NotebookProgress(String name) {
    this.name = name;
  }

  @Override
  public void stepEnded(long done, long total, double loss) {
    if (first < 0) {
      first = done - 1;
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    long left = Math.round(seconds / (done - first) * (total - done));
    display.update(
        done / (double) total,
        String.format(Locale.ROOT, "%s: loss %.3f, %s left", name, loss, clock(left)));
  }

  @Override
  public void certified(int done, int total) {
    display.update(
        done / (double) total,
        String.format(Locale.ROOT, "%s: %,d of %,d samples certified", name, done, total));
  }

  @Override
  public void attacked(String attack, int done, int total) {
    display.update(
        done / (double) total,
        String.format(Locale.ROOT, "%s, %s: %,d of %,d samples", name, attack, done, total));
  }

  private static String clock(long seconds) {
    Duration time = Duration.ofSeconds(seconds);
    return time.toHours() > 0
        ? String.format("%d h %02d min", time.toHours(), time.toMinutesPart())
        : String.format("%d:%02d min", time.toMinutes(), time.toSecondsPart());
  }

  @Override
  public void close() {
    display.close();
  }
}
