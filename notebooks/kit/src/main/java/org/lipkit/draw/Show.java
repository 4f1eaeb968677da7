package org.lipkit.draw;

import java.awt.image.BufferedImage;
import java.util.Locale;
import org.knowm.xchart.internal.chartpart.Chart;
import tech.tablesaw.api.Table;

/**
 * Shows things below the running notebook cell, in any Java kernel. Outside a notebook each method
 * prints text instead.
 */
public final class Show {

  private Show() {}

  /**
   * Shows a piece of HTML; outside a notebook its text without the tags.
   *
   * @param html a piece of HTML
   */
  public static void html(String html) {
    if (Kernel.show(html, "text/html").isEmpty()) {
      System.out.println(text(html));
    }
  }

  /**
   * Shows a picture. Outside a notebook its size is printed instead.
   *
   * @param image the picture
   */
  public static void image(BufferedImage image) {
    if (Kernel.show(image, "image/png").isEmpty()) {
      System.out.printf(
          Locale.ROOT, "[picture of %d x %d pixels]%n", image.getWidth(), image.getHeight());
    }
  }

  /**
   * Shows a table as {@link Tables#html} writes it; outside a notebook as aligned text.
   *
   * @param table the table
   */
  public static void table(Table table) {
    if (Kernel.show(Tables.html(table), "text/html").isEmpty()) {
      System.out.println(table.printAll());
    }
  }

  /**
   * Shows any XChart chart, as sharp as those of {@link Charts}.
   *
   * @param chart of any kind
   */
  public static void chart(Chart<?, ?> chart) {
    int width = chart.getWidth();
    int height = chart.getHeight();
    image(Canvas.paint(width, height, g -> chart.paint(g, width, height)));
  }

  /**
   * {@return the readable text of a piece of HTML}
   *
   * @param html a piece of HTML
   */
  public static String text(String html) {
    return html.replaceAll("(?is)<(style|script)\\b.*?</\\1>", "")
        .replaceAll("(?i)<br\\s*/?>|</(p|div|tr|li|h[1-6]|caption|table)>", "\n")
        .replaceAll("(?i)</t[dh]>", "\t")
        .replaceAll("<[^>]*>", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
        .replaceAll("[ \\t]*\\n\\s*", "\n")
        .strip();
  }
}
