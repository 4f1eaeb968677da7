package org.lipkit.experiment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.ToIntFunction;
import org.lipkit.attack.Against;
import org.lipkit.attack.Attack;
import org.lipkit.attack.Attacked;
import org.lipkit.attack.Attacker;
import org.lipkit.attack.CarliniWagner;
import org.lipkit.attack.DeepFool;
import org.lipkit.attack.Domain;
import org.lipkit.attack.LipschitzLowerBound;
import org.lipkit.attack.Victim;
import org.lipkit.certify.Certificate;
import org.lipkit.data.Images;
import org.lipkit.tensor.FileLock;
import org.lipkit.text.Given;
import org.lipkit.train.TrainingListener;

/**
 * Attacks finished runs with their saved weights: DeepFool and Carlini-Wagner on some test samples,
 * spread evenly over the split, and the chain of four radii on a part of these. As published,
 * Carlini-Wagner keeps every pixel in [0, 1] and DeepFool does not. Certificates and the chain's
 * constants hold on all of R^n.
 */
public final class RunAttacker {

  private static final String ATTACKS = "attacks.csv";
  private static final String CHAIN = "chain.csv";

  /** A tenth of the published steps, at the larger rate that suits them. */
  static final CarliniWagner CARLINI_WAGNER = new CarliniWagner(150, 6, 0.05, 0.1);

  private static final LipschitzLowerBound PAIRS = new LipschitzLowerBound(100, 0.02, 0.1);
  private static final int BATCH = 50;

  private final Run run;
  private final OpenRun open;
  private final int count;
  private final Workers workers;
  private final TrainingListener listener;

  private RunAttacker(OpenRun open, int count, Workers workers, TrainingListener listener) {
    this.run = open.run();
    this.open = open;
    this.count = count;
    this.workers = workers;
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
   *     on this machine, or if an earlier call still writes to its folder
   * @throws CancellationException if the thread is interrupted
   */
  public static AttackedRun attack(Run run, TrainingListener listener) {
    return attack(run, Workers.HERE, listener);
  }

  /**
   * Attacks a run as {@link #attack(Run, TrainingListener)} does, with work that is divided.
   *
   * @param run the run, with its weights and certificates
   * @param workers who attack
   * @param listener hears of the progress
   * @return the run and what was found
   */
  @SuppressWarnings("try") // the lock is held, not used
  public static AttackedRun attack(Run run, Workers workers, TrainingListener listener) {
    run.requireComplete();
    boolean smoke = run.experiment().scale() == RunScale.SMOKE;
    int attacked = Math.min(smoke ? 10 : 200, run.samples().size());
    int chained = Math.min(smoke ? 2 : 50, attacked);
    Run now = run;
    if (!Files.exists(run.folder().resolve(CHAIN))) {
      try (FileLock lock = Run.lock(run.folder(), listener)) {
        now = run.reloaded(); // nobody else writes from here on
        if (!Files.exists(run.folder().resolve(CHAIN))) {
          try (OpenRun open = new OpenRun(now)) {
            new RunAttacker(open, attacked, workers, listener).attack(chained);
          }
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
      throw Given.refused(
          "%s has %d rows instead of %d, or rows of other samples; delete it and %s to attack the"
              + " run again.",
          file, rows.size(), count, CHAIN);
    }
    return rows;
  }

  private static boolean isSample(Run run, int index) {
    return index >= 0 && index < run.samples().size();
  }

  /**
   * Runs another attack on the same samples, with all pixels in [0, 1]. Nothing is recorded.
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
    int count = attacked.samples().size();
    try (OpenRun open = new OpenRun(attacked.run())) {
      return attacked.with(
          attack.name(),
          new RunAttacker(open, count, Workers.HERE, listener).attack(attack, Domain.UNIT_BOX));
    }
  }

  private void attack(int chained) {
    List<Attacked> deepFool = attack(DeepFool.PUBLISHED, Domain.WHOLE_SPACE);
    List<Attacked> carliniWagner = attack(CARLINI_WAGNER, Domain.UNIT_BOX);
    List<AttackedSample> found = new ArrayList<>();
    List<Attacked> nearest = new ArrayList<>();
    List<Sample> samples = new ArrayList<>(run.samples());
    List<Sample> some = run.evenlySpaced(count);
    for (int n = 0; n < count; n++) {
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
    List<RadiusChain> chain = RadiusChain.of(certificates, broken, search(certificates, broken));
    RecordFiles.writeCsv(run.folder().resolve(Run.SAMPLES), Sample.class, samples);
    RecordFiles.writeCsv(run.folder().resolve(ATTACKS), AttackedSample.class, found);
    RecordFiles.writeCsv(run.folder().resolve(CHAIN), RadiusChain.class, chain);
  }

  private List<Attacked> attack(Attack attack, Domain domain) {
    int samples = count;
    int batch = Math.min(BATCH, samples);
    long seed = run.experiment().seed();
    return divide(
        attack.name(),
        (here, range, done) ->
            new Attacker(here.victim(domain), attack, seed)
                .attack(
                    here.images().evenlySpaced(samples), range, Against.PREDICTION, batch, done),
        samples,
        batch);
  }

  /** The constants of the margins around some of the attacked samples. */
  private List<RadiusChain.Constants> search(List<Certificate> samples, List<Attacked> broken) {
    int attacked = count;
    long seed = run.experiment().seed();
    List<Attacked> nearest = List.copyOf(broken);
    return divide(
        "four radii",
        (here, range, done) -> {
          Images images = here.images().evenlySpaced(attacked).evenlySpaced(nearest.size());
          Victim victim = here.victim(Domain.WHOLE_SPACE);
          return RadiusChain.search(images, range, nearest, victim, PAIRS, seed, done);
        },
        samples.size(),
        1);
  }

  private <R> List<R> divide(String what, SampleWork<R> work, int samples, int batch) {
    List<R> found =
        workers
            .divide(open, work, samples, batch, done -> listener.attacked(what, done, samples))
            .results();
    requireUninterrupted();
    return found;
  }

  private static void requireUninterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("The attacks were interrupted; nothing was recorded.");
    }
  }
}
