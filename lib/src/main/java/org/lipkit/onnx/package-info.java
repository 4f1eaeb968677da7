/** Networks of other tools: ONNX files in, as frozen classifiers that can be certified. */
package org.lipkit.onnx;
