package org.lipkit.model;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Initializers;
import org.lipkit.layer.Layer;
import org.lipkit.layer.LinearResidual;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.NormalizedDense;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.Shift;

/**
 * LiResNet(L, W) of Hu et al. 2023, figure 2: stem, L linear-residual blocks of width W, neck, head
 * with normalised rows, MinMax after every linear layer but the last.
 *
 * <ul>
 *   <li>stem by image side: 5x5/2 below 64, 7x7/4 below 224, else patches of side sqrt(W / 3)
 *   <li>blocks: {@link LinearResidual} with scale {@code 1 / sqrt(L)}
 *   <li>neck: 4x4/4 convolution to 2W channels, dense to 512 (2048 from 224 pixels on)
 * </ul>
 */
public final class LiResNet {

  private LiResNet() {}

  /**
   * Builds the network.
   *
   * @param depth L, the number of blocks, at least 1
   * @param width W, the number of channels, even
   * @param side the image's height and width in pixels
   * @param classes the number of classes, at least 2
   * @param seed of the first weights
   * @return the classifier, not yet initialised; margins by {@link MarginRule#PAIRWISE}
   */
  public static Classifier create(int depth, int width, int side, int classes, long seed) {
    if (depth < 1 || width < 2 || width % 2 != 0) {
      throw new IllegalArgumentException(
          "LiResNet needs at least 1 block and an even width, not L" + depth + " W" + width + ".");
    }
    RandomGenerator random = new SplittableRandom(seed);
    List<Layer> layers = new ArrayList<>(List.of(new Shift(-0.5)));
    layers.add(stem(width, side, random));
    layers.add(new MinMax());
    for (int block = 0; block < depth; block++) {
      layers.add(new LinearResidual(1 / Math.sqrt(depth), random));
      layers.add(new MinMax());
    }
    layers.add(new Convolution(2 * width, 4, 4, 0, Initializers.lecun(random), random));
    layers.add(new MinMax());
    layers.add(new Flatten());
    layers.add(new Dense(side < 224 ? 512 : 2048, Initializers.lecun(random), random));
    layers.add(new MinMax());
    Dense head = new NormalizedDense(classes, Initializers.lecun(random), random);
    return new Classifier(new Sequential(layers), head, MarginRule.PAIRWISE);
  }

  private static Convolution stem(int width, int side, RandomGenerator random) {
    if (side < 64) {
      return new Convolution(width, 5, 2, 2, Initializers.lecun(random), random);
    }
    if (side < 224) {
      return new Convolution(width, 7, 4, 3, Initializers.lecun(random), random);
    }
    int patch = (int) Math.round(Math.sqrt(width / 3.0));
    return new Convolution(width, patch, patch, 0, Initializers.lecun(random), random);
  }
}
