/** The training loop, its optimizers, schedules, checkpoints and progress. */
package org.lipkit.train;
