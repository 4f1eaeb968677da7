/** Named arrays in files: NumPy's, safetensors and state dicts of PyTorch. */
package org.lipkit.io;
