/** What float32 rounding can do to a frozen network, proved layer by layer. */
package org.lipkit.layer.rounding;
