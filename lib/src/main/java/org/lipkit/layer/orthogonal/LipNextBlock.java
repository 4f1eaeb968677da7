package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import org.lipkit.layer.Abs;
import org.lipkit.layer.Bias;
import org.lipkit.layer.ChannelShift;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Pass;
import org.lipkit.layer.Shapes;

/**
 * The block of LipNeXt (arXiv 2601.18513), 1-Lipschitz by construction, without a convolution:
 *
 * <pre>  y = beta-abs( M R^T S( R (x + p) ) + b ).</pre>
 *
 * <p>R and M are orthogonal matrices that act at each pixel, S moves groups of channels by one
 * pixel ({@link ChannelShift}), p is a learned position, and beta-abs ({@link Abs}) takes the
 * absolute value of some channels. R^T S R moves what lies in some directions, not only channels; M
 * mixes. The forward pass multiplies with R and with the rounded product M R^T.
 *
 * <ul>
 *   <li>x and y: (N, C, H, W)
 *   <li>R and M: {@link Rotation}s, (C, C); p: (C, H, W); b: (C)
 * </ul>
 */
public final class LipNextBlock extends Layer {

  private final Bias position = addChildBlock("position", Bias.perEntry());
  private final Rotation rotation = addChildBlock("rotation", new Rotation());
  private final Rotation mixing = addChildBlock("mixing", new Rotation());
  private final ChannelShift shift;
  private final Abs abs;
  private final Parameter bias = bias(input -> input.slice(0, 1));

  /**
   * Creates the block.
   *
   * @param shifted the share alpha of the channels that each of the four moved groups has, in [0,
   *     1/4]; 1/8 or 1/16 in the paper
   * @param folded the share beta of the channels that beta-abs takes the absolute value of, in [0,
   *     1]
   */
  public LipNextBlock(double shifted, double folded) {
    shift = addChildBlock("shift", new ChannelShift(shifted));
    abs = addChildBlock("abs", new Abs(folded));
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireImages(name(), input);
    return input;
  }

  @Override
  protected void layOutChildren(Shape input) {
    for (Layer part : List.of(position, rotation, mixing, shift, abs)) {
      part.layOut(input);
    }
  }

  @Override
  public Form form(Pass pass) {
    NDArray back = mixing.weight().matMul(rotation.weight().transpose());
    return new Form.Chain(
        List.of(
            position.form(pass),
            rotation.form(pass),
            shift.form(pass),
            Rotation.product(name(), back, bias.getArray(), inputShape()),
            abs.form(pass)));
  }
}
