package org.lipkit.data;

/** A split that shows the images of another one in its own way. */
interface ImagesView extends Images {

  /** The split that is shown. */
  Images images();

  @Override
  default int size() {
    return images().size();
  }

  @Override
  default ImageShape shape() {
    return images().shape();
  }

  @Override
  default int label(int index) {
    return images().label(index);
  }
}
