/**
 * Runs described as data, their records on disk and the published numbers.
 *
 * @serial exclude
 */
package org.lipkit.experiment;
