/** Norms of linear maps, each with its kind: an estimate or an upper bound. */
package org.lipkit.bound;
