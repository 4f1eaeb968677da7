package org.lipkit.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.lipkit.draw.Charts.Curve;
import org.lipkit.draw.Hue;
import org.lipkit.draw.LineChart;
import org.lipkit.experiment.Run;

/**
 * A chart of runs with the axes of your choice: one point per run that was trained to the end, one
 * colour per name.
 *
 * <pre>{@code
 * RunChart.of(runs)
 *     .by(run -> run.experiment().loss())
 *     .x("parameters", run -> run.record().network().parameters())
 *     .y("VRA at 0.3, %", run -> 100 * run.estimated().at(0.3))
 *     .points("Size and VRA")
 * }</pre>
 */
public final class RunChart {

  private final List<Run> runs;
  private Function<Run, String> name = RunTable::label;
  private String xTitle = "";
  private String yTitle = "";
  private ToDoubleFunction<Run> x = run -> Double.NaN;
  private ToDoubleFunction<Run> y = run -> Double.NaN;

  private RunChart(List<Run> runs) {
    this.runs = runs;
  }

  /**
   * {@return a chart without axes}
   *
   * @param runs the runs; those that diverged are left out
   */
  public static RunChart of(List<Run> runs) {
    return new RunChart(runs);
  }

  /**
   * Gives runs of the same name the same colour.
   *
   * @param group the name of a run, for the legend; without it every run has its label
   * @return this chart
   */
  public RunChart by(Function<Run, String> group) {
    name = group;
    return this;
  }

  /**
   * Sets what is along the horizontal axis.
   *
   * @param title what it is and in what unit
   * @param ofRun the number of a run; a run with NaN is left out
   * @return this chart
   */
  public RunChart x(String title, ToDoubleFunction<Run> ofRun) {
    xTitle = title;
    x = ofRun;
    return this;
  }

  /**
   * Sets what is along the vertical axis.
   *
   * @param title what it is and in what unit
   * @param ofRun the number of a run; a run with NaN is left out
   * @return this chart
   */
  public RunChart y(String title, ToDoubleFunction<Run> ofRun) {
    yTitle = title;
    y = ofRun;
    return this;
  }

  /**
   * Draws one line per name through the points of its runs, in the order of the runs.
   *
   * @param title above the picture; it says so where data were made up
   * @return the picture
   */
  public BufferedImage lines(String title) {
    LineChart chart = LineChart.of(xTitle, yTitle);
    curves().forEach(chart::curve);
    return chart.draw(RunTable.titled(title, runs));
  }

  /**
   * Draws one point per run.
   *
   * @param title above the picture; it says so where data were made up
   * @return the picture
   */
  public BufferedImage points(String title) {
    LineChart chart = LineChart.of(xTitle, yTitle);
    curves().forEach(chart::points);
    return chart.draw(RunTable.titled(title, runs));
  }

  /** The points by name. */
  List<Curve> curves() {
    Map<String, List<double[]>> points = new LinkedHashMap<>();
    Map<String, Hue> hues = new HashMap<>();
    for (Run run : runs) {
      if (run.isComplete()) {
        double[] point = {x.applyAsDouble(run), y.applyAsDouble(run)};
        if (!Double.isNaN(point[0] + point[1])) {
          points.computeIfAbsent(name.apply(run), key -> new ArrayList<>()).add(point);
          hues.putIfAbsent(name.apply(run), Hues.of(run));
        }
      }
    }
    return points.entrySet().stream()
        .map(
            entry ->
                new Curve(
                    entry.getKey(),
                    entry.getValue().stream().mapToDouble(point -> point[0]).toArray(),
                    entry.getValue().stream().mapToDouble(point -> point[1]).toArray(),
                    hues.get(entry.getKey())))
        .toList();
  }
}
