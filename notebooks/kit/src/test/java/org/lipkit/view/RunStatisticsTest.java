package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lipkit.experiment.Epoch;
import org.lipkit.experiment.EpochCurve;
import org.lipkit.experiment.MethodComparison;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunStatistics;
import org.lipkit.experiment.Sample;
import org.lipkit.loss.Emma;
import org.lipkit.loss.Loss;
import org.lipkit.loss.Trades;

/** Statistics over runs, on the made-up records of this package. */
class RunStatisticsTest {

  private static Run run(Loss loss, long seed, float... radii) {
    return Recorded.run(Recorded.experiment(loss.toString() + seed, loss, seed), radii);
  }

  /** VRA at 0.3: 50 and 100 percent, against 0 and 50 percent. */
  private final List<Run> runs =
      List.of(
          run(new Emma(), 1, 0.1f, 0.4f),
          run(new Emma(), 2, 0.5f, 0.4f),
          run(Trades.gloro(), 1, 0.1f, 0.1f),
          run(Trades.gloro(), 2, 0.1f, 0.4f));

  @Test
  void theDifferenceOfTheMeansStandsBesideTheSpread() {
    MethodComparison found = MethodComparison.of(runs, "EMMA", "GloRo");
    assertEquals(50, found.points());
    assertEquals(50, found.spread());
    assertEquals(2, found.seeds());
    assertEquals(
        "mnist: EMMA beats GloRo by 50.00 points of estimated VRA, no more than the spread over 2"
            + " seeds, 50.00 points; z 1.0, 1.0.",
        found.toString());
    assertTrue(MethodComparison.of(runs, "GloRo", "EMMA").toString().contains("loses to"));
    assertTrue(
        MethodComparison.of(runs, "EMMA", "EMMA")
            .toString()
            .contains("EMMA ties with EMMA within"));
  }

  @Test
  void runsWithoutACommonSeedHaveNoZ() {
    List<Run> apart = List.of(runs.get(0), runs.get(3));
    assertTrue(MethodComparison.of(apart, "EMMA", "GloRo").toString().endsWith("what that means."));
  }

  @Test
  void withoutFinishedRunsThereIsNothingToCompare() {
    assertEquals(0, MethodComparison.of(runs, "EMMA", "LMT").seeds());
    assertTrue(MethodComparison.of(runs, "EMMA", "LMT").toString().startsWith("There are no"));
  }

  @Test
  void numbersThatARunDoesNotHaveAreNaN() {
    Run diverged = Recorded.diverged(Recorded.experiment("a", 1));
    assertTrue(Double.isNaN(RunStatistics.clean(diverged)));
    assertTrue(Double.isNaN(RunStatistics.certifiedVra(diverged, 0)));
    assertEquals(0.5, runs.get(0).estimatedVra());
    assertEquals(0.4f, RunStatistics.estimatedRadius(runs.get(0), 0.5));
    assertEquals(0.9f * 0.4f, RunStatistics.certifiedRadius(runs.get(0), 0.5));
  }

  @Test
  void aLeadIsMcNemarsOnTheImagesThatBothRunsHave() {
    Run all = run(new Emma(), 3, 0.1f, 0.9f, 0.1f, 0.9f, 0.1f, 0.9f, 0.1f, 0.9f);
    Run everySecond = run(new Emma(), 4, 0.9f, 0.9f, 0.9f, 0.9f);
    assertEquals(2, RunStatistics.estimatedLead(everySecond, all, 0.5));
    assertEquals(0, RunStatistics.estimatedLead(everySecond, all, 0.05));
    assertEquals(0, RunStatistics.certifiedLead(everySecond, all, 0.85));
    assertEquals(-2, RunStatistics.estimatedLead(all, everySecond, 0.5));
    Run otherLabel = Recorded.withSamples(new Sample(0, 4, 3, 1, 0.9f, 0.8f, null));
    assertThrows(
        IllegalArgumentException.class, () -> RunStatistics.estimatedLead(all, otherLabel, 0.5));
    Run diverged = Recorded.diverged(Recorded.experiment("a", 1));
    assertTrue(Double.isNaN(RunStatistics.estimatedLead(diverged, all, 0.5)));
    assertTrue(Double.isNaN(RunStatistics.certifiedLead(all, diverged, 0.5)));
  }

  @Test
  void aCurveHasTheEpochsAtWhichEveryRunHasAValue() {
    EpochCurve loss = EpochCurve.mean(runs, Epoch::loss);
    assertEquals(List.of(1.0), Arrays.stream(loss.epochs()).boxed().toList());
    assertEquals(runs.get(0).history().get(0).loss(), loss.values()[0]);
    assertTrue(EpochCurve.mean(runs, Epoch::rotation).isEmpty());
    assertTrue(EpochCurve.mean(List.of(), Epoch::loss).isEmpty());
  }
}
