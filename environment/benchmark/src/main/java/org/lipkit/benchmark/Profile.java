package org.lipkit.benchmark;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.lipkit.cost.Measurement;
import org.lipkit.cost.Measurement.Work;
import org.lipkit.cost.OperatorTime;

/** Which of the engine's operators a training step spends its time in, by the engine's profiler. */
final class Profile {

  private static final List<Work> WORKS = List.of(Work.PLAIN_STEP, Work.CERTIFIED_STEP_10);
  private static final String ENGINES_PREFIX = "^aten::";

  /**
   * A call of an operator, as the profiler writes it.
   *
   * @param name the operator
   * @param thread who called it
   * @param start when it began, in microseconds
   * @param duration how long it took, in microseconds
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Call(
      String name,
      @JsonProperty("tid") String thread,
      @JsonProperty("ts") double start,
      @JsonProperty("dur") double duration) {

    double end() {
      return start + duration;
    }
  }

  /**
   * What an operator did itself.
   *
   * @param calls how often it was called
   * @param micros its time without that of the operators that it called
   */
  record Own(int calls, double micros) {

    Own and(Own other) {
      return new Own(calls + other.calls, micros + other.micros);
    }
  }

  private Profile() {}

  /**
   * The profile of a plain and of a certified step in both precisions.
   *
   * @param network the network
   * @param quick whether this is only a check that it works
   * @return a row per operator, the longest of each step first
   * @throws IOException if the profiler's file cannot be written or read
   */
  static List<OperatorTime> of(Network network, boolean quick) throws IOException {
    List<OperatorTime> rows = new ArrayList<>();
    try (Workbench workbench = new Workbench(network, network.batch(quick))) {
      for (boolean mixed : new boolean[] {false, true}) {
        for (Work work : WORKS) {
          Schedule.Task task = new Schedule.Task(work, mixed);
          int times = network.rounds(quick);
          repeat(workbench, task, times);
          Path file = Files.createTempFile("lipkit-profile", ".json");
          try {
            JniUtils.startProfile(false, false, false);
            try {
              repeat(workbench, task, times);
            } finally {
              JniUtils.stopProfile(file.toString());
            }
            own(read(file)).entrySet().stream()
                .map(entry -> row(network, quick, task, entry.getKey(), entry.getValue(), times))
                .sorted(Comparator.comparing(OperatorTime::millis).reversed())
                .forEach(rows::add);
          } finally {
            Files.delete(file);
          }
        }
      }
    }
    return rows;
  }

  private static void repeat(Workbench workbench, Schedule.Task task, int times) {
    for (int i = 0; i < times; i++) {
      workbench.run(task);
    }
  }

  private static List<Call> read(Path file) throws IOException {
    try (MappingIterator<Call> calls =
        new ObjectMapper().readerFor(Call.class).readValues(file.toFile())) {
      return calls.readAll();
    }
  }

  /** Calls nest within a thread: what an operator calls begins and ends while it runs. */
  static Map<String, Own> own(List<Call> calls) {
    Map<String, Own> all = new HashMap<>();
    calls.stream()
        .collect(Collectors.groupingBy(Call::thread))
        .values()
        .forEach(thread -> add(thread, all));
    return all;
  }

  private static void add(List<Call> thread, Map<String, Own> all) {
    Deque<Call> running = new ArrayDeque<>();
    thread.stream()
        .sorted(
            Comparator.comparingDouble(Call::start)
                .thenComparing(Comparator.comparingDouble(Call::duration).reversed()))
        .forEach(
            call -> {
              while (!running.isEmpty() && running.peek().end() <= call.start()) {
                running.pop();
              }
              if (!running.isEmpty()) {
                all.merge(running.peek().name(), new Own(0, -call.duration()), Own::and);
              }
              all.merge(call.name(), new Own(1, call.duration()), Own::and);
              running.push(call);
            });
  }

  private static OperatorTime row(
      Network network, boolean quick, Schedule.Task task, String operator, Own own, int times) {
    return new OperatorTime(
        network.model(),
        network.batch(quick),
        task.mixed() ? Measurement.MIXED : Measurement.FLOAT32,
        task.work(),
        operator.replaceFirst(ENGINES_PREFIX, ""),
        own.calls() / (double) times,
        own.micros() / 1000 / times);
  }
}
