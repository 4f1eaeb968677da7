package org.lipkit.draw;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;

/** One chart with its legend below it; several stand side by side under one title. */
record Figure(Chart<?, ?> chart, Legend legend) {

  private static final int HEAD = 40;
  private static final int FOOT = 8;

  /** Draws the figures from left to right. */
  static BufferedImage draw(Title title, List<Figure> figures) {
    figures.forEach(figure -> Ticks.round(figure.chart));
    int width = figures.stream().mapToInt(f -> f.chart.getWidth()).sum();
    int head = HEAD + Canvas.furtherLines(title, width);
    int chartHeight = figures.stream().mapToInt(f -> f.chart.getHeight()).max().orElse(0);
    int legendHeight =
        figures.stream().mapToInt(f -> f.legend.height(f.chart.getWidth())).max().orElse(0);
    return Canvas.paint(
        width,
        head + chartHeight + legendHeight + FOOT,
        g -> {
          Canvas.heading(g, title, width);
          g.translate(0, head);
          for (Figure figure : figures) {
            int w = figure.chart.getWidth();
            Graphics2D panel = (Graphics2D) g.create();
            figure.chart.paint(panel, w, figure.chart.getHeight());
            panel.dispose();
            figure.legend.paint(g, 0, chartHeight, w);
            g.translate(w, 0);
          }
        });
  }

  /** Gives a chart the fonts and colours of all pictures, without title and legend of its own. */
  static void style(AxesChartStyler styler) {
    styler.setLocale(Locale.ROOT);
    styler
        .setAxisTitleFont(Canvas.TEXT.deriveFont(14f))
        .setAxisTickLabelsFont(Canvas.TEXT)
        .setAxisTickMarksColor(Canvas.GREY)
        .setAxisTickLabelsColor(Canvas.INK)
        .setYAxisLabelAlignment(AxesChartStyler.TextAlignment.Right)
        .setPlotGridLinesColor(Canvas.FAINT)
        .setPlotGridLinesStroke(new BasicStroke(1));
    styler
        .setChartTitleVisible(false)
        .setLegendVisible(false)
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setChartFontColor(Canvas.INK)
        .setMarkerSize(LineChart.MARK_SIZE)
        .setPlotContentSize(0.95);
  }
}
