/** Randomized smoothing, a baseline that certificates are compared with. */
package org.lipkit.smoothing;
