package org.lipkit.model;

import java.util.ArrayList;
import java.util.List;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Layer;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.NormalizedDense;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.Shift;
import org.lipkit.layer.WeightInit;

/**
 * The networks of GloRo (Leino et al. 2021), named by their numbers of convolutional and dense
 * layers: orthogonal first weights, MinMax after every hidden layer. The input is centred and the
 * head's rows are normalised, as LiResNet does.
 */
public enum GloroNet {
  /** Two convolutions, one hidden dense layer; MNIST at radius 0.3. */
  C2F2(List.of(conv(16, 4, 2), conv(32, 4, 2)), List.of(100)),
  /** Four convolutions, two hidden dense layers; MNIST at radius 1.58. */
  C4F3(List.of(conv(32, 3, 1), conv(32, 4, 2), conv(64, 3, 1), conv(64, 4, 2)), List.of(512, 512)),
  /** Six convolutions, one hidden dense layer; CIFAR-10 at radius 36/255. */
  C6F2(
      List.of(
          conv(32, 3, 1),
          conv(32, 3, 1),
          conv(32, 4, 2),
          conv(64, 3, 1),
          conv(64, 3, 1),
          conv(64, 4, 2)),
      List.of(512)),
  /** Eight convolutions, one hidden dense layer; Tiny-ImageNet at radius 36/255. */
  C8F2(
      List.of(
          conv(64, 3, 1),
          conv(64, 3, 1),
          conv(64, 4, 2),
          conv(128, 3, 1),
          conv(128, 3, 1),
          conv(128, 4, 2),
          conv(256, 3, 1),
          conv(256, 4, 2)),
      List.of(256));

  private record Window(int channels, int kernel, int stride) {}

  private final List<Window> convolutions;
  private final List<Integer> hidden;

  GloroNet(List<Window> convolutions, List<Integer> hidden) {
    this.convolutions = convolutions;
    this.hidden = hidden;
  }

  private static Window conv(int channels, int kernel, int stride) {
    return new Window(channels, kernel, stride);
  }

  /**
   * {@return the network, not yet initialised; margins by {@link MarginRule#PAIRWISE}}
   *
   * @param classes the number of classes, at least 2
   * @param seed of the first weights
   */
  public Classifier create(int classes, long seed) {
    List<Layer> layers = new ArrayList<>(List.of(new Shift(-0.5)));
    for (Window w : convolutions) {
      int same = (w.kernel - w.stride + 1) / 2;
      layers.add(new Convolution(w.channels, w.kernel, w.stride, same, WeightInit.ORTHOGONAL));
      layers.add(new MinMax());
    }
    layers.add(new Flatten());
    for (int width : hidden) {
      layers.add(new Dense(width, WeightInit.ORTHOGONAL));
      layers.add(new MinMax());
    }
    Dense head = new NormalizedDense(classes, WeightInit.ORTHOGONAL);
    return new Classifier(new Sequential(layers), head, MarginRule.PAIRWISE).seed(seed);
  }
}
