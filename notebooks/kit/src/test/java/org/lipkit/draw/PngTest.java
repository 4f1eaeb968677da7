package org.lipkit.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PngTest {

  private final BufferedImage picture =
      Canvas.paint(
          90,
          70,
          g -> {
            g.setColor(Color.RED);
            g.fillOval(10, 10, 60, 40);
            g.setColor(Color.BLUE);
            g.drawString("text", 30, 30);
          });

  private static void assertReadsBack(BufferedImage image) throws IOException {
    byte[] file = Base64.getDecoder().decode(Png.base64(image));
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(file));
    assertEquals(image.getWidth(), read.getWidth());
    assertEquals(image.getHeight(), read.getHeight());
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        assertEquals(image.getRGB(x, y), read.getRGB(x, y));
      }
    }
  }

  @Test
  void javaReadsWhatIsWrittenAndAPartOfItToo() throws IOException {
    assertReadsBack(picture);
    assertReadsBack(picture.getSubimage(33, 21, 50, 60));
  }

  @Test
  void isSmallerThanJavasOwn() throws IOException {
    ByteArrayOutputStream own = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", own);
    assertTrue(Base64.getDecoder().decode(Png.base64(picture)).length < own.size());
  }
}
