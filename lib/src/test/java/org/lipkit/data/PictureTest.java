package org.lipkit.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lipkit.data.TestFiles.assertSays;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    float[][][] out = picture.fit(3, 8, 9);
    float[][][] grey = picture.fit(1, 8, 9);
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 9; x++) {
        assertEquals((10 * x + y) / 255f, out[0][y][x], 1e-6f);
        assertEquals(out[0][y][x], out[2][y][x]);
        assertEquals(out[0][y][x], grey[0][y][x]);
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
    assertArrayEquals(new int[] {scaledWidth, scaledHeight}, picture.scaledTo(256, 256));
  }

  /**
   * A linear picture stays linear, at the right place, whatever the scale (away from its edges).
   */
  @ParameterizedTest
  @CsvSource({"24,18", "13,25", "12,12", "5,4"})
  void centreCropOfARampIsThatRamp(int width, int height) {
    int side = 8;
    Picture picture = ramp(width, height);
    int[] scaled = picture.scaledTo(12, 12);
    double left = Math.rint((scaled[0] - side) / 2.0);
    double top = Math.rint((scaled[1] - side) / 2.0);
    float[] out = new float[3 * side * side];
    picture.write(new ImageShape(3, side, side), 12 - side, null, out, 0);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double sourceX = (left + x + 0.5) * width / scaled[0] - 0.5;
        double sourceY = (top + y + 0.5) * height / scaled[1] - 0.5;
        assertEquals((10 * sourceX + sourceY) / 255, out[y * side + x], 0.012);
      }
    }
  }

  /** Of 1, 3, 5 and 7 spare columns 0.5, 1.5, 2.5 and 3.5 would lie on the left. */
  @ParameterizedTest
  @CsvSource({"5,0", "7,2", "9,2", "11,4", "8,2"})
  void halfOfTheSparePixelsIsRoundedToEven(int width, int left) {
    float[][] row = ramp(width, 4).fit(1, 4, 4)[0];
    for (int x = 0; x < 4; x++) {
      assertEquals(10 * (left + x) / 255f, row[0][x], 1e-6f);
    }
  }

  @Test
  void shrinkingAveragesAndNeverLeavesTheRange() {
    int[] stripes = IntStream.range(0, 64 * 64).map(i -> i % 2 * 255).toArray();
    for (float[] row : new Picture(64, 64, 1, stripes).fit(3, 8, 8)[1]) {
      for (float value : row) {
        assertEquals(0.5f, value, 0.02f);
      }
    }
  }

  @Test
  void oddSizesFillTheWholeSquare() {
    for (int[] size : List.of(new int[] {1, 1}, new int[] {1, 40}, new int[] {301, 2})) {
      TestFiles.write(folder.resolve("white.png"), png(size[0], size[1]));
      Images images =
          new PictureFiles("imagenet", folder, List.of("white.png"), new int[1])
              .images(new ImageShape(3, 224, 224), 32);
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

  /** Of 16 bits red and blue have five, green has six. */
  @Test
  void bandsMayHaveDifferentDepths() {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_565_RGB);
    image.setRGB(0, 0, 0xffffff);
    for (float[][] channel : Picture.of(image).fit(3, 1, 1)) {
      assertEquals(1f, channel[0][0]);
    }
  }

  @Test
  void colourKeepsItsChannels() {
    TestFiles.write(folder.resolve("a.jpg"), TestFiles.jpeg(64, 64, false));
    float[][][] out = Picture.read(folder.resolve("a.jpg")).fit(3, 64, 64);
    assertEquals(0f, out[0][0][0], 0.05f);
    assertEquals(0.5f, out[1][0][0], 0.05f);
    assertEquals(1f, out[2][0][0], 0.05f);
    float[][][] grey = Picture.read(folder.resolve("a.jpg")).fit(1, 64, 64);
    assertEquals(0.587 * 128 / 255 + 0.114, grey[0][0][0], 0.02);
    assertThrows(
        IllegalArgumentException.class, () -> Picture.read(folder.resolve("a.jpg")).fit(2, 8, 8));
  }

  @Test
  void onePictureOfUnknownClassGoesWhereDataSetsGo() {
    TestFiles.write(folder.resolve("a.jpg"), TestFiles.jpeg(90, 60, false));
    Images ones = Images.of(new float[1][3][32][32], 0);
    Images one = Picture.read(folder.resolve("a.jpg")).like(ones);
    assertEquals(ones.shape(), one.shape());
    assertEquals(1, one.size());
    assertEquals(Images.UNKNOWN, one.label(0));
    assertEquals(0.5f, one.image(0)[16 * 32 + 16], 0.02f);
  }

  @Test
  void theLongerSideIsCutEvenlyWhateverTheShape() {
    float[] flat = new float[6 * 4];
    ramp(20, 8).write(new ImageShape(1, 4, 6), 0, null, flat, 0);
    // Halved to 10 x 4 pixels; two columns are cut on each side.
    for (int x = 0; x < 6; x++) {
      assertEquals((10 * (2 * (x + 2) + 0.5) + 2.5) / 255, flat[6 + x], 0.01);
    }
  }

  @Test
  void palettesAndDeepGreysAreConverted() {
    BufferedImage palette = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_INDEXED);
    palette.setRGB(1, 0, 0xff0000);
    TestFiles.write(folder.resolve("palette.png"), TestFiles.encode(palette, "png"));
    float[][][] colour = Picture.read(folder.resolve("palette.png")).fit(3, 4, 4);
    assertEquals(1, colour[0][0][1]);
    assertEquals(0, colour[1][0][1]);
    BufferedImage deep = new BufferedImage(4, 4, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setSample(2, 3, 0, 0x8000);
    TestFiles.write(folder.resolve("deep.png"), TestFiles.encode(deep, "png"));
    assertEquals(0.5f, Picture.read(folder.resolve("deep.png")).fit(1, 4, 4)[0][3][2], 0.002f);
  }

  @Test
  void inksBecomeColours() throws IOException {
    byte[] plain = cmykJpeg(0, 255, 255, 51);
    TestFiles.write(folder.resolve("plain.jpg"), plain);
    assertColour(0.8, 0, 0, folder.resolve("plain.jpg"));
    // The same bytes with Adobe's marker are inverted inks, or inverted after YCbCr.
    TestFiles.write(folder.resolve("adobe.jpg"), withAdobe(cmykJpeg(255, 0, 0, 204), 0));
    assertColour(0.8, 0, 0, folder.resolve("adobe.jpg"));
    // Y, Cb, Cr of cyan, which is the inverse of red.
    TestFiles.write(folder.resolve("ycck.jpg"), withAdobe(cmykJpeg(179, 171, 0, 204), 2));
    assertColour(0.8, 0, 0, folder.resolve("ycck.jpg"));
    assertEquals(
        new ImageShape(3, 16, 16),
        PictureDecoder.shape(new SourceFile(folder.resolve("plain.jpg"), "")));
  }

  private static void assertColour(double red, double green, double blue, Path file) {
    float[][][] found = Picture.read(file).fit(3, 16, 16);
    assertEquals(red, found[0][5][5], 0.02);
    assertEquals(green, found[1][5][5], 0.02);
    assertEquals(blue, found[2][5][5], 0.02);
  }

  private static byte[] withAdobe(byte[] jpeg, int transform) {
    byte[] marker = {
      (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform
    };
    ByteArrayOutputStream marked = new ByteArrayOutputStream();
    marked.write(jpeg, 0, 2);
    marked.writeBytes(marker);
    marked.write(jpeg, 2, jpeg.length - 2);
    return marked.toByteArray();
  }

  @Test
  void whatCannotBeReadIsSaidInOneSentence() throws IOException {
    Path file = folder.resolve("a.png");
    assertSays(() -> Picture.read(file), "a.png", "is missing");
    TestFiles.write(file, "no picture");
    assertSays(() -> Picture.read(file), "a.png", "no such picture format");
    TestFiles.write(file, TestFiles.encode(new BufferedImage(64, 64, 5), "png"));
    TestFiles.cut(file, 60);
    assertSays(
        () -> Picture.read(file),
        "a.png",
        "cannot be decoded",
        "get it again, save it as an RGB JPEG");
    TestFiles.write(file, new byte[0]);
    assertSays(() -> Picture.read(file), "a.png", "no such picture format");
  }

  /** Where a part of the picture is missing, its decoder fills in grey and only warns. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCutJpegIsRefusedWithAnEndMarkToo(boolean progressive) throws IOException {
    byte[] whole = noisyJpeg(progressive);
    Path file = folder.resolve("a.jpg");
    TestFiles.write(file, whole);
    Picture picture = Picture.read(file);
    for (int length = 300; length < whole.length - 2; length += 97) {
      byte[] cut = Arrays.copyOf(whole, length);
      TestFiles.write(file, cut);
      assertSays(() -> Picture.read(file), "a.jpg", "cannot be decoded");
      assertSays(() -> PictureDecoder.shape(new SourceFile(file, "")), "a.jpg");
      // Cut between two of its scans, a progressive JPEG is a whole one with fewer details.
      if (whole[length - 1] != (byte) 0xff && whole[length] != (byte) 0xff) {
        TestFiles.write(file, joined(cut, 0xff, 0xd9));
        assertSays(() -> Picture.read(file), "a.jpg", "cannot be decoded");
      }
    }
    // Bytes after the end mark, or between the last pixel and the end mark, take nothing away.
    byte[] open = Arrays.copyOf(whole, whole.length - 2);
    for (byte[] full : List.of(joined(whole, 0, 0, 0), joined(open, 1, 2, 3, 0xff, 0xd9))) {
      TestFiles.write(file, full);
      assertArrayEquals(picture.samples(), Picture.read(file).samples());
      assertEquals(new ImageShape(3, 40, 48), PictureDecoder.shape(new SourceFile(file, "")));
    }
  }

  private static byte[] joined(byte[] start, int... end) {
    byte[] joined = Arrays.copyOf(start, start.length + end.length);
    for (int i = 0; i < end.length; i++) {
      joined[start.length + i] = (byte) end[i];
    }
    return joined;
  }

  private static byte[] noisyJpeg(boolean progressive) throws IOException {
    BufferedImage image = new BufferedImage(48, 40, BufferedImage.TYPE_3BYTE_BGR);
    RandomGenerator random = Counter.random(1);
    for (int i = 0; i < 48 * 40; i++) {
      image.setRGB(i % 48, i / 48, random.nextInt());
    }
    return write(
        new IIOImage(image, null, null),
        progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
  }

  private static byte[] cmykJpeg(int... inks) throws IOException {
    WritableRaster raster = Raster.createBandedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
    for (int i = 0; i < 16 * 16; i++) {
      raster.setPixel(i % 16, i / 16, inks);
    }
    return write(new IIOImage(raster, null, null), ImageWriteParam.MODE_DISABLED);
  }

  private static byte[] write(IIOImage image, int progressiveMode) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam way = writer.getDefaultWriteParam();
    way.setProgressiveMode(progressiveMode);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, image, way);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
