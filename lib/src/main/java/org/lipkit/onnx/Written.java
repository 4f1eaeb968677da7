package org.lipkit.onnx;

import ai.djl.ndarray.types.Shape;

/**
 * A value of a graph that is being written.
 *
 * @param name in the graph
 * @param shape of one sample
 */
record Written(String name, Shape shape) {}
