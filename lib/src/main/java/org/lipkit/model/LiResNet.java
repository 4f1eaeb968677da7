package org.lipkit.model;

import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.lipkit.layer.Bias;
import org.lipkit.layer.CenteredLinearResidual;
import org.lipkit.layer.Centering;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Layer;
import org.lipkit.layer.LinearResidual;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.NormalizedDense;
import org.lipkit.layer.Residual;
import org.lipkit.layer.Scale;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.Shift;
import org.lipkit.layer.WeightInit;
import org.lipkit.layer.orthogonal.BroConvolution;
import org.lipkit.layer.orthogonal.Reparametrization;
import org.lipkit.layer.orthogonal.ReparametrizedConvolution;
import org.lipkit.layer.orthogonal.ReparametrizedDense;
import org.lipkit.layer.orthogonal.ResidualDense;
import org.lipkit.layer.orthogonal.Sll;
import org.lipkit.text.Given;

/**
 * LiResNet(L, W) of Hu et al. 2023, figure 2, with the baselines that its ablation puts in its
 * place and its successors: stem, L blocks of width W, neck, head with normalised rows, MinMax
 * after every block and every linear layer but the last. Up to {@link #SLL} the block is the only
 * difference.
 *
 * <ul>
 *   <li>stem by image side: 5x5/2 below 64, 7x7/4 below 224, else patches of side sqrt(W / 3)
 *   <li>neck: 4x4/4 convolution to 2W channels, dense to D features: 512, or 2048 from 224 pixels
 * </ul>
 *
 * <p>Weights begin as {@link WeightInit#LECUN} and biases at 0, or, as coded, like those of the
 * authors' code: convolutions as {@link WeightInit#ORTHOGONAL}, dense layers and the biases of both
 * as {@link WeightInit#PYTORCH}. The kernels of residual blocks, and weights that are then
 * orthogonalised, begin alike in both.
 */
public enum LiResNet {
  /** A 3x3 convolution without a skip connection. */
  CONV_NET("ConvNet") {
    @Override
    Layer block(int depth, int width, int side, WeightInit first) {
      return window(width, first);
    }
  },

  /** {@code x + s conv(MinMax(conv(x)))}, 3x3, with a learned s that begins at 0. */
  RES_NET("ResNet") {
    @Override
    Layer block(int depth, int width, int side, WeightInit first) {
      return residual(width, first, 0);
    }
  },

  /**
   * The same with an s that begins at 1: the bound of a block is {@code 1 + |s| K} from the start.
   */
  UNIT_RES_NET("ResNet-unit") {
    @Override
    Layer block(int depth, int width, int side, WeightInit first) {
      return residual(width, first, 1);
    }
  },

  /** {@link LinearResidual} with scale {@code 1 / sqrt(L)}. */
  LI_RES_NET("LiResNet") {
    @Override
    Layer block(int depth, int width, int side, WeightInit first) {
      return new LinearResidual(1 / Math.sqrt(depth));
    }
  },

  /** {@link LinearResidual} with scale 1 whatever the depth, to show what the scale is for. */
  UNSCALED("LiResNet-unscaled") {
    @Override
    Layer block(int depth, int width, int side, WeightInit first) {
      return new LinearResidual(1);
    }
  },

  /** The SDP-based layer on a 3x3 convolution, which is 1-Lipschitz by construction. */
  SLL("SLL") {
    @Override
    Layer block(int depth, int width, int side, WeightInit first) {
      return new Sll(window(width, first));
    }
  },

  /**
   * LiResNet with an orthogonal end, which stands in no paper: the neck's convolution and dense
   * layer are Cholesky-orthogonalised, and 2 {@link ResidualDense} layers follow, a smaller end of
   * the kind that LiResNet++ has.
   */
  ORTHOGONAL_END("LiResNet-orthogonal") {
    @Override
    Layer block(int depth, int width, int side, WeightInit first) {
      return LI_RES_NET.block(depth, width, side, first);
    }

    @Override
    List<Layer> neck(int width, int features, boolean asCoded) {
      List<Layer> layers = new ArrayList<>(List.of(orthogonal(2 * width), new MinMax()));
      layers.addAll(orthogonalDense(features, 2));
      return layers;
    }
  },

  /**
   * LiResNet++ (Hu et al. 2024, "A Recipe for Improved Certifiable Robustness", as in the authors'
   * code): {@link CenteredLinearResidual} blocks; a neck of a 4x4/4 convolution to W channels and,
   * with nothing between, a dense layer to D = 2048 features, both Cholesky-orthogonalised; then 8
   * {@link ResidualDense} layers. Its stem is 5x5/2 for all images below 224 pixels. As coded, the
   * neck's convolution has no bias: it stays 0.
   */
  LI_RES_NET_PLUS("LiResNet++", true) {
    @Override
    Layer block(int depth, int width, int side, WeightInit first) {
      return new CenteredLinearResidual(1 / Math.sqrt(depth));
    }

    @Override
    List<Layer> neck(int width, int features, boolean asCoded) {
      Layer convolution = orthogonal(width);
      if (asCoded) {
        convolution.freezeParameters(true, weight -> weight.getType() == Parameter.Type.BIAS);
      }
      List<Layer> layers = new ArrayList<>(List.of(convolution));
      layers.addAll(orthogonalDense(features, 8));
      return layers;
    }
  },

  /**
   * BRONet (Lai et al. 2025): as LiResNet++, with a {@link BroConvolution} in the place of each
   * residual block's convolution, which reflects half of the directions, or an eighth from 64
   * pixels. Its bound needs no power iteration but for the stem's.
   */
  BRO_NET("BRONet", true) {
    @Override
    Layer block(int depth, int width, int side, WeightInit first) {
      double scale = 1 / Math.sqrt(depth);
      int rank = Math.max(1, width / (side < FINE ? 2 : 8));
      Layer reflection = new BroConvolution(width, rank, scale);
      return new Sequential(reflection, new Centering(), Bias.perChannel());
    }

    @Override
    List<Layer> neck(int width, int features, boolean asCoded) {
      return LI_RES_NET_PLUS.neck(width, features, asCoded);
    }
  };

  /** Convolutions as the authors' code has them. */
  private static final WeightInit ORTHOGONAL =
      WeightInit.ORTHOGONAL.withBiasesOf(WeightInit.PYTORCH);

  private static final int FINE = 64;
  private static final int LARGE = 224;

  private final String label;
  private final boolean isSuccessor;

  LiResNet(String label) {
    this(label, false);
  }

  LiResNet(String label, boolean isSuccessor) {
    this.label = label;
    this.isSuccessor = isSuccessor;
  }

  /** {@return the name, where there is one that of the papers, for example "LiResNet++"} */
  public String label() {
    return label;
  }

  /**
   * Builds the network.
   *
   * @param depth L, the number of blocks, at least 1
   * @param width W, the number of channels, even
   * @param features D, the number of features before the head, even
   * @param side the image's height and width in pixels
   * @param classes the number of classes, at least 2
   * @param asCoded whether weights begin as in the authors' code
   * @param seed of the first weights
   * @return the classifier, not yet initialised; margins by {@link MarginRule#PAIRWISE}
   */
  public Classifier create(
      int depth, int width, int features, int side, int classes, boolean asCoded, long seed) {
    if (depth < 1 || width < 2 || width % 2 != 0 || features < 2 || features % 2 != 0) {
      throw Given.refused(
          "%s needs at least 1 block and an even width and number of features, not L%d W%d"
              + " D%d.",
          label, depth, width, features);
    }
    WeightInit kernels = kernels(asCoded);
    List<Layer> layers = new ArrayList<>(List.of(new Shift(-0.5)));
    layers.add(stem(width, side, kernels));
    layers.add(new MinMax());
    for (int i = 0; i < depth; i++) {
      layers.add(block(depth, width, side, kernels));
      layers.add(new MinMax());
    }
    layers.addAll(neck(width, features, asCoded));
    Dense head = new NormalizedDense(classes, matrices(asCoded));
    return new Classifier(new Sequential(layers), head, MarginRule.PAIRWISE).seed(seed);
  }

  private Convolution stem(int width, int side, WeightInit first) {
    if (side < coarseStemFrom()) {
      return new Convolution(width, 5, 2, 2, first);
    }
    if (side < LARGE) {
      return new Convolution(width, 7, 4, 3, first);
    }
    int patch = (int) Math.round(Math.sqrt(width / 3.0));
    return new Convolution(width, patch, patch, 0, first);
  }

  /**
   * One block: from W channels to W, on the same image size, for images of a side in pixels.
   *
   * @param first values of its convolutions, where they have no residual kernel
   */
  abstract Layer block(int depth, int width, int side, WeightInit first);

  /** From the last block's image, of W channels, to D features. */
  List<Layer> neck(int width, int features, boolean asCoded) {
    return List.of(
        new Convolution(2 * width, 4, 4, 0, kernels(asCoded)),
        new MinMax(),
        new Flatten(),
        new Dense(features, matrices(asCoded)),
        new MinMax());
  }

  /** An orthogonal convolution that reads every pixel once. */
  private static Layer orthogonal(int channels) {
    return new ReparametrizedConvolution(
        channels, 4, 4, 0, Reparametrization.CHOLESKY, WeightInit.LECUN);
  }

  /** An orthogonal dense layer from an image to D features, and residual ones behind it. */
  private static List<Layer> orthogonalDense(int features, int residuals) {
    List<Layer> layers = new ArrayList<>(List.of(new Flatten()));
    layers.add(new ReparametrizedDense(features, Reparametrization.CHOLESKY, WeightInit.LECUN));
    layers.add(new MinMax());
    for (int i = 0; i < residuals; i++) {
      layers.add(new ResidualDense(features, 1 / Math.sqrt(residuals)));
      layers.add(new MinMax());
    }
    return layers;
  }

  private static WeightInit kernels(boolean asCoded) {
    return asCoded ? ORTHOGONAL : WeightInit.LECUN;
  }

  private static WeightInit matrices(boolean asCoded) {
    return asCoded ? WeightInit.PYTORCH : WeightInit.LECUN;
  }

  /** The image side from which the stem's stride is 4. */
  private int coarseStemFrom() {
    return isSuccessor ? LARGE : FINE;
  }

  /** The paper's D. */
  int features(int side) {
    return side < LARGE && !isSuccessor ? 512 : 2048;
  }

  private static Residual residual(int width, WeightInit first, double scale) {
    Layer inner = window(width, first);
    Layer outer = window(width, first);
    return new Residual(new Sequential(inner, new MinMax(), outer, new Scale(scale)));
  }

  private static Convolution window(int width, WeightInit first) {
    return new Convolution(width, 3, 1, 1, first);
  }
}
