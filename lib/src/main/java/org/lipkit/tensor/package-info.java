/**
 * What the array library lacks: operator adjoints, TorchScript operators, npz files, engine
 * settings.
 *
 * @serial exclude
 */
package org.lipkit.tensor;
