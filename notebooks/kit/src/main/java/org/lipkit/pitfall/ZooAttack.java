package org.lipkit.pitfall;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
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

/**
 * Attacks on the certified samples of a recorded run, by DeepFool and FAB, which look for the
 * nearest input of another class anywhere in space. None may end within a certified radius.
 *
 * @param samples how many samples were attacked, those with a certified radius above 0
 * @param closest the largest quotient of a certified radius by the distance of what was found; a
 *     certificate is false if it is 1 or more
 * @param broken the samples with an input of another class within their radius
 */
public record ZooAttack(int samples, double closest, List<Broken> broken) {

  private static final List<Attack> ATTACKS = List.of(DeepFool.PUBLISHED, new Fab(20, 3));
  private static final int BATCH = 50;

  /**
   * A broken certificate.
   *
   * @param index the sample's place in the run's test images
   * @param radius its certified radius
   * @param there the input that breaks it
   */
  public record Broken(int index, double radius, float[] there) {}

  /**
   * Attacks evenly spaced samples of a run.
   *
   * @param run a certified run with its weights
   * @param count how many samples, those without a certificate included
   * @param done told the number of samples attacked so far by each attack
   * @return what was found
   * @throws IllegalStateException if the test images are not on this machine
   */
  public static ZooAttack of(Run run, int count, IntConsumer done) {
    int taken = Math.min(count, run.samples().size());
    List<Sample> samples = run.evenlySpaced(taken);
    Images images = run.testImages().evenlySpaced(taken);
    List<Broken> broken = new ArrayList<>();
    double closest = 0;
    try (NDManager manager = Tensors.newManager()) {
      Victim victim = Victim.of(run.classifier(manager), Domain.WHOLE_SPACE);
      for (Attack attack : ATTACKS) {
        List<Attacked> found =
            new Attacker(victim, attack, run.experiment().seed())
                .attack(images, Against.PREDICTION, Math.min(BATCH, taken), done);
        for (int n = 0; n < found.size(); n++) {
          Sample sample = samples.get(n);
          double radius = sample.radiusCertified();
          closest = Math.max(closest, radius / found.get(n).distance());
          if (radius > 0 && found.get(n).within(radius)) {
            broken.add(new Broken(sample.index(), radius, found.get(n).image()));
          }
        }
      }
    }
    int certified = (int) samples.stream().filter(s -> s.radiusCertified() > 0).count();
    return new ZooAttack(certified, closest, broken);
  }

  /**
   * Whether a certificate is broken: computes both inputs anew.
   *
   * @param folder the run's folder
   * @param broken what an attack found
   * @return true if the run's program gives the sample and the input, which is within the radius,
   *     two classes
   */
  public static boolean isBroken(Path folder, Broken broken) {
    Run run = Run.load(folder);
    Images images = run.testImages();
    float[] sample = new float[images.channels() * images.height() * images.width()];
    images.read(broken.index(), null, sample, 0);
    try (NDManager manager = Tensors.newManager()) {
      Victim victim = Victim.of(run.classifier(manager), Domain.WHOLE_SPACE);
      return Pitfall.distance(sample, broken.there()) <= broken.radius()
          && ArgMax.of(victim.logits(sample)) != ArgMax.of(victim.logits(broken.there()));
    }
  }
}
