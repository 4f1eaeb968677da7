package org.lipkit.train;

/**
 * What one epoch of training brought, measured on the batches as they were trained on.
 *
 * @param epoch its number, from 1
 * @param seconds how long it took
 * @param loss the mean loss
 * @param learningRate the learning rate at its end
 * @param radius the training radius at its end, in pixels of [0, 1]
 * @param accuracy the share of training samples classified correctly, in [0, 1]
 * @param lipschitz the last estimate of the largest margin constant max K_ji
 */
public record EpochSummary(
    int epoch,
    double seconds,
    double loss,
    double learningRate,
    double radius,
    double accuracy,
    double lipschitz) {}
