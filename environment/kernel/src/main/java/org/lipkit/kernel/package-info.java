/** A thin Java kernel for Jupyter: JShell inside, clear errors, interrupts that work. */
package org.lipkit.kernel;
