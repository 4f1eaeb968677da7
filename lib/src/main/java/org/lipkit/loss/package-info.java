/** The margin-loss family: one rule for a rival's penalty a class. */
package org.lipkit.loss;
