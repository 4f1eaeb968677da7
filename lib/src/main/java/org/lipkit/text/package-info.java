/**
 * Text with numbers in it, the same whatever the language; exceptions for wrong arguments.
 *
 * @serial exclude
 */
package org.lipkit.text;
