package org.lipkit.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lipkit.benchmark.Schedule.Task;
import org.lipkit.cost.Measurement;
import org.lipkit.cost.Measurement.Work;

class SummaryTest {

  @Test
  void everyRoundDoesEveryTaskAndHasWhatItIsComparedWith() {
    for (Network network : Network.values()) {
      Schedule schedule = Schedule.of(network, false, true);
      List<Task> round = schedule.warmUp();
      assertEquals(round, schedule.measured().subList(round.size(), 2 * round.size()));
      assertEquals(schedule.warmUp().size() + schedule.measured().size(), schedule.all().count());
      for (Task task : schedule.measured()) {
        assertTrue(round.contains(new Task(task.work().plain(), task.mixed())), task::toString);
        assertTrue(round.contains(new Task(task.work().floor(), task.mixed())), task::toString);
      }
    }
  }

  @Test
  void withoutBfloat16EveryTaskIsInFloat32() {
    Schedule schedule = Schedule.of(Network.C2F2, false, false);
    assertTrue(schedule.all().noneMatch(Task::mixed));
    List<Task> both = Schedule.of(Network.C2F2, false, true).warmUp();
    assertEquals(both.stream().filter(task -> !task.mixed()).toList(), schedule.warmUp());
  }

  /** A machine whose speed doubles from round to round changes no ratio. */
  @Test
  void ratiosAreThoseOfARound() {
    List<Task> tasks = Schedule.of(Network.C2F2, true, true).measured();
    int round = Schedule.of(Network.C2F2, true, true).warmUp().size();
    List<Double> millis =
        IntStream.range(0, tasks.size())
            .mapToObj(i -> (1 + i % round) * Math.pow(2, i / round))
            .toList();
    List<Measurement> rows = Summary.of(Network.C2F2, 32, tasks, millis, millis);
    Measurement floor = row(rows, Work.FLOOR_STEP);
    Measurement plain = row(rows, Work.PLAIN_STEP);
    assertEquals(2, plain.toFloor());
    assertEquals(0.5, floor.toPlain());
    assertEquals(1, plain.toPlain());
    assertEquals(3, plain.times());
    assertEquals(2 * (1 + 2 + 4) / 3.0, plain.millis(), 1e-12);
    assertEquals(2 * 4, plain.peakMebibytes());
    Measurement once = row(rows, Work.BOUND_SOUND);
    assertEquals(1, once.times());
    assertNull(once.error());
    assertEquals(once.millis() / plain.millis(), once.toPlain());
  }

  private static Measurement row(List<Measurement> rows, Work work) {
    return rows.stream()
        .filter(row -> row.what() == work && row.precision().equals(Measurement.FLOAT32))
        .findFirst()
        .orElseThrow();
  }
}
