/** Certified radii of samples, and the curves made of them. */
package org.lipkit.certify;
