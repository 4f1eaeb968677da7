/** ONNX files: networks of other tools in, as frozen classifiers, and certified networks out. */
package org.lipkit.onnx;
