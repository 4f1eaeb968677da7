/**
 * Randomized smoothing, a baseline that certificates are compared with.
 *
 * @serial exclude
 */
package org.lipkit.smoothing;
