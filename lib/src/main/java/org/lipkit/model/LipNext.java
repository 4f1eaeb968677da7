package org.lipkit.model;

import java.util.ArrayList;
import java.util.List;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.L2NormPooling;
import org.lipkit.layer.Layer;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.NormalizedDense;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.Shapes;
import org.lipkit.layer.Shift;
import org.lipkit.layer.WeightInit;
import org.lipkit.layer.orthogonal.LipNextBlock;
import org.lipkit.layer.orthogonal.Reparametrization;
import org.lipkit.layer.orthogonal.ReparametrizedConvolution;

/**
 * LipNeXt (arXiv 2601.18513): patches of 2x2 pixels, L blocks of width W, the Euclidean norm of
 * each channel over the whole image, and a head with normalised rows. All layers before the head
 * are 1-Lipschitz by construction, so that its bound costs nothing in training. It wants an
 * optimizer that keeps orthogonal matrices orthogonal.
 *
 * <p>The authors' code is not public. Two choices here are our own: the stem is a Cayley-
 * orthogonalised convolution, and half of the channels are folded.
 */
public final class LipNext {

  private static final int PATCH = 2;

  /** The paper's alpha, 1/8 or 1/16. */
  private static final double SHIFTED = 1 / 8.0;

  private static final double FOLDED = 0.5;

  private LipNext() {}

  /**
   * Builds the network.
   *
   * @param depth L, the number of blocks, at least 1
   * @param width W, the number of channels, at least 8, so that each shifted group has one
   * @param side the image's height and width in pixels, even
   * @param classes the number of classes, at least 2
   * @param seed of the first weights
   * @return the classifier, not yet initialised; margins by {@link MarginRule#PAIRWISE}
   */
  public static Classifier create(int depth, int width, int side, int classes, long seed) {
    Shapes.requireAtLeast("The number of LipNeXt's blocks", depth, 1);
    Shapes.requireAtLeast("The number of LipNeXt's channels", width, 8);
    Shapes.requireMultiple("LipNeXt", "pixels in a row", side, PATCH);
    List<Layer> layers = new ArrayList<>(List.of(new Shift(-0.5)));
    layers.add(
        new ReparametrizedConvolution(
            width, PATCH, PATCH, 0, Reparametrization.CAYLEY, WeightInit.LECUN));
    for (int i = 0; i < depth; i++) {
      layers.add(new LipNextBlock(SHIFTED, FOLDED));
    }
    layers.add(new L2NormPooling(side / PATCH, side / PATCH, 0));
    layers.add(new Flatten());
    return new Classifier(
            new Sequential(layers),
            new NormalizedDense(classes, WeightInit.LECUN),
            MarginRule.PAIRWISE)
        .seed(seed);
  }
}
