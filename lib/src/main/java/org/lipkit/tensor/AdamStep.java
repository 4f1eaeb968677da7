package org.lipkit.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Collections;
import java.util.List;
import org.lipkit.text.Text;

/**
 * The engine's own step of AdamW (Loshchilov and Hutter 2019), which reads and writes every number
 * once for all arrays together.
 *
 * @param beta1 the share of the first moment that stays
 * @param beta2 the share of the second moment that stays
 * @param epsilon what is added to the root of the corrected second moment
 * @param decay the decoupled weight decay
 */
public record AdamStep(double beta1, double beta2, double epsilon, double decay) {

  private static final String CALL =
      "_0 = torch._fused_adamw_(w, g, m, v, annotate(List[Tensor], []), t, lr=rate, beta1=%s,"
          + " beta2=%s, weight_decay=%s, eps=%s, amsgrad=False, maximize=False)";

  /**
   * Updates weights and moments in place; where gradients are not recorded.
   *
   * @param weights the weights, at least one
   * @param gradients one for each weight, of its shape; not changed
   * @param first the first moments
   * @param second the second moments
   * @param rate the learning rate
   * @param time the number of this step, from 1
   */
  public void apply(
      List<NDArray> weights,
      List<NDArray> gradients,
      List<NDArray> first,
      List<NDArray> second,
      double rate,
      long time) {
    NDArray step = weights.get(0).getManager().create((float) time);
    try (NDManager processor = Tensors.newProcessorManager()) {
      // A GPU reads a rate in double precision from there only.
      NDArray rates = processor.create(rate);
      TorchScript.of(
              "w[], g[], m[], v[], t[], rate", Text.of(CALL, beta1, beta2, decay, epsilon), "rate")
          .call(
              new NDList(weights),
              new NDList(gradients),
              new NDList(first),
              new NDList(second),
              new NDList(Collections.nCopies(weights.size(), step)),
              new NDList(rates));
    }
  }
}
