package org.lipkit.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PlaneFramesTest {

  private static final Title TITLE = new Title("Discs \"of\" <two> points", true);
  private static final double[][] CENTRES = {{0.5, 0.5}, {1.5, 0.25}};

  private int drawn;

  private final PlanePicture one = picture();
  private final PlanePicture other = picture();
  private final PlaneFrames frames = PlaneFrames.of(TITLE, "radius", CENTRES);

  private PlanePicture picture() {
    return PlanePicture.over(0, 2, 0, 1, List.of("a", "b"))
        .within(200, 200)
        .regions(
            points -> {
              drawn++;
              return new int[points.length];
            });
  }

  private static String attribute(String html, String name) {
    return Pattern.compile(" " + name + "=\"([^\"]*)\"")
        .matcher(html)
        .results()
        .map((MatchResult found) -> found.group(1))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode data(String html) throws IOException {
    String escaped = attribute(html, "data-frames");
    String json =
        escaped
            .replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&");
    return new ObjectMapper().readTree(json);
  }

  private static BufferedImage image(String base64) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
  }

  @Test
  void discsLieWhereThePictureHasTheirPoints() throws IOException {
    String html =
        frames
            .frame("r < \"0.1\"", one, new double[] {0.1, 0})
            .frame("b", one, new double[2])
            .html();
    JsonNode data = data(html);
    assertEquals("radius", data.get("name").asText());
    assertEquals("r < \"0.1\"", data.at("/frames/0/caption").asText());
    BufferedImage first = image(attribute(html, "src").replace("data:image/png;base64,", ""));
    assertEquals(first.getWidth(), data.at("/size/0").asInt());
    assertEquals(first.getHeight(), data.at("/size/1").asInt());
    double x = data.at("/plane/0").asDouble() + data.at("/centres/0/0").asDouble();
    double y = data.at("/plane/1").asDouble() + data.at("/centres/0/1").asDouble();
    double radius = data.at("/frames/0/radii/0").asDouble();
    assertEquals(0.1 * one.pixelsPerUnit(), radius, 0.05);
    // The first picture has the disc itself: ink at its centre and on its rim.
    assertTrue(new Color(first.getRGB((int) x, (int) y)).getRed() < 0x60);
    assertTrue(new Color(first.getRGB((int) (x + radius), (int) y)).getRed() < 0x60);
  }

  @Test
  void onePictureWithManyDiscsIsDrawnOnceAndHasNone() throws IOException {
    frames.frame("a", one, new double[] {0.1, 0.2});
    int before = drawn;
    frames.frame("b", one, new double[] {0.2, 0.3}).frame("c", one, new double[] {0.3, 0.1});
    assertEquals(before, drawn);
    String html = frames.frame("d", other, new double[] {0.3, 0.1}).html();
    JsonNode data = data(html);
    String[] grounds = attribute(html, "data-grounds").split(" ");
    assertEquals(2, grounds.length);
    assertEquals(0, data.at("/frames/2/ground").asInt());
    assertEquals(1, data.at("/frames/3/ground").asInt());
    BufferedImage ground = image(grounds[0]);
    assertEquals(data.at("/plane/2").asInt(), ground.getWidth());
    assertEquals(data.at("/plane/3").asInt(), ground.getHeight());
    int x = (int) data.at("/centres/0/0").asDouble();
    int y = (int) data.at("/centres/0/1").asDouble();
    assertTrue(new Color(ground.getRGB(x, y)).getBlue() > 0x80);
  }

  /** What is drawn later belongs to the frame that it was drawn for. */
  @Test
  void aFrameIsDrawnWhenItIsAdded() {
    frames.frame("a", one, new double[2]);
    int before = drawn;
    frames.html();
    assertEquals(before, drawn);
  }

  @Test
  void everythingIsInsideAndTheTextBeginsWithTheFirstCaption() {
    String html = frames.frame("what is said", one, new double[2]).html();
    assertFalse(Pattern.compile("(src|href)=\"(?!data:)").matcher(html).find());
    assertFalse(html.replace("http://www.w3.org/2000/svg", "").contains("http"));
    assertEquals("what is said", Show.text(html).lines().findFirst().orElseThrow());
  }

  @Test
  void badInputGetsASentence() {
    assertThrows(IllegalStateException.class, frames::html);
    assertThrows(IllegalArgumentException.class, () -> frames.frame("a", one, new double[1]));
  }
}
