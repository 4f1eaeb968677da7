package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lipkit.catalogue.Catalogue;

class SeedGroupTest {

  private static Run run(String name, double seconds, RunRecord.Status status) {
    Experiment experiment = Catalogue.get(name, RunScale.SMOKE);
    RunRecord record =
        new RunRecord(
            experiment,
            new DataOrigin(true, "", new Inputs(1, 1, 1, 2), 1, 0, Map.of()),
            new RunRecord.Outcome(status, null, "", 0, seconds, 0),
            new RunRecord.Network(1, 1, null, null),
            new Provenance(Map.of(), ""),
            List.of(),
            null);
    return new Run(Path.of(name), record, List.of(), List.of());
  }

  private static double seconds(Run run) {
    return run.record().outcome().trainingSeconds();
  }

  @Test
  void groupsSeedsAndLeavesDivergedRunsOut() {
    RunRecord.Status complete = RunRecord.Status.COMPLETE;
    RunRecord.Status diverged = RunRecord.Status.DIVERGED;
    List<SeedGroup> groups =
        SeedGroup.of(
            List.of(
                run("losses-cifar10-emma-1", 1, complete),
                run("losses-cifar10-lmt-1", 7, diverged),
                run("losses-cifar10-emma-2", 5, complete),
                run("losses-cifar10-emma-3", 100, diverged)));
    assertEquals(List.of(3, 1), groups.stream().map(group -> group.runs().size()).toList());
    SeedGroup emma = groups.get(0);
    assertEquals(2, emma.complete().size());
    assertEquals(3, emma.mean(SeedGroupTest::seconds));
    assertEquals(4, emma.spread(SeedGroupTest::seconds));
    assertTrue(Double.isNaN(groups.get(1).mean(run -> 1)));
    assertTrue(Double.isNaN(groups.get(1).spread(run -> 1)));
  }
}
