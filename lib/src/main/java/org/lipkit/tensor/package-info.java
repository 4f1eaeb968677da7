/**
 * What the array library lacks: operator adjoints, TorchScript operators, npz files, engine
 * settings.
 */
package org.lipkit.tensor;
