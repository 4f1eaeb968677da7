package org.lipkit.model;

import java.util.ArrayList;
import java.util.List;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Layer;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.Shapes;
import org.lipkit.layer.Shift;
import org.lipkit.layer.WeightInit;
import org.lipkit.layer.orthogonal.Reparametrization;
import org.lipkit.layer.orthogonal.ReparametrizedDense;

/**
 * The AOL-MLP of Prach and Lampert: nothing but dense layers that almost-orthogonal rescaling makes
 * 1-Lipschitz ({@link Reparametrization#AOL}), with MinMax between them; 16 layers of width 3072
 * for images of 32 x 32 pixels. All matrices begin as identities.
 *
 * <p>There all layers have the same width and the first outputs of the last one are the logits.
 * Here the last layer has only those rows, so that rows which nothing reads do not shrink it.
 */
public final class AolNet {

  private AolNet() {}

  /**
   * Builds the network.
   *
   * @param depth L, the number of dense layers, at least 2
   * @param width W, the number of features between them, even
   * @param classes the number of classes, at least 2
   * @param seed of the first weights
   * @return the classifier, not yet initialised; margins by {@link MarginRule#PAIRWISE}
   */
  public static Classifier create(int depth, int width, int classes, long seed) {
    Shapes.requireAtLeast("The number of an AOL-MLP's layers", depth, 2);
    Shapes.requireAtLeast("The width of an AOL-MLP", width, 2);
    Shapes.requireMultiple("AOL-MLP", "features", width, 2);
    List<Layer> layers = new ArrayList<>(List.of(new Shift(-0.5), new Flatten()));
    for (int i = 1; i < depth; i++) {
      layers.add(dense(width));
      layers.add(new MinMax());
    }
    return new Classifier(new Sequential(layers), dense(classes), MarginRule.PAIRWISE).seed(seed);
  }

  private static Layer dense(int outputs) {
    return new ReparametrizedDense(outputs, Reparametrization.AOL, WeightInit.IDENTITY);
  }
}
