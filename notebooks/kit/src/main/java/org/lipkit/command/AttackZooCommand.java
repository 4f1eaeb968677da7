package org.lipkit.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lipkit.attack.Attack;
import org.lipkit.experiment.RecordFiles;
import org.lipkit.experiment.Run;
import org.lipkit.pitfall.ZooAttack;
import org.lipkit.pitfall.ZooAttackRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Attacks certified samples of recorded models; what breaks is computed anew in a new process. */
@Command(
    name = "attack-zoo",
    description = {
      "Attacks certified samples of the recorded models; no attack may end within a radius.",
      "A broken certificate is computed anew in a fresh process, and counts if it is broken there.",
      "With --record, an interrupted command goes on with the next model when it is called again."
    },
    exitCodeList = {
      "0:no certificate is broken",
      "1:the work failed; one sentence says why",
      "2:the command line is wrong",
      "4:a certificate is broken"
    },
    footer = {
      "  environment/lipkit attack-zoo",
      "  environment/lipkit attack-zoo --images 200 notebooks/results/mnist-2c2f-emma/laptop",
      "  environment/lipkit attack-zoo --quick --images 10000 --record build/attacks.csv"
    })
final class AttackZooCommand implements Callable<Integer> {

  private static final int BROKEN = 4;

  @Parameters(
      arity = "0..*",
      paramLabel = "FOLDER",
      description = "folders of runs (default: all recorded runs with weights)")
  private List<Path> folders = List.of();

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "50",
      description = "how many test images of each, evenly spaced (default: 50)")
  private int images;

  @Option(
      names = "--quick",
      description = "only DeepFool towards three rivals, in about a tenth of the time")
  private boolean quick;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description =
          "add one row per model to this CSV file; a model is passed over if the file has a row of as many images")
  private Path record;

  @Option(names = "--recheck", hidden = true, description = "a file that a broken sample is in")
  private Path recheck;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (recheck != null) {
      ZooAttack.Broken broken = RecordFiles.readJson(recheck, ZooAttack.Broken.class);
      return ZooAttack.isBroken(folders.get(0), broken) ? BROKEN : 0;
    }
    if (record != null) {
      ZooAttackRecord.load(record).save();
    }
    boolean broken = false;
    if (folders.isEmpty()) {
      folders = ZooCommand.models().stream().map(Run::folder).toList();
    }
    for (Path folder : folders) {
      broken |= attack(folder);
    }
    return broken ? BROKEN : 0;
  }

  private boolean attack(Path folder) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Run run = Run.load(folder);
    List<Attack> attacks = quick ? ZooAttack.QUICK : ZooAttack.THOROUGH;
    if (record != null) {
      Optional<ZooAttackRecord.Row> known = ZooAttackRecord.load(record).row(run, attacks, images);
      if (known.isPresent()) {
        int broken = known.get().broken();
        out.printf(
            Locale.ROOT, "%s: attacked already, %d broken, see %s%n", folder, broken, record);
        return broken > 0;
      }
    }
    ZooAttack found;
    try (TerminalProgress progress = new TerminalProgress(run.experiment().name(), out)) {
      found = ZooAttack.of(run, images, attacks, progress);
    }
    int confirmed = 0;
    for (ZooAttack.Broken broken : found.broken()) {
      confirmed += isBrokenElsewhere(folder, broken) ? 1 : 0;
    }
    out.printf(
        Locale.ROOT,
        "%s: %d of %d test images are certified, the radius is at most %.2f of the nearest distance"
            + " found; %d broken, %d of them in a fresh process too%n",
        folder,
        found.certified(),
        found.images(),
        found.closest(),
        found.broken().size(),
        confirmed);
    out.flush();
    if (record != null) {
      ZooAttackRecord.load(record).with(run, attacks, found, confirmed);
    }
    return confirmed > 0;
  }

  /** Asks a process that is started as this one was. */
  private static boolean isBrokenElsewhere(Path folder, ZooAttack.Broken broken)
      throws InterruptedException {
    try {
      Path file = Files.createTempFile("broken", ".json");
      try {
        RecordFiles.writeJson(file, broken);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("java.class.path");
        List<String> command = new ArrayList<>(List.of(java));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", classes, Lipkit.class.getName()));
        command.addAll(List.of("attack-zoo", "--recheck", file.toString(), folder.toString()));
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (code != 0 && code != BROKEN) {
          throw new IllegalStateException(
              "Sample " + broken.index() + " of " + folder + " could not be computed anew.");
        }
        return code == BROKEN;
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
