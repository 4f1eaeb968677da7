package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lipkit.draw.Charts.Curve;
import org.lipkit.experiment.Run;
import org.lipkit.loss.Trades;

class RunChartTest {

  private final List<Run> runs =
      List.of(
          Recorded.run(Recorded.experiment("a-1", 1), 0.1f, 0.4f),
          Recorded.run(Recorded.experiment("b", Trades.gloro(), 3), 0.1f),
          Recorded.run(Recorded.experiment("a-2", 2), 0.5f, 0.4f),
          Recorded.diverged(Recorded.experiment("c", new Trades(2), 1)));

  private RunChart chart() {
    return RunChart.of(runs)
        .by(run -> run.experiment().loss().toString())
        .x("seed", run -> run.experiment().seed())
        .y("VRA, %", run -> 100 * run.estimated().at(0.3));
  }

  @Test
  void runsOfOneNameShareALineAndDivergedOnesAreLeftOut() {
    List<Curve> curves = chart().curves();
    assertEquals(List.of("EMMA", "GloRo"), curves.stream().map(Curve::name).toList());
    assertArrayEquals(new double[] {1, 2}, curves.get(0).x());
    assertArrayEquals(new double[] {50, 100}, curves.get(0).y());
    assertArrayEquals(new double[] {3}, curves.get(1).x());
  }

  @Test
  void aRunWithoutANumberIsLeftOut() {
    assertTrue(chart().x("none", run -> Double.NaN).curves().isEmpty());
  }

  @Test
  void bothKindsAreDrawn() {
    assertTrue(chart().lines("T").getWidth() > 0);
    assertTrue(chart().points("T").getWidth() > 0);
  }
}
