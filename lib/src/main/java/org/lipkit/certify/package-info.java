/** Certified radii a sample and the curves made of them. */
package org.lipkit.certify;
