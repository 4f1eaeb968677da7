package org.lipkit.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.data.TestFiles;
import org.lipkit.experiment.SmallOnnx;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.tensor.Digests;

/** The command that certifies the network of a file: text, JSON and everything that is wrong. */
class CertifyFileTest {

  @TempDir private Path folder;

  private Path network;
  private Path picture;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void makeFiles() throws IOException {
    network = SmallOnnx.write(folder.resolve("small.onnx"), 10, 1, 28, 28);
    picture = folder.resolve("picture.png");
    BufferedImage grey = new BufferedImage(30, 40, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSample(15, 20, 0, 200);
    ImageIO.write(grey, "png", picture.toFile());
  }

  private int run(Object... arguments) {
    List<String> words = new ArrayList<>(List.of("certify"));
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Lipkit.program()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(words.toArray(String[]::new));
  }

  private void assertOneSentence(int code, String part, Object... arguments) {
    assertEquals(code, run(arguments), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
    assertTrue(err.toString().contains(part), err::toString);
    assertEquals("", out.toString());
  }

  private String row(String start) {
    return out.toString().lines().filter(line -> line.startsWith(start)).findFirst().orElse("");
  }

  @Test
  void theTextShowsLayersConstantsAndRadii() {
    assertEquals(
        0,
        run(network, picture, "--data", "strokes", "--images", 4, "--radius", 0.01),
        err::toString);
    assertTrue(out.toString().contains("40 x 30 pixels"), out::toString);
    assertTrue(row("LipKit").matches(".* at commit .*, computed in [\\d.]+ s"), out::toString);
    assertTrue(row("01body_02Dense").contains("matrix, verified Cholesky factor"), out::toString);
    assertTrue(row("everything before the last layer").matches(".* K +\\S+ +\\S+"), out::toString);
    assertTrue(row(picture + "  ").contains("unknown"), out::toString);
    assertEquals(4, out.toString().lines().filter(l -> l.startsWith("strokes")).count());
    assertTrue(row("4 images with a class").contains("robust at 0.01"), out::toString);
    assertTrue(row("Upper bounds").contains("rounding"), out::toString);
  }

  @Test
  void theNetworkAloneIsShownWithoutImages() {
    assertEquals(0, run(network), err::toString);
    assertFalse(row("02head").isEmpty(), out::toString);
    assertFalse(out.toString().contains("Radii"), out::toString);
  }

  @Test
  void theJsonIsTheSameReport() throws IOException {
    assertEquals(0, run(network, picture, "--radius", 0.01, "--json"), err::toString);
    JsonNode printed = new ObjectMapper().readTree(out.toString());
    Path file = folder.resolve("report.json");
    assertEquals(0, run(network, picture, "--radius", 0.01, "--json", file), err::toString);
    JsonNode written = new ObjectMapper().readTree(file.toFile());
    for (String part : List.of("network", "layers", "constants", "samples", "engine")) {
      assertEquals(printed.get(part), written.get(part));
      assertFalse(written.get(part).isEmpty());
    }
    assertEquals(
        HexFormat.of().formatHex(Digests.sha256().digest(Files.readAllBytes(network))),
        written.at("/network/fileSha256").asText());
    assertTrue(out.toString().contains(written.at("/network/fileSha256").asText()));
    double certified = written.at("/samples/0/radius/certified").asDouble();
    assertTrue(certified > 0);
    String[] cells = row(picture + "  ").split(" {2,}");
    double shown = Double.parseDouble(cells[6]);
    assertTrue(shown <= certified && shown > 0.999 * certified, shown + " of " + certified);
  }

  @Test
  void aPictureIsNotTakenForTheFileOfTheReport() throws IOException {
    byte[] before = Files.readAllBytes(picture);
    assertOneSentence(2, ".json", network, "--json", picture);
    assertArrayEquals(before, Files.readAllBytes(picture));
  }

  @Test
  void whatCannotBeReadIsOneSentence() throws IOException {
    Path unknown = SmallOnnx.write(folder.resolve("unknown.onnx"), "Sigmoid", 10, 1, 28, 28);
    assertOneSentence(1, "Sigmoid", unknown);
    assertOneSentence(1, "there is no such file", folder.resolve("missing.onnx"));
    assertOneSentence(1, "no whole ONNX file", picture);
    Path text = Files.writeString(folder.resolve("notes.txt"), "no network");
    assertOneSentence(1, "no whole ONNX file", text);
    assertOneSentence(1, "missing.png", network, folder.resolve("missing.png"));
    assertOneSentence(1, "cannot be decoded", network, text);
    assertOneSentence(1, "no data set is called 'minst'", network, "--data", "minst");
    assertOneSentence(1, "values", network, "--data", "textures-32");
    Path of3 = SmallOnnx.write(folder.resolve("three.onnx"), 3, 1, 28, 28);
    assertOneSentence(1, "10 classes", of3, "--data", "strokes");
    assertOneSentence(2, "at least 1", network, "--data", "strokes", "--images", 0);
  }

  @Test
  void weightsWithoutTheirNetworkAreExplained() {
    Path weights = folder.resolve("weights.npz");
    Classifier.of(new Flatten(), new Dense(3)).initialize(1, 4, 4).save(weights);
    assertOneSentence(1, "torch.onnx.export", weights);
    assertOneSentence(1, "There is no file", folder.resolve("weights.safetensors"));
    TestFiles.write(folder.resolve("cut.pth"), "PK");
    assertOneSentence(1, "cut.pth", folder.resolve("cut.pth"));
  }

  @Test
  void aWrongRadiusIsRefused() {
    for (String radius : List.of("-0.1", "NaN", "Infinity", "wide")) {
      assertOneSentence(2, "--radius", network, "--radius=" + radius);
    }
  }

  @Test
  void optionsOfARunAndOfAFileAreToldApart() {
    assertOneSentence(2, "--scale goes with a run", network, "--scale", "smoke");
    assertOneSentence(2, "--data goes with the file", "mnist-2c2f-emma", "--data", "mnist");
    assertOneSentence(2, "Pictures go with the file", "mnist-2c2f-emma", picture);
  }
}
