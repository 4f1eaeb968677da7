package org.lipkit.experiment;

import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.lipkit.data.Dataset;
import org.lipkit.data.EvenlySpaced;
import org.lipkit.data.ImageShape;
import org.lipkit.data.Images;
import org.lipkit.data.Picture;
import org.lipkit.layer.Classifier;
import org.lipkit.text.Given;
import org.lipkit.text.Text;

/**
 * Images that a network is certified on, in the shape that it takes.
 *
 * @param images the images; those without a class are {@link Images#UNKNOWN}
 * @param sources where each comes from: the data set's title, or the picture's file
 * @param places the place of each in the data set's test split; 0 for a picture
 * @param remarks what was done to make them fit, one sentence each
 */
public record NetworkInputs(
    Images images, List<String> sources, List<Integer> places, List<String> remarks) {

  /**
   * Copies the lists.
   *
   * @param images the images
   * @param sources where each comes from; copied
   * @param places the place of each there; copied
   * @param remarks one sentence each; copied
   */
  public NetworkInputs {
    sources = List.copyOf(sources);
    places = List.copyOf(places);
    remarks = List.copyOf(remarks);
  }

  /**
   * {@return images of one's own}
   *
   * @param source what they are called
   * @param images in the shape that the network takes
   */
  public static NetworkInputs of(String source, Images images) {
    return new NetworkInputs(
        images,
        Collections.nCopies(images.size(), source),
        IntStream.range(0, images.size()).boxed().toList(),
        List.of());
  }

  /**
   * {@return an evenly spaced subset of a test split}
   *
   * @param network an initialised classifier
   * @param data the data set
   * @param count the most images, at least 1
   * @throws IllegalArgumentException if the data set has another number of classes or images of
   *     another size than the network
   */
  public static NetworkInputs testImages(Classifier network, Dataset data, int count) {
    if (data.classes() != network.classes()) {
      throw Given.refused(
          "%s has %d classes and the network has %d; certify it on data of its own classes.",
          data.title(), data.classes(), network.classes());
    }
    ImageShape shape = shape(network);
    Images test = data.test();
    if (!shape.equals(test.shape()) && !takesRows(shape, test.shape())) {
      throw Given.refused(
          "An image of %s has %s values and the network takes %s; certify it on data of its own"
              + " size.",
          data.title(), test.shape(), shape);
    }
    Images some = test.evenlySpaced(count);
    return new NetworkInputs(
        shape.equals(test.shape())
            ? some
            : Images.of(
                shape, IntStream.range(0, some.size()).map(some::label).toArray(), some::read),
        Collections.nCopies(some.size(), data.title()),
        IntStream.range(0, some.size())
            .map(n -> EvenlySpaced.index(n, some.size(), test.size()))
            .boxed()
            .toList(),
        shape.equals(test.shape())
            ? List.of()
            : List.of(
                "The network takes rows of "
                    + shape.values()
                    + " values, so that each image of "
                    + test.shape()
                    + " is written as one row, channel after channel."));
  }

  /** Whether the network was made for images that are written as rows of values. */
  private static boolean takesRows(ImageShape shape, ImageShape image) {
    return shape.height() == 1 && shape.width() == 1 && shape.values() == image.values();
  }

  /**
   * {@return picture files, whose classes are not known} A picture of another size is scaled and
   * cut, see {@link Picture#fit}; a remark says so.
   *
   * @param network an initialised classifier of grey or colour images
   * @param files JPEG, PNG, GIF or BMP, at least one
   * @throws org.lipkit.data.DataException if a file is missing or cannot be decoded
   * @throws IllegalArgumentException if the network does not take images of 1 or 3 channels
   */
  public static NetworkInputs pictures(Classifier network, List<Path> files) {
    ImageShape shape = shape(network);
    if (shape.channels() != 1 && shape.channels() != 3) {
      throw new IllegalArgumentException(
          "The network takes "
              + shape
              + " values, and a picture has 1 or 3 channels; certify it on a data set.");
    }
    List<String> remarks = new ArrayList<>();
    float[][][][] fitted = new float[files.size()][][][];
    for (int n = 0; n < fitted.length; n++) {
      Picture picture = Picture.read(files.get(n));
      remarks.addAll(remarks(files.get(n), picture, shape));
      fitted[n] = picture.fit(shape.channels(), shape.height(), shape.width());
    }
    return new NetworkInputs(
        Images.unlabelled(fitted),
        files.stream().map(Path::toString).toList(),
        Collections.nCopies(fitted.length, 0),
        remarks);
  }

  private static List<String> remarks(Path file, Picture picture, ImageShape shape) {
    List<String> remarks = new ArrayList<>();
    if (picture.height() != shape.height() || picture.width() != shape.width()) {
      remarks.add(
          Text.of(
              "%s has %d x %d pixels; it was scaled until it covers %d x %d and cut in the centre.",
              file, picture.height(), picture.width(), shape.height(), shape.width()));
    }
    if (picture.isGrey() && shape.channels() == 3) {
      remarks.add(file + " is grey; each of the three channels holds its grey values.");
    } else if (!picture.isGrey() && shape.channels() == 1) {
      remarks.add(file + " has colours; the network is given 0.299 R + 0.587 G + 0.114 B.");
    }
    if (picture.bands() % 2 == 0) {
      remarks.add(file + " has transparent parts, which are shown as opaque.");
    }
    return remarks;
  }

  private static ImageShape shape(Classifier network) {
    Shape input = network.inputShape();
    return new ImageShape((int) input.get(0), (int) input.get(1), (int) input.get(2));
  }
}
