package org.lipkit.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lipkit.view.CostViews;
import tech.tablesaw.api.Table;

class ClusterCostTest {

  private static final ClusterCost WORK =
      new ClusterCost("some work", 10, List.of(3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0));

  @Test
  void oneMachineTakesTheSumAndManyTheLongestTask() {
    assertEquals(10 + 31, WORK.seconds(1));
    assertEquals(10 + 9, WORK.seconds(8));
    assertEquals(10 + 9, WORK.seconds(100));
    assertThrows(IllegalArgumentException.class, () -> WORK.seconds(0));
  }

  /** Graham's bounds of list scheduling. */
  @Test
  void noneWaitsWhileThereIsATask() {
    for (int machines = 1; machines < 9; machines++) {
      double seconds = WORK.seconds(machines) - 10;
      assertTrue(seconds >= Math.max(9, 31.0 / machines), "at " + machines);
      assertTrue(seconds <= 31.0 / machines + 9 * (1 - 1.0 / machines) + 1e-9, "at " + machines);
    }
  }

  @Test
  void equalTasksAreTakenInRounds() {
    ClusterCost equal = new ClusterCost("equal", 0, Collections.nCopies(100, 7.0));
    IntStream.of(1, 3, 10, 99, 100)
        .forEach(n -> assertEquals(7.0 * ((100 + n - 1) / n), equal.seconds(n), 1e-9));
  }

  @Test
  void theTableHasOneColumnForEachNumberOfMachines() {
    Table table = CostViews.cluster("On a cluster", List.of(WORK), 1, 10);
    assertEquals(1, table.rowCount());
    assertEquals(
        List.of("work", "tasks", "hours on 1 machine", "hours on 10 machines"),
        table.columnNames());
  }
}
