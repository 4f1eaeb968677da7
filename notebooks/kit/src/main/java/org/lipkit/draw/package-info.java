/** Tables, charts, image grids and progress shown by whatever kernel runs. */
package org.lipkit.draw;
