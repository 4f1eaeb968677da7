package org.lipkit.command;

import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.lipkit.train.TrainingListener;

/** Training progress in a terminal: a bar with the time left. */
public final class TerminalProgress implements TrainingListener, AutoCloseable {

  private final String title;
  private ProgressBar bar;

  /**
   * Prepares the display.
   *
   * @param title what is being trained
   */
  public TerminalProgress(String title) {
    this.title = title;
  }

  @Override
  public void stepEnded(long done, long total, double loss) {
    if (bar == null) {
      bar = open(title, total, done - 1);
    }
    bar.stepTo(done);
    bar.setExtraMessage(String.format("loss %.4f", loss));
  }

  @Override
  public void certified(int done, int total) {
    if (done == total) {
      System.err.printf("%s: %d samples certified%n", title, total);
    }
  }

  @Override
  public void attacked(String attack, int done, int total) {
    if (done == total) {
      System.err.printf("%s: %d samples, %s done%n", title, total, attack);
    }
  }

  private static ProgressBar open(String title, long total, long done) {
    return new ProgressBarBuilder()
        .setTaskName(title)
        .setInitialMax(total)
        .startsFrom(done, Duration.ZERO)
        .setUpdateIntervalMillis(2000)
        .setStyle(ProgressBarStyle.ASCII)
        .build();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
