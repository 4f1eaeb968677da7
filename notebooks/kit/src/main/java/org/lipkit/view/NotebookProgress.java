package org.lipkit.view;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.lipkit.data.Dataset;
import org.lipkit.draw.Html;
import org.lipkit.draw.LiveDisplay;
import org.lipkit.text.Text;
import org.lipkit.train.TrainingListener;

/** Training progress below a notebook cell: a bar with the time left and the last loss. */
public final class NotebookProgress implements TrainingListener, AutoCloseable {

  private static final double SECONDS_TO_TELL = 5;

  private final String name;
  private final LiveDisplay display = LiveDisplay.create();
  private final LongSupplier nanos;
  private long first = -1;
  private long started;

  /**
   * Prepares the display.
   *
   * @param name what is being trained
   */
  public NotebookProgress(String name) {
    this(name, System::nanoTime);
  }

  NotebookProgress(String name, LongSupplier nanos) {
    this.name = name;
    this.nanos = nanos;
  }

  @Override
  public void waiting(String folder) {
    say("another program is at work in " + folder + "; the cell goes on when that ends.");
  }

  @Override
  public void opened(Dataset data) {
    System.out.println(
        Text.of(
            "%s on %s, %,d training and %,d test images",
            name, data.title(), data.train().size(), data.test().size()));
  }

  @Override
  public void stepEnded(long done, long total, double loss) {
    if (first < 0) {
      first = done;
      started = nanos.getAsLong();
    }
    display.update(
        done / (double) total, Text.of("%s: loss %.3f%s", name, loss, timeLeft(done, total)));
  }

  /** From the steps after the first, which is slow, once they took long enough to tell. */
  private String timeLeft(long done, long total) {
    double seconds = (nanos.getAsLong() - started) / 1e9;
    if (seconds < SECONDS_TO_TELL) {
      return "";
    }
    return ", " + clock(Math.round(seconds / (done - first) * (total - done))) + " left";
  }

  @Override
  public void certified(int done, int total) {
    display.update(
        done / (double) total, Text.of("%s: %,d of %,d samples certified", name, done, total));
  }

  @Override
  public void attacked(String attack, int done, int total) {
    display.update(
        done / (double) total, Text.of("%s, %s: %,d of %,d samples", name, attack, done, total));
  }

  /**
   * Puts a sentence in the place of the bar.
   *
   * @param sentence plain text
   */
  public void say(String sentence) {
    display.update(Html.escape(name + ": " + sentence));
  }

  private static String clock(long seconds) {
    Duration time = Duration.ofSeconds(seconds);
    return time.toHours() > 0
        ? Text.of("%d h %02d min", time.toHours(), time.toMinutesPart())
        : Text.of("%d:%02d min", time.toMinutes(), time.toSecondsPart());
  }

  @Override
  public void close() {
    display.close();
  }
}
