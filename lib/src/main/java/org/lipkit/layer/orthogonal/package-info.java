/** Layers that are 1-Lipschitz by construction, up to rounding. */
package org.lipkit.layer.orthogonal;
