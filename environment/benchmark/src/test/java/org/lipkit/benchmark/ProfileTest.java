package org.lipkit.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lipkit.benchmark.Profile.Call;
import org.lipkit.benchmark.Profile.Own;

class ProfileTest {

  /** 10 + 5 microseconds in all: what an operator calls is not counted twice. */
  @Test
  void anOperatorsTimeIsWithoutThatOfTheOnesItCalls() {
    Map<String, Own> own =
        Profile.own(
            List.of(
                new Call("copy", "1", 3, 2),
                new Call("convolution", "1", 1, 8),
                new Call("forward", "1", 0, 10),
                new Call("aten::copy", "1", 6, 1),
                new Call("fill", "1", 6, 0.5),
                new Call("copy", "2", 0, 5)));
    assertEquals(2, own.get("forward").micros());
    assertEquals(5, own.get("convolution").micros());
    assertEquals(7.5, own.get("copy").micros());
    assertEquals(3, own.get("copy").calls());
    assertEquals(0.5, own.get("fill").micros());
    assertTrue(own.values().stream().allMatch(each -> each.micros() > 0));
  }

  @Test
  void anOperatorThatMostRoundsLackHasTheMedianZero() {
    List<Map<String, Own>> rounds =
        List.of(Map.of("add", new Own(2, 3)), Map.of("add", new Own(4, 9)), Map.of());
    assertEquals(3, Profile.median(rounds, "add", Own::micros));
    assertEquals(2, Profile.median(rounds, "add", Own::calls));
    rounds = List.of(Map.of("add", new Own(2, 3)), Map.of(), Map.of());
    assertEquals(0, Profile.median(rounds, "add", Own::micros));
  }
}
