/**
 * Tables, charts, image grids and progress, shown by the Java kernel that runs. This room knows
 * nothing of runs, records or networks.
 */
package org.lipkit.draw;
