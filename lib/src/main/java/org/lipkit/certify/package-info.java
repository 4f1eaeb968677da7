/**
 * Certified radii of samples, and the curves made of them.
 *
 * @serial exclude
 */
package org.lipkit.certify;
