package org.lipkit.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

class TicksTest {

  private static String text(String pattern, double value) {
    return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT)).format(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0; 1; 0.3333333333333333; 0.333",
        "0; 0.141; 0.07058823529411765; 0.0706",
        "0; 60; 30; 30",
        "0; 119; 1.25; 1.25",
        "0; 250000; 119999.99999999999; 120,000",
        "0.001; 0.0010001; 0.00100005; 1.00005E-3",
        "1000000; 1000002; 1000000.5; 1,000,000.5",
        "0; 3e-12; 1.2345678901e-12; 1.235E-12",
        "5e11; 8e11; 612345678901; 6.123E11",
        "2; 2; 2; 2"
      })
  void numbersOfAnAxisAreRounded(double least, double most, double value, String shown) {
    assertEquals(shown, text(Ticks.linear(least, most), value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0.001; 10; 0.001; 0.001",
        "1; 1e6; 100000; 100,000",
        "1e-12; 1; 1e-10; 1E-10",
        "1e12; 1e15; 1e13; 1E13"
      })
  void numbersOfALogarithmicAxisArePowersOfTen(
      double least, double most, double value, String shown) {
    assertEquals(shown, text(Ticks.logarithmic(least, most), value));
  }

  /** XChart puts the numbers of an axis at the data where these are equally far apart. */
  @Test
  void noNumberOfAChartHasManyDigits() {
    XYChart curve = new XYChartBuilder().width(640).height(380).build();
    curve.addSeries("s", new double[] {1 / 3.0, 2 / 3.0, 1}, new double[] {1e5 / 7, 3e5, 7e5});
    CategoryChart bars = new CategoryChartBuilder().width(640).height(380).build();
    bars.addSeries("s", List.of("a", "b"), List.of(1 / 3.0, 1 / 7.0));
    Ticks.round(curve);
    Ticks.round(bars);
    assertEquals("0.3333", text(curve.getStyler().getXAxisDecimalPattern(), 1 / 3.0));
    assertEquals("14,286", text(curve.getStyler().getYAxisDecimalPattern(), 1e5 / 7));
    String bar = text(bars.getStyler().getYAxisDecimalPattern(), 1 / 7.0);
    assertTrue(bar.length() <= 6, bar);
  }
}
