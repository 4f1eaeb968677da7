package org.lipkit.experiment;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.ToIntFunction;
import org.lipkit.attack.Against;
import org.lipkit.attack.Attack;
import org.lipkit.attack.Attacked;
import org.lipkit.attack.Attacker;
import org.lipkit.attack.CarliniWagner;
import org.lipkit.attack.DeepFool;
import org.lipkit.attack.LipschitzLowerBound;
import org.lipkit.attack.Victim;
import org.lipkit.certify.Certificate;
import org.lipkit.data.Images;
import org.lipkit.tensor.FileLock;
import org.lipkit.tensor.Tensors;
import org.lipkit.train.TrainingListener;

/**
 * Attacks finished runs with their saved weights: DeepFool and Carlini-Wagner on some test samples,
 * spread evenly over the split, and the chain of four radii on a part of these.
 */
public final class RunAttacker {

  private static final String ATTACKS = "attacks.csv";
  private static final String CHAIN = "chain.csv";

  /** A tenth of the published steps, at the larger rate that suits them. */
  private static final CarliniWagner CARLINI_WAGNER = new CarliniWagner(150, 6, 0.05, 0.1);

  private static final LipschitzLowerBound PAIRS = new LipschitzLowerBound(100, 0.02, 0.1);
  private static final int BATCH = 50;

  private final Run run;
  private final Images images;
  private final Victim victim;
  private final TrainingListener listener;

  private RunAttacker(Run run, Images images, Victim victim, TrainingListener listener) {
    this.run = run;
    this.images = images;
    this.victim = victim;
    this.listener = listener;
  }

  /**
   * Attacks a run, or returns what is recorded already. Otherwise {@code attacks.csv} and {@code
   * chain.csv} are written and the distances added to {@code samples.csv}.
   *
   * @param run the run, with its weights and certificates
   * @param listener hears of the progress
   * @return the run and what was found
   * @throws IllegalArgumentException if a file is missing or damaged
   * @throws IllegalStateException if an image within a certified radius is classified differently,
   *     so that the certificate is void, if the run has no certificates or its test images are not
   *     on this machine, or if another program is writing to its folder
   * @throws CancellationException if the thread is interrupted
   */
  @SuppressWarnings("try") // the lock is held, not used
  public static AttackedRun attack(Run run, TrainingListener listener) {
    boolean smoke = run.experiment().scale() == RunScale.SMOKE;
    int attacked = Math.min(smoke ? 10 : 200, run.samples().size());
    int chained = Math.min(smoke ? 2 : 50, attacked);
    Run now = run;
    if (!Files.exists(run.folder().resolve(CHAIN))) {
      try (FileLock lock = Run.lock(run.folder());
          NDManager manager = Tensors.newManager()) {
        now = run.reloaded(); // nobody else writes from here on
        if (!Files.exists(run.folder().resolve(CHAIN))) {
          Images images = now.testImages().evenlySpaced(attacked);
          Victim victim = Victim.of(now.classifier(manager));
          new RunAttacker(now, images, victim, listener).attack(chained);
          now = run.reloaded();
        }
      }
    }
    return AttackedRun.of(
        now,
        read(run, ATTACKS, AttackedSample.class, AttackedSample::index, attacked),
        read(run, CHAIN, RadiusChain.class, RadiusChain::index, chained));
  }

  /** The rows of a file, which must be about an evenly spaced subset of the attacked samples. */
  private static <T> List<T> read(
      Run run, String name, Class<T> type, ToIntFunction<T> index, int count) {
    Path file = run.folder().resolve(name);
    List<T> rows = RecordFiles.readCsv(file, type);
    if (rows.size() != count
        || rows.stream().anyMatch(row -> !isSample(run, index.applyAsInt(row)))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has %d rows instead of %d, or rows of other samples; delete it and %s to attack the"
                  + " run again.",
              file,
              rows.size(),
              count,
              CHAIN));
    }
    return rows;
  }

  private static boolean isSample(Run run, int index) {
    return index >= 0 && index < run.samples().size();
  }

  /**
   * Runs another attack on the same samples. Nothing is recorded.
   *
   * @param attacked an attacked run with its weights
   * @param attack the attack, with a name that the run's other attacks do not have
   * @param listener hears of the progress
   * @return the run with one attack more
   * @throws IllegalStateException if an image within a certified radius is classified differently,
   *     so that the certificate is void, or if the test images are not on this machine
   * @throws CancellationException if the thread is interrupted
   */
  public static AttackedRun with(AttackedRun attacked, Attack attack, TrainingListener listener) {
    Run run = attacked.run();
    Images images = run.testImages().evenlySpaced(attacked.samples().size());
    try (NDManager manager = Tensors.newManager()) {
      Victim victim = Victim.of(run.classifier(manager));
      return attacked.with(
          attack.name(), new RunAttacker(run, images, victim, listener).attack(attack));
    }
  }

  private void attack(int chained) {
    List<Attacked> deepFool = attack(DeepFool.PUBLISHED);
    List<Attacked> carliniWagner = attack(CARLINI_WAGNER);
    List<AttackedSample> found = new ArrayList<>();
    List<Attacked> nearest = new ArrayList<>();
    List<Sample> samples = new ArrayList<>(run.samples());
    List<Sample> some = run.evenlySpaced(images.size());
    for (int n = 0; n < images.size(); n++) {
      Attacked one = deepFool.get(n);
      Attacked other = carliniWagner.get(n);
      Sample sample = some.get(n);
      found.add(AttackedSample.of(sample, one, other));
      nearest.add(one.within(other.distance()) ? one : other);
      samples.set(sample.index(), sample.withAttack(nearest.get(n)));
    }
    List<Certificate> certificates =
        Run.evenlySpaced(some, chained).stream().map(Sample::certified).toList();
    List<Attacked> broken = Run.evenlySpaced(nearest, chained);
    List<RadiusChain> chain =
        RadiusChain.of(
            images.evenlySpaced(chained),
            certificates,
            broken,
            victim,
            PAIRS,
            run.experiment().seed(),
            done -> listener.attacked("four radii", done, chained));
    requireUninterrupted();
    RecordFiles.writeCsv(run.folder().resolve(Run.SAMPLES), Sample.class, samples);
    RecordFiles.writeCsv(run.folder().resolve(ATTACKS), AttackedSample.class, found);
    RecordFiles.writeCsv(run.folder().resolve(CHAIN), RadiusChain.class, chain);
  }

  private List<Attacked> attack(Attack attack) {
    List<Attacked> attacked =
        new Attacker(victim, attack, run.experiment().seed())
            .attack(
                images,
                Against.PREDICTION,
                Math.min(BATCH, images.size()),
                done -> listener.attacked(attack.name(), done, images.size()));
    requireUninterrupted();
    return attacked;
  }

  private static void requireUninterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("The attacks were interrupted; nothing was recorded.");
    }
  }
}
