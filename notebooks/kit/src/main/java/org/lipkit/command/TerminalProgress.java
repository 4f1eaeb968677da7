package org.lipkit.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.lipkit.data.Dataset;
import org.lipkit.text.Text;
import org.lipkit.train.TrainingListener;

/** Progress in a terminal: one bar per part of the work, with the time left. */
final class TerminalProgress implements TrainingListener, AutoCloseable {

  private final String title;
  private final PrintWriter out;
  private String part = "";
  private long last;
  private ProgressBar bar;

  /**
   * Shows nothing yet.
   *
   * @param title what is being worked on
   * @param out where the data set is named before anything is done with it
   */
  TerminalProgress(String title, PrintWriter out) {
    this.title = title;
    this.out = out;
  }

  @Override
  public void waiting(String folder) {
    out.println("Another program is at work in " + folder + "; this one goes on when that ends.");
    out.flush();
  }

  @Override
  public void opened(Dataset data) {
    out.printf(
        Locale.ROOT,
        "%s on %s, %,d training and %,d test images%n",
        title,
        data.title(),
        data.train().size(),
        data.test().size());
    out.flush();
  }

  @Override
  public void stepEnded(long done, long total, double loss) {
    show("training", done, total);
    bar.setExtraMessage(Text.of("loss %.4f", loss));
  }

  @Override
  public void certified(int done, int total) {
    show("certifying", done, total);
  }

  @Override
  public void attacked(String attack, int done, int total) {
    show(attack, done, total);
  }

  void checked(int done, int total) {
    show("checking", done, total);
  }

  /**
   * A part that is not the one shown, or begins again, gets a bar of its own. Its time left is told
   * from what is done after this.
   */
  private void show(String now, long done, long total) {
    if (!now.equals(part) || done <= last) {
      close();
      part = now;
      bar =
          new ProgressBarBuilder()
              .setTaskName(title + ", " + part)
              .setInitialMax(total)
              .startsFrom(done, Duration.ZERO)
              .setUpdateIntervalMillis(2000)
              .setStyle(ProgressBarStyle.ASCII)
              .build();
    }
    last = done;
    bar.stepTo(done);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
