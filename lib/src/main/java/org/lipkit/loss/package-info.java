/**
 * The margin-loss family: one rule for the penalty weight of every rival. A loss is one record that
 * implements {@link org.lipkit.loss.Loss} or {@link org.lipkit.loss.MarginLoss}; its {@code
 * toString} is the name that tables show.
 */
package org.lipkit.loss;
