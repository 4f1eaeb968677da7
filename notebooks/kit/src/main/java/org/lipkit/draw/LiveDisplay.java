package org.lipkit.draw;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.lipkit.text.Text;

/**
 * A place below the running cell whose content can be replaced, for the progress of something long.
 *
 * <p>Updates may come at any rate: a notebook shows at most five per second; where nothing can be
 * replaced, one line is printed every ten seconds. {@link #close} always shows the latest update.
 */
public final class LiveDisplay implements AutoCloseable {

  private static final long REPLACE_EVERY_MS = 200;
  private static final long PRINT_EVERY_MS = 10_000;

  private final LongSupplier millis;
  private Kernel.Shown shown;
  private boolean prints;
  private long lastAt;
  private String latest;
  private String visible;

  private LiveDisplay(LongSupplier millis) {
    this.millis = millis;
  }

  /** {@return an empty display; its place is where the first update appears} */
  public static LiveDisplay create() {
    return create(() -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  }

  static LiveDisplay create(LongSupplier millis) {
    return new LiveDisplay(millis);
  }

  /**
   * Replaces what is shown by a piece of HTML, at once or with one of the next updates.
   *
   * @param html must make sense without its tags too
   */
  public synchronized void update(String html) {
    latest = html;
    long wait = prints ? PRINT_EVERY_MS : REPLACE_EVERY_MS;
    if (visible == null || millis.getAsLong() - lastAt >= wait) {
      showLatest();
    }
  }

  /**
   * Replaces what is shown by a progress bar.
   *
   * @param fraction how much is done, from 0 to 1
   * @param message what is being done, how well and how long it still takes; plain text
   */
  public void update(double fraction, String message) {
    double done = Math.max(0, Math.min(1, fraction));
    update(
        Text.of(
            "<div style=\"font:14px/1.5 sans-serif\"><progress max=\"1\" value=\"%.4f\""
                + " style=\"width:14em;vertical-align:middle\"></progress> %3.0f %% %s</div>",
            done, 100 * done, Html.escape(message)));
  }

  /** Shows the latest update if it is not on the screen yet. */
  @Override
  public synchronized void close() {
    if (latest != null && !latest.equals(visible)) {
      showLatest();
    }
  }

  private void showLatest() {
    if (shown == null && !prints) {
      shown = Kernel.show(latest, "text/html").orElse(null);
      prints = shown == null;
    } else if (!prints) {
      prints = !shown.replace(latest, "text/html");
    }
    if (prints) {
      System.out.println(Show.text(latest));
    }
    visible = latest;
    lastAt = millis.getAsLong();
  }
}
