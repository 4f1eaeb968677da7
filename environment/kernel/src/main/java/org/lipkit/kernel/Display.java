package org.lipkit.kernel;

import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.UUID;
import javax.imageio.ImageIO;

/** Shows things below the running cell. The library looks this class up by name. */
public final class Display {

  private static final String PNG = "image/png";

  private static volatile Screen screen = (data, update) -> {};

  /** Where displays go. */
  @FunctionalInterface
  interface Screen {
    /** Shows the data as a new display, or in place of the one with the same id. */
    void show(DisplayData data, boolean update);
  }

  private Display() {}

  static void connect(Screen target) {
    screen = target;
  }

  /**
   * Shows a value below the running cell.
   *
   * @param value an image if the type is {@code image/png}, else anything whose text is shown
   * @param mime how the front end shall read it, for example {@code text/html}
   * @return the display's id, with which it can be updated
   */
  public static String display(Object value, String mime) {
    String id = UUID.randomUUID().toString();
    screen.show(data(id, value, mime), false);
    return id;
  }

  /**
   * Puts a value in the place of one shown earlier.
   *
   * @param id what {@link #display} returned
   * @param value as in {@link #display}
   * @param mime as in {@link #display}
   */
  public static void update(String id, Object value, String mime) {
    screen.show(data(id, value, mime), true);
  }

  private static DisplayData data(String id, Object value, String mime) {
    DisplayData data = new DisplayData();
    data.putData(mime, mime.equals(PNG) ? png(value) : String.valueOf(value));
    data.setDisplayId(id);
    return data;
  }

  /** A cell's value as Jupyter shows it: images as pictures, all else as its text. */
  static DisplayData result(Object value) {
    DisplayData data = new DisplayData();
    if (value instanceof RenderedImage) {
      data.putData(PNG, png(value));
    } else {
      data.putText(String.valueOf(value));
    }
    return data;
  }

  private static String png(Object value) {
    if (!(value instanceof RenderedImage image)) {
      throw new IllegalArgumentException(
          "Only an image can be shown as image/png, not "
              + (value == null ? null : value.getClass())
              + "; pass a BufferedImage or another type.");
    }
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
      ImageIO.write(image, "png", bytes);
      return Base64.getEncoder().encodeToString(bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
