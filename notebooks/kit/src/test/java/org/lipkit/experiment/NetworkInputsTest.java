package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.data.Dataset;
import org.lipkit.data.Datasets;
import org.lipkit.data.Images;
import org.lipkit.data.Picture;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;

class NetworkInputsTest {

  @TempDir private Path folder;

  private static Classifier network(int classes, int channels, int height, int width) {
    return Classifier.of(new Flatten(), new Dense(classes)).initialize(channels, height, width);
  }

  private Path picture(String name, int type, int height, int width) throws IOException {
    BufferedImage picture = new BufferedImage(width, height, type);
    for (int i = 0; i < height * width; i++) {
      picture.setRGB(i % width, i / width, 0xff000000 | 0x010203 * (i % 80));
    }
    Path file = folder.resolve(name);
    ImageIO.write(picture, "png", file.toFile());
    return file;
  }

  @Test
  void aPictureOfTheNetworksSizeIsTakenAsItIs() throws IOException {
    Path file = picture("grey.png", BufferedImage.TYPE_BYTE_GRAY, 6, 5);
    NetworkInputs inputs = NetworkInputs.pictures(network(3, 1, 6, 5), List.of(file));
    assertEquals(List.of(), inputs.remarks());
    assertEquals(List.of(file.toString()), inputs.sources());
    assertEquals(Images.UNKNOWN, inputs.images().label(0));
    int[] samples = Picture.read(file).samples();
    float[] pixels = inputs.images().image(0);
    for (int i = 0; i < pixels.length; i++) {
      assertEquals(samples[i] / 255f, pixels[i], 1e-6f);
    }
  }

  @Test
  void whatIsDoneToAPictureIsRemarked() throws IOException {
    Path grey = picture("grey.png", BufferedImage.TYPE_BYTE_GRAY, 9, 5);
    Path colour = picture("colour.png", BufferedImage.TYPE_4BYTE_ABGR, 6, 6);
    NetworkInputs inputs = NetworkInputs.pictures(network(3, 3, 6, 6), List.of(grey, colour));
    String remarks = String.join("\n", inputs.remarks());
    assertEquals(3, inputs.remarks().size(), remarks);
    assertTrue(inputs.remarks().get(0).contains("9 x 5 pixels"), remarks);
    assertTrue(inputs.remarks().get(1).contains("grey.png is grey"), remarks);
    assertTrue(inputs.remarks().get(2).contains("transparent"), remarks);
    NetworkInputs ofGrey = NetworkInputs.pictures(network(3, 1, 6, 6), List.of(colour));
    assertTrue(ofGrey.remarks().get(0).contains("colour.png has colours"));
  }

  @Test
  void imagesOfAnotherSizeOrNumberOfClassesAreRefused() {
    Dataset data = Datasets.load("strokes");
    assertRefused("10 classes", () -> NetworkInputs.testImages(network(3, 1, 28, 28), data, 5));
    assertRefused("1 x 28 x 28", () -> NetworkInputs.testImages(network(10, 3, 32, 32), data, 5));
    assertRefused("7 x 6 x 6", () -> NetworkInputs.pictures(network(3, 7, 6, 6), List.of(folder)));
  }

  private static void assertRefused(String part, Runnable action) {
    Exception refusal = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(refusal.getMessage().contains(part), refusal::getMessage);
  }

  @Test
  void aNetworkOfRowsIsGivenRows() {
    Dataset data = Datasets.load("strokes");
    NetworkInputs inputs = NetworkInputs.testImages(network(10, 784, 1, 1), data, 4);
    assertEquals(1, inputs.remarks().size());
    for (int n = 0; n < 4; n++) {
      int place = inputs.places().get(n);
      assertEquals(n * data.test().size() / 4, place);
      assertArrayEquals(data.test().image(place), inputs.images().image(n));
      assertEquals(data.test().label(place), inputs.images().label(n));
    }
  }
}
