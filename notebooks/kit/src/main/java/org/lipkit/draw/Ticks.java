package org.lipkit.draw;

import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.internal.series.AxesChartSeries;
import org.knowm.xchart.style.AxesChartStyler;

/**
 * The numbers along the axes of a chart. XChart writes up to 15 digits where it puts them at the
 * data or where an axis is very long or very short; here they have as many as tell them apart.
 */
final class Ticks {

  /** The length of an axis is this power of ten of the last digit, or less than ten times that. */
  private static final int DIGITS = 3;

  private static final int MOST_DECIMALS = 8;
  private static final double LARGE = 1e9;

  private Ticks() {}

  /** Rounds the numbers along the axes of a chart that has all its series. */
  static void round(Chart<?, ?> chart) {
    AxesChartStyler styler = (AxesChartStyler) chart.getStyler();
    if (chart instanceof XYChart) {
      double[] x =
          ends(
              chart,
              AxesChartSeries::getXMin,
              AxesChartSeries::getXMax,
              styler.getXAxisMin(),
              styler.getXAxisMax());
      styler.setXAxisDecimalPattern(
          styler.isXAxisLogarithmic() ? logarithmic(x[0], x[1]) : linear(x[0], x[1]));
    }
    double[] y =
        ends(
            chart,
            AxesChartSeries::getYMin,
            AxesChartSeries::getYMax,
            styler.getYAxisMin(),
            styler.getYAxisMax());
    styler.setYAxisDecimalPattern(linear(y[0], y[1]));
  }

  /** Returns the least and the largest of all series and of the ends that are fixed, if any. */
  private static double[] ends(
      Chart<?, ?> chart,
      ToDoubleFunction<AxesChartSeries> least,
      ToDoubleFunction<AxesChartSeries> most,
      Double... fixed) {
    double[] all =
        Stream.concat(
                Stream.of(fixed).filter(Objects::nonNull),
                chart.getSeriesCollection().stream()
                    .map(AxesChartSeries.class::cast)
                    .flatMap(s -> Stream.of(least.applyAsDouble(s), most.applyAsDouble(s))))
            .mapToDouble(Double::doubleValue)
            .filter(Double::isFinite)
            .toArray();
    return new double[] {
      DoubleStream.of(all).min().orElse(0), DoubleStream.of(all).max().orElse(1)
    };
  }

  /** Returns the pattern, for DecimalFormat, of an axis with equal steps. */
  static String linear(double least, double most) {
    double size = Math.max(Math.abs(least), Math.abs(most));
    double length = most > least ? most - least : size > 0 ? size : 1;
    int decimals = DIGITS - place(length);
    if (decimals > MOST_DECIMALS || size >= LARGE) {
      return "0." + "#".repeat(Math.max(1, decimals + place(size))) + "E0";
    }
    return plain(length < 1e4 ? Math.max(2, decimals) : 0);
  }

  /** Returns the pattern of an axis between positive numbers with a step for each power of ten. */
  static String logarithmic(double least, double most) {
    int decimals = Math.max(0, -place(least));
    return decimals > MOST_DECIMALS || most >= 1e3 * LARGE ? "0.##E0" : plain(decimals);
  }

  private static int place(double value) {
    return (int) Math.floor(Math.log10(value) + 1e-9);
  }

  private static String plain(int decimals) {
    return decimals == 0 ? "#,##0" : "#,##0." + "#".repeat(decimals);
  }
}
