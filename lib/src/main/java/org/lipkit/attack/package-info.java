/**
 * Attacks within the Euclidean norm, which bound certified radii from above, and the search for
 * pairs of images that bound Lipschitz constants from below.
 *
 * @serial exclude
 */
package org.lipkit.attack;
