/**
 * Sentences with numbers in them, and refusals of wrong arguments.
 *
 * @serial exclude
 */
package org.lipkit.text;
