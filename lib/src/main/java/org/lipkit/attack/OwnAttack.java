package org.lipkit.attack;

import java.util.List;
import org.lipkit.text.Given;

/** One proposed image for each sample. */
record OwnAttack(String name, Proposal proposal) implements Attack {

  @Override
  public void attack(Victim victim, List<Target> targets) {
    float[][] images = targets.stream().map(t -> propose(victim, t)).toArray(float[][]::new);
    double[][] logits = victim.logits(images);
    for (int n = 0; n < images.length; n++) {
      targets.get(n).offer(images[n], logits[n]);
    }
  }

  private float[] propose(Victim victim, Target target) {
    String what = "The image that " + name + " proposes for sample " + target.index();
    float[] image =
        Given.notNull(what, proposal.propose(victim, target, target.random(this, 0))).clone();
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) victim.domain().clamp(image[i]);
    }
    victim.requireImage(image, what);
    return image;
  }
}
