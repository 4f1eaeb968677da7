package org.lipkit.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lipkit.data.TestFiles.assertSays;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureTest {

  @TempDir Path folder;

  /** Grey, growing by one a pixel from left to right and by a tenth from top to bottom. */
  private static Picture ramp(int width, int height) {
    int[] samples =
        IntStream.range(0, width * height).map(i -> 10 * (i % width) + i / width).toArray();
    return new Picture(width, height, 1, samples);
  }

  @Test
  void scaleOneCopies() {
    Picture picture = ramp(9, 8);
    float[] out = new float[3 * 8 * 8];
    picture.writeSquare(9, 8, 1, 0, 8, out, 0);
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        assertEquals((10 * (x + 1) + y) / 255f, out[y * 8 + x], 1e-6f);
        assertEquals(out[y * 8 + x], out[(2 * 8 + y) * 8 + x]);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "256,256,256,256",
    "500,375,341,256",
    "375,500,256,341",
    "64,64,256,256",
    "1,7,256,1792",
    "255,1023,256,1027"
  })
  void shorterSideBecomes256(int width, int height, int scaledWidth, int scaledHeight) {
    Picture picture = new Picture(width, height, 1, new int[0]);
    assertArrayEquals(new int[] {scaledWidth, scaledHeight}, picture.scaledTo(256));
  }

  /**
   * A linear picture stays linear, at the right place, whatever the scale (away from its edges).
   */
  @ParameterizedTest
  @CsvSource({"24,18", "13,25", "12,12", "5,4"})
  void centreCropOfARampIsThatRamp(int width, int height) {
    int side = 8;
    Picture picture = ramp(width, height);
    int[] scaled = picture.scaledTo(12);
    int left = (scaled[0] - side) / 2;
    int top = (scaled[1] - side) / 2;
    float[] out = new float[3 * side * side];
    picture.writeSquare(scaled[0], scaled[1], left, top, side, out, 0);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double sourceX = (left + x + 0.5) * width / scaled[0] - 0.5;
        double sourceY = (top + y + 0.5) * height / scaled[1] - 0.5;
        assertEquals((10 * sourceX + sourceY) / 255, out[y * side + x], 0.012);
      }
    }
  }

  @Test
  void shrinkingAveragesAndNeverLeavesTheRange() {
    int[] stripes = IntStream.range(0, 64 * 64).map(i -> i % 2 * 255).toArray();
    float[] out = new float[3 * 8 * 8];
    new Picture(64, 64, 1, stripes).writeSquare(8, 8, 0, 0, 8, out, 0);
    for (float value : out) {
      assertEquals(0.5f, value, 0.02f);
    }
  }

  @Test
  void oddSizesFillTheWholeSquare() {
    for (int[] size : List.of(new int[] {1, 1}, new int[] {1, 40}, new int[] {301, 2})) {
      int[] white = new int[size[0] * size[1]];
      java.util.Arrays.fill(white, 255);
      TestFiles.write(folder.resolve("white.png"), png(size[0], size[1]));
      FolderImages images =
          new FolderImages("imagenet", folder, List.of("white.png"), new int[1], 256, 224);
      float[] out = new float[images.values()];
      images.read(0, null, out, 0);
      for (float value : out) {
        assertEquals(1f, value, 1e-5f);
      }
      images.read(0, Counter.random(3), out, 0);
      assertTrue(out[out.length - 1] > 0.999f);
    }
  }

  private static byte[] png(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, 0xffffff);
    }
    return TestFiles.encode(image, "png");
  }

  @Test
  void colourKeepsItsChannels() {
    TestFiles.write(folder.resolve("a.jpg"), TestFiles.jpeg(64, 64, false));
    Picture picture = Picture.decode(new SourceFile(folder.resolve("a.jpg"), "imagenet"));
    float[] out = new float[3 * 64 * 64];
    picture.writeSquare(64, 64, 0, 0, 64, out, 0);
    assertEquals(0f, out[0], 0.05f);
    assertEquals(0.5f, out[64 * 64], 0.05f);
    assertEquals(1f, out[2 * 64 * 64], 0.05f);
  }

  @Test
  void whatJavaDoesNotDecodeIsSaidInOneSentence() throws IOException {
    TestFiles.write(folder.resolve("cmyk.JPEG"), cmykJpeg());
    assertSays(
        () -> Picture.decode(new SourceFile(folder.resolve("cmyk.JPEG"), "imagenet")),
        "cmyk.JPEG",
        "save it as an RGB JPEG");
    BufferedImage palette = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_INDEXED);
    TestFiles.write(folder.resolve("palette.png"), TestFiles.encode(palette, "png"));
    assertSays(
        () -> Picture.decode(new SourceFile(folder.resolve("palette.png"), "imagenet")),
        "not plain 8-bit grey or colour");
  }

  private static byte[] cmykJpeg() throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      Raster inks = Raster.createBandedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
      writer.write(null, new IIOImage(inks, null, null), null);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
