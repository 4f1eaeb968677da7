package org.lipkit.view;

import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.lipkit.attack.Attack;
import org.lipkit.attack.Attacked;
import org.lipkit.attack.Attacker;
import org.lipkit.attack.Victim;
import org.lipkit.data.Dataset;
import org.lipkit.data.Images;
import org.lipkit.draw.ImageGrid;
import org.lipkit.draw.ImageGrid.Tile;
import org.lipkit.draw.ImageGrid.Verdict;
import org.lipkit.draw.Title;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.Sample;
import org.lipkit.tensor.ArgMax;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Text;

/**
 * Test images, below each the nearest image of another class that an attack finds, and below that
 * their difference.
 */
public final class AdversarialImages {

  /** What an attack found against one test image. */
  record Pair(float[] image, String caption, float[] adversarial, String found) {

    /** The largest of 1, 2, 5, 10, 20 and so on that leaves the difference within [0, 1]. */
    int times() {
      double largest =
          IntStream.range(0, image.length)
              .mapToDouble(i -> Math.abs(adversarial[i] - image[i]))
              .max()
              .orElse(0);
      int times = 1;
      for (int next = 1; largest > 0 && next * largest <= 0.5; next = following(next)) {
        times = next;
      }
      return times;
    }

    private static int following(int times) {
      return String.valueOf(times).startsWith("2") ? times / 2 * 5 : 2 * times;
    }

    /** The change of each value, enlarged, around the middle of [0, 1]. */
    float[] difference() {
      int times = times();
      float[] difference = new float[image.length];
      for (int i = 0; i < image.length; i++) {
        difference[i] = 0.5f + times * (adversarial[i] - image[i]);
      }
      return difference;
    }
  }

  private AdversarialImages() {}

  /**
   * Attacks the predictions of a run's network on an evenly spaced subset of its test images, while
   * you wait. The first row has the images with their labels and certified radii, the second row
   * what the attack found with its class and distance, and the third row the difference: grey where
   * a value is the same, enlarged by the number below it. Where the recorded images are not on this
   * machine, there are blanks, and the title says so.
   *
   * @param title above the picture
   * @param run a finished run with its weights and certificates
   * @param attack how to search
   * @param count how many images at most
   * @return the picture
   */
  public static BufferedImage draw(String title, Run run, Attack attack, int count) {
    Dataset data = run.dataset();
    if (!run.wasTestedOn(data)) {
      return Pictures.blanks(title, run, count);
    }
    List<Sample> samples = run.evenlySpaced(count);
    IntFunction<String> names = Pictures.names(data);
    Images images = data.test().evenlySpaced(count);
    List<Pair> pairs = new ArrayList<>();
    try (NDManager manager = Tensors.newManager()) {
      Victim victim = Victim.of(run.classifier(manager));
      List<Attacked> found = new Attacker(victim, attack, run.experiment().seed()).attack(images);
      for (int i = 0; i < samples.size(); i++) {
        Attacked one = found.get(i);
        Sample sample = samples.get(i).withAttack(one);
        String outcome =
            one.image() == null
                ? "nothing found"
                : Pictures.caption(
                    "→ "
                        + names.apply(
                            ArgMax.except(victim.logits(one.image()), one.attackedClass())),
                    Text.of("at %.2f", one.distance()));
        String caption = Pictures.caption(sample.certified(), names);
        pairs.add(new Pair(images.image(i), caption, one.image(), outcome));
      }
    }
    return draw(new Title(title, data.madeUp()), images, pairs);
  }

  /** Draws the three rows; the images give the shape. */
  static BufferedImage draw(Title title, Images images, List<Pair> pairs) {
    List<Tile> originals = new ArrayList<>();
    List<Tile> others = new ArrayList<>();
    List<Tile> differences = new ArrayList<>();
    for (Pair pair : pairs) {
      originals.add(Pictures.tile(images, pair.image, pair.caption));
      if (pair.adversarial == null) {
        others.add(Tile.blank(images.height(), images.width(), pair.found, Verdict.NONE));
        differences.add(Tile.blank(images.height(), images.width(), "", Verdict.NONE));
      } else {
        others.add(Pictures.tile(images, pair.adversarial, pair.found));
        String enlarged = pair.times() == 1 ? "" : " × " + pair.times();
        differences.add(Pictures.tile(images, pair.difference(), "difference" + enlarged));
      }
    }
    List<Tile> tiles = new ArrayList<>(originals);
    tiles.addAll(others);
    tiles.addAll(differences);
    return ImageGrid.draw(title, tiles, pairs.size());
  }
}
