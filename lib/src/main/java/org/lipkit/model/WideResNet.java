package org.lipkit.model;

import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.lipkit.layer.AveragePooling;
import org.lipkit.layer.BatchNorm;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Dropout;
import org.lipkit.layer.GlobalAveragePooling;
import org.lipkit.layer.Identity;
import org.lipkit.layer.Layer;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.NormalizedConvolution;
import org.lipkit.layer.Relu;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.SumOfBranches;
import org.lipkit.layer.WeightInit;
import org.lipkit.text.Given;

/**
 * The pre-activation wide residual network WRN-d-k (Zagoruyko and Komodakis 2016) as the LMT paper
 * trains it on SVHN (Tsuzuku et al. 2018, section 6.2, d = 16, k = 4): a 3x3 convolution to 16
 * channels, three groups of n = (d - 4) / 6 blocks with 16k, 32k and 64k channels, the second and
 * third beginning with stride 2, batch normalisation, ReLU, the mean of every channel (8x8 pixels
 * there), dense. A block is
 *
 * <pre>  h = relu(BN(x));   y = shortcut + conv(dropout(relu(BN(conv(h)))))</pre>
 *
 * with 3x3 convolutions, dropout 0.4, and x as shortcut, or a 1x1 convolution of h in the first
 * block of a group. Batch norms right after a convolution are bounded jointly with it: the middle
 * one of every block, and that after the first convolution. The convolutions whose outputs are
 * added have no bias: it stays 0.
 *
 * <p>The authors' code, from which their numbers are, differs from that in three ways: no ReLU
 * stands before the first block, training does not count the factor of {@link Dropout}, and margins
 * are bounded pair by pair.
 *
 * @param depth d, 10, 16, 22, ...
 * @param width k, at least 1
 * @param averaging whether shortcuts with stride 2 take the mean of 2x2 pixels before the 1x1
 *     convolution, instead of every second pixel; its constant is half that of the convolution
 * @param convex whether sums are convex with learned weights that begin at 1/2, as Parseval
 *     networks have them ({@link SumOfBranches#convex})
 * @param asCoded whether it is the network of the LMT paper's code and not of its text
 */
public record WideResNet(int depth, int width, boolean averaging, boolean convex, boolean asCoded) {

  private static final double DROPOUT = 0.4;

  /**
   * Builds the network.
   *
   * @param side the image's height and width in pixels; a multiple of 4 with averaging
   * @param classes the number of classes, at least 2
   * @param seed of the first weights
   * @return the classifier, not yet initialised; margins by {@link MarginRule#NETWORK}, as coded by
   *     {@link MarginRule#PAIRWISE}
   * @throws IllegalArgumentException if depth or width is impossible or the side does not fit
   */
  public Classifier create(int side, int classes, long seed) {
    if (depth < 10 || depth % 6 != 4 || width < 1) {
      throw Given.refused(
          "WRN-%d-%d cannot be built; its depth must be 10, 16, 22 or another 6 n + 4 and its"
              + " width at least 1.",
          depth, width);
    }
    if (averaging && side % 4 != 0) {
      throw new IllegalArgumentException(
          "A WRN that averages in its shortcuts needs images whose side is a multiple of 4 pixels, not "
              + side
              + "; crop or pad them.");
    }
    List<Layer> layers = new ArrayList<>();
    layers.add(normalized(16, 1));
    for (int group = 0; group < 3; group++) {
      int channels = (16 << group) * width;
      if (group > 0 || !asCoded) {
        layers.add(new Relu());
      }
      layers.add(firstBlock(channels, group == 0 ? 1 : 2));
      for (int block = 1; block < (depth - 4) / 6; block++) {
        layers.add(nextBlock(channels));
      }
      layers.add(new BatchNorm());
    }
    layers.add(new Relu());
    layers.add(new GlobalAveragePooling());
    Dense head = new Dense(classes, WeightInit.LECUN);
    MarginRule rule = asCoded ? MarginRule.PAIRWISE : MarginRule.NETWORK;
    return new Classifier(new Sequential(layers), head, rule).seed(seed);
  }

  /** The first block of a group, whose inputs are normalised and mostly rectified already. */
  private Layer firstBlock(int channels, int stride) {
    boolean mean = averaging && stride == 2;
    Layer project = unbiased(channels, 1, mean ? 1 : stride);
    Layer shortcut = mean ? new Sequential(new AveragePooling(2, 2), project) : project;
    return sum(shortcut, new Sequential(branch(channels, stride)));
  }

  private Layer nextBlock(int channels) {
    List<Layer> layers = new ArrayList<>(List.of(new BatchNorm(), new Relu()));
    layers.addAll(branch(channels, 1));
    return sum(new Identity(), new Sequential(layers));
  }

  private List<Layer> branch(int channels, int stride) {
    return List.of(
        normalized(channels, stride),
        new Relu(),
        new Dropout(DROPOUT, !asCoded),
        unbiased(channels, 3, 1));
  }

  /** A convolution without bias, which the next batch normalisation would take away again. */
  private static Layer unbiased(int channels, int kernel, int stride) {
    Layer convolution = new Convolution(channels, kernel, stride, kernel / 2, WeightInit.HE);
    convolution.freezeParameters(true, parameter -> parameter.getType() == Parameter.Type.BIAS);
    return convolution;
  }

  private static Layer normalized(int channels, int stride) {
    return new NormalizedConvolution(channels, 3, stride, 1, WeightInit.HE);
  }

  private Layer sum(Layer shortcut, Layer branch) {
    return convex
        ? SumOfBranches.convex(shortcut, branch, 0.5, true)
        : new SumOfBranches(shortcut, branch);
  }
}
