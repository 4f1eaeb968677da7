/** Gets the official data sets: downloads, checks and unpacks their files. */
package org.lipkit.fetch;
