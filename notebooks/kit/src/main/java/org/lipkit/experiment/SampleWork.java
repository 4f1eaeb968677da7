package org.lipkit.experiment;

import java.io.Serializable;
import java.util.List;
import java.util.function.IntConsumer;
import org.lipkit.data.Range;

/**
 * Work on the samples of a run that can be divided: what is found for a sample depends on the run,
 * the sample and its batch alone. It may be sent to another program, and so may its results.
 *
 * @param <R> what is found for one sample
 */
@FunctionalInterface
interface SampleWork<R> extends Serializable {

  /**
   * Does a part of the work.
   *
   * @param open the run
   * @param range which samples
   * @param done told the number of samples of the range finished so far
   * @return one result per sample of the range, in order; fewer if the thread is interrupted
   */
  List<R> of(OpenRun open, Range range, IntConsumer done);
}
