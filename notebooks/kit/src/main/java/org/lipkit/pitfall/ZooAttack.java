package org.lipkit.pitfall;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.lipkit.attack.Against;
import org.lipkit.attack.Attack;
import org.lipkit.attack.Attacked;
import org.lipkit.attack.Attacker;
import org.lipkit.attack.DeepFool;
import org.lipkit.attack.Domain;
import org.lipkit.attack.Fab;
import org.lipkit.attack.Victim;
import org.lipkit.data.Images;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.Sample;
import org.lipkit.tensor.ArgMax;
import org.lipkit.tensor.Tensors;
import org.lipkit.train.TrainingListener;

/**
 * Attacks on the certified samples of a recorded run, which look for the nearest input of another
 * class anywhere in space. None may end within a certified radius, and no certified sample itself
 * may have another class than the recorded one.
 *
 * @param images how many test images were attacked
 * @param certified how many of them have a certified radius above 0
 * @param closest the largest quotient of a certified radius above 0 by the distance of what was
 *     found; a certificate is false if it is 1 or more
 * @param broken the inputs of another class than the recorded one within a certified radius
 */
public record ZooAttack(int images, int certified, double closest, List<Broken> broken) {

  /** The attacks that look longest. */
  public static final List<Attack> THOROUGH = List.of(DeepFool.PUBLISHED, new Fab(20, 3));

  /** DeepFool towards the three strongest rivals alone: about a tenth of the time. */
  public static final List<Attack> QUICK = List.of(new DeepFool(50, 0.02, 3));

  private static final int BATCH = 50;

  /**
   * A broken certificate.
   *
   * @param index the sample's place in the run's test images
   * @param radius its certified radius
   * @param there the input that breaks it, which may be the sample itself
   */
  public record Broken(int index, double radius, float[] there) {}

  /**
   * Attacks evenly spaced samples of a run.
   *
   * @param run a certified run with its weights
   * @param count how many samples, at most all, those without a certificate included
   * @param attacks what searches, {@link #THOROUGH} or {@link #QUICK}
   * @param listener hears of the progress
   * @return what was found
   * @throws IllegalArgumentException if the number of samples is less than 1
   * @throws IllegalStateException if the run has no certificates, or its test images are not on
   *     this machine
   * @throws CancellationException if the thread is interrupted
   */
  public static ZooAttack of(Run run, int count, List<Attack> attacks, TrainingListener listener) {
    if (count < 1) {
      throw new IllegalArgumentException("Attack at least one image, not " + count + ".");
    }
    run.certified(); // refuses a run without certificates
    int attacked = Math.min(count, run.samples().size());
    Images images = run.testImages().evenlySpaced(attacked);
    List<Sample> samples = run.evenlySpaced(attacked);
    List<Broken> broken = new ArrayList<>();
    double closest = 0;
    try (NDManager manager = Tensors.newManager()) {
      Victim victim = Victim.of(run.classifier(manager), Domain.WHOLE_SPACE);
      for (Attack attack : attacks) {
        List<Attacked> found =
            new Attacker(victim, attack, run.experiment().seed())
                .attack(
                    images,
                    Against.PREDICTION,
                    Math.min(BATCH, attacked),
                    done -> listener.attacked(attack.name(), done, attacked));
        if (found.size() < attacked) {
          throw new CancellationException("The attacks were interrupted.");
        }
        for (int n = 0; n < attacked; n++) {
          Sample sample = samples.get(n);
          double radius = sample.radiusCertified();
          if (radius == 0) {
            continue;
          }
          closest = Math.max(closest, radius / found.get(n).distance());
          float[] image = images.image(n);
          if (found.get(n).attackedClass() != sample.prediction()
              || ArgMax.of(victim.logits(image)) != sample.prediction()) {
            broken.add(new Broken(sample.index(), radius, image));
          } else if (found.get(n).within(radius)) {
            broken.add(new Broken(sample.index(), radius, found.get(n).image()));
          }
        }
      }
    }
    int certified = (int) samples.stream().filter(s -> s.radiusCertified() > 0).count();
    return new ZooAttack(attacked, certified, closest, broken);
  }

  /**
   * Whether a certificate is broken: computes the input that breaks it anew.
   *
   * @param folder the run's folder
   * @param broken what an attack found
   * @return true if the input is within the radius and the run's program gives it another class
   *     than the recorded one
   */
  public static boolean isBroken(Path folder, Broken broken) {
    Run run = Run.load(folder);
    float[] sample = run.testImages().image(broken.index());
    try (NDManager manager = Tensors.newManager()) {
      Victim victim = Victim.of(run.classifier(manager), Domain.WHOLE_SPACE);
      return Pitfall.distance(sample, broken.there()) <= broken.radius()
          && ArgMax.of(victim.logits(broken.there()))
              != run.samples().get(broken.index()).prediction();
    }
  }
}
