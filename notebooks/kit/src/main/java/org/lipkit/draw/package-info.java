/**
 * Tables, charts, image grids and progress, shown by whatever Java kernel runs. This room knows
 * nothing of runs, records or networks.
 */
package org.lipkit.draw;
