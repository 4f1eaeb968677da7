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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.lipkit.cost.Measurement.Work;
import org.lipkit.cost.OperatorTime;
import org.openjdk.jmh.util.ListStatistics;

/** Which of the engine's operators a step or a forward pass spends its time in. */
final class Profile {

  private static final List<Work> WORKS =
      List.of(Work.PLAIN_STEP, Work.CERTIFIED_STEP_10, Work.FLOOR_FORWARD, Work.FORWARD);
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

    /** The operator without the engine's prefix: it writes some operators in both ways. */
    String operator() {
      return name.replaceFirst(ENGINES_PREFIX, "");
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
   * The profile, by the engine's own profiler, of a plain and of a certified step in each
   * precision, of a forward pass in evaluation, and of the products of that pass alone. These take
   * turns as in {@link TaskBenchmark}, and each is done once before it is profiled. An operator's
   * calls and time are their medians over the rounds.
   *
   * @param network the network
   * @param quick whether this is only a check that it works
   * @param bfloat16 whether the steps are profiled in mixed precision too
   * @return a row per operator, the longest of each step first
   * @throws IOException if the profiler's file cannot be written or read
   */
  static List<OperatorTime> of(Network network, boolean quick, boolean bfloat16)
      throws IOException {
    Map<Schedule.Task, List<Map<String, Own>>> rounds = new LinkedHashMap<>();
    try (Workbench workbench = new Workbench(network, network.batch(quick))) {
      for (int round = 0; round < network.rounds(quick); round++) {
        for (Schedule.Task task : Schedule.tasks(WORKS, bfloat16).toList()) {
          workbench.run(task);
          rounds
              .computeIfAbsent(task, each -> new ArrayList<>())
              .add(own(profiled(workbench, task)));
        }
      }
    }
    List<OperatorTime> rows = new ArrayList<>();
    rounds.forEach(
        (task, found) ->
            found.stream()
                .flatMap(round -> round.keySet().stream())
                .distinct()
                .map(operator -> row(network, network.batch(quick), task, operator, found))
                .sorted(Comparator.comparing(OperatorTime::millis).reversed())
                .forEach(rows::add));
    return rows;
  }

  private static List<Call> profiled(Workbench workbench, Schedule.Task task) throws IOException {
    Path file = Files.createTempFile("lipkit-profile", ".json");
    try {
      JniUtils.startProfile(false, false, false);
      try {
        workbench.run(task);
      } finally {
        JniUtils.stopProfile(file.toString());
      }
      return read(file);
    } finally {
      Files.delete(file);
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
                all.merge(running.peek().operator(), new Own(0, -call.duration()), Own::and);
              }
              all.merge(call.operator(), new Own(1, call.duration()), Own::and);
              running.push(call);
            });
  }

  private static OperatorTime row(
      Network network,
      int batch,
      Schedule.Task task,
      String operator,
      List<Map<String, Own>> rounds) {
    return new OperatorTime(
        network.model(),
        batch,
        task.precision(),
        task.work(),
        operator,
        median(rounds, operator, Own::calls),
        median(rounds, operator, Own::micros) / 1000);
  }

  /** The median over the rounds, where 0 stands for those without the operator. */
  static double median(
      List<Map<String, Own>> rounds, String operator, ToDoubleFunction<Own> number) {
    double[] numbers =
        rounds.stream()
            .map(round -> round.getOrDefault(operator, new Own(0, 0)))
            .mapToDouble(number)
            .toArray();
    return new ListStatistics(numbers).getPercentile(50);
  }
}
