package org.lipkit.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DisplayTest {

  private record Shown(DisplayData data, boolean update) {}

  private final List<Shown> shown = new ArrayList<>();

  @BeforeEach
  void record() {
    Display.connect((data, update) -> shown.add(new Shown(data, update)));
  }

  @AfterEach
  void forget() {
    Display.connect((data, update) -> {});
  }

  @Test
  void anUpdateCarriesTheIdOfItsDisplay() {
    String id = Display.display("<b>0 %</b>", "text/html");
    Display.update(id, "<b>50 %</b>", "text/html");
    assertEquals(2, shown.size());
    assertFalse(shown.get(0).update());
    assertTrue(shown.get(1).update());
    assertEquals(id, shown.get(0).data().getDisplayId());
    assertEquals(id, shown.get(1).data().getDisplayId());
    assertEquals("<b>50 %</b>", shown.get(1).data().getData(MIMEType.TEXT_HTML));
  }

  @Test
  void imagesArriveWhole() throws IOException {
    BufferedImage image = new BufferedImage(5, 4, BufferedImage.TYPE_INT_RGB);
    image.setRGB(4, 3, 0x00ff00);
    Display.display(image, "image/png");
    for (DisplayData data : List.of(shown.get(0).data(), Display.result(image))) {
      byte[] png = Base64.getDecoder().decode((String) data.getData(MIMEType.IMAGE_PNG));
      BufferedImage back = ImageIO.read(new ByteArrayInputStream(png));
      assertEquals(5, back.getWidth());
      assertEquals(0xff00ff00, back.getRGB(4, 3));
    }
  }

  @Test
  void anythingElseIsItsText() {
    assertEquals("[1, 2]", Display.result(List.of(1, 2)).getData(MIMEType.TEXT_PLAIN));
  }

  @Test
  void onlyImagesArePictures() {
    assertThrows(IllegalArgumentException.class, () -> Display.display("text", "image/png"));
  }

  @Test
  void cellsCanDisplay() throws CellException {
    try (Evaluator evaluator = new Evaluator()) {
      evaluator.evaluate(
          1, "var id = display(\"a\", \"text/html\"); update(id, \"b\", \"text/html\");");
    }
    assertEquals(2, shown.size());
  }
}
