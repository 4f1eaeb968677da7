package org.lipkit.train;

import org.lipkit.text.Text;

/** Training ended in a loss that is no number any more. */
public final class DivergedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * Reports the step.
   *
   * @param epoch the epoch, from 1
   * @param step the step in it, from 1
   * @param loss what the loss became
   */
  public DivergedException(int epoch, int step, double loss) {
    super(
        Text.of(
            "Training diverged: the loss became %s in epoch %s, step %s; lower the learning rate or"
                + " the training radius.",
            loss, epoch, step));
  }
}
