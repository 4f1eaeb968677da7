/** Runs described as data, their records on disk and the published numbers. */
package org.lipkit.experiment;
