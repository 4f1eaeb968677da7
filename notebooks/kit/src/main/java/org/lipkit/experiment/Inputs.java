package org.lipkit.experiment;

import ai.djl.ndarray.types.Shape;
import org.lipkit.data.Dataset;
import org.lipkit.data.Images;

/**
 * What a network for a data set is given and told apart: it decides the shapes of the weights.
 *
 * @param channels colour planes of an image
 * @param height rows of an image
 * @param width columns of an image
 * @param classes number of classes
 */
public record Inputs(int channels, int height, int width, int classes) {

  static Inputs of(Dataset data) {
    Images images = data.train();
    return new Inputs(images.channels(), images.height(), images.width(), data.classes());
  }

  Shape image() {
    return new Shape(channels, height, width);
  }
}
