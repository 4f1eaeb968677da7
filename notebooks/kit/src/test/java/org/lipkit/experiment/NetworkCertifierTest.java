package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.bound.Bound;
import org.lipkit.bound.PowerIteration;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.certify.Certifier;
import org.lipkit.certify.Gap;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.Dataset;
import org.lipkit.data.Datasets;
import org.lipkit.data.Images;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.Relu;
import org.lipkit.layer.Residual;
import org.lipkit.layer.Sequential;
import org.lipkit.onnx.Onnx;
import org.lipkit.tensor.Digests;

class NetworkCertifierTest {

  @TempDir private Path folder;

  private final Dataset data = Datasets.load("strokes");

  private static Classifier network() {
    return Classifier.of(
            new Convolution(4, 3, 2, 1),
            new Residual(new Sequential(new Convolution(4, 3, 1, 1), new Relu())),
            new MinMax(),
            new Flatten(),
            new Dense(10))
        .seed(3)
        .initialize(1, 28, 28);
  }

  private NetworkReport report(Classifier network) {
    return NetworkCertifier.certify(
        network, List.of(NetworkInputs.testImages(network, data, 20)), 0.05);
  }

  @Test
  void theReportSaysWhatTheCertifiersSay() {
    Classifier network = network();
    NetworkReport report = report(network);
    Images images = data.test().evenlySpaced(20);
    List<Certificate> estimated =
        new Certifier(network.frozen(), PowerIteration.PUBLISHED).certify(images);
    List<Certificate> certified = new ArrayList<>();
    try (SoundCertifier certifier = new SoundCertifier(network)) {
      List<SoundCertificate> proofs = certifier.certify(images);
      for (int n = 0; n < 20; n++) {
        NetworkReport.CertifiedSample sample = report.samples().get(n);
        Certificate proof = proofs.get(n).certificate();
        certified.add(proof);
        assertEquals(data.title(), sample.source());
        assertEquals(n * data.test().size() / 20, sample.index());
        assertEquals(data.test().label(sample.index()), sample.label());
        assertEquals(proof.prediction(), sample.prediction());
        assertEquals(estimated.get(n).radius(), sample.radius().estimated(), 1e-12);
        assertBelow(proof.radius(), sample.radius().certified());
        assertBelow(proofs.get(n).exactArithmeticRadius(), sample.radius().exactArithmetic());
        assertEquals(proof.radius() >= 0.05, sample.holdsAt(0.05));
      }
      assertEquals(certifier.classifier().sha256(), report.network().weightsSha256());
      assertAbove(certifier.constants().largest(), report.constants().largestMargin().proved());
    }
    CertifiedAccuracy accuracy = new CertifiedAccuracy(certified);
    assertEquals(20, report.accuracy().samples());
    assertEquals(accuracy.clean(), report.accuracy().clean());
    assertEquals(accuracy.at(0.05), report.accuracy().vra().certified());
    Gap mean = report.meanRadius();
    assertEquals(
        certified.stream().mapToDouble(Certificate::radius).average().orElseThrow(),
        mean.certified(),
        1e-8);
  }

  /** Nine significant digits, on the safe side. */
  private static void assertBelow(double proved, double decimal) {
    assertTrue(decimal <= proved && decimal >= proved * (1 - 1e-8), decimal + " of " + proved);
    assertTrue(BigDecimal.valueOf(decimal).compareTo(new BigDecimal(proved)) <= 0);
  }

  private static void assertAbove(double proved, Bound bound) {
    assertEquals(Bound.Kind.UPPER, bound.kind());
    BigDecimal decimal = BigDecimal.valueOf(bound.value());
    assertTrue(decimal.compareTo(new BigDecimal(proved)) >= 0);
    assertTrue(bound.value() <= proved * (1 + 1e-8));
    assertTrue(decimal.precision() <= 9);
  }

  @Test
  void theConstantsOfTheLayersMakeThatOfTheNetwork() {
    NetworkReport report = report(network());
    List<String> names = report.layers().stream().map(row -> row.layer()).toList();
    assertEquals(
        List.of(
            "01body_01Convolution",
            "01body_02Residual",
            "01body_02Residual_01shortcut",
            "01body_02Residual_02branch_01Convolution",
            "01body_02Residual_02branch_02Relu",
            "01body_03MinMax",
            "01body_04Flatten",
            "02head"),
        names);
    double product = 1;
    for (NetworkReport.LayerConstant row : report.layers()) {
      assertTrue(row.proved().value() >= row.estimated().value());
      assertEquals(Bound.Kind.UPPER, row.proved().kind());
      product *= row.layer().matches("01body_[^_]*") ? row.proved().value() : 1;
    }
    assertEquals(product, report.constants().body().proved().value(), 1e-6 * product);
    assertEquals(
        1 + report.layers().get(3).proved().value(), report.layers().get(1).proved().value(), 1e-7);
    assertEquals(List.of(4L, 14L, 14L), report.layers().get(0).output());
    assertEquals(
        report.network().parameters(),
        report.layers().stream()
            .filter(row -> !row.layer().endsWith("Residual"))
            .mapToLong(row -> row.parameters())
            .sum());
    assertNotEquals("01body_02Residual", report.largestLayer().layer());
  }

  @Test
  void theJsonHasTheDocumentedFields() throws IOException {
    Path file = SmallOnnx.write(folder.resolve("small.onnx"), 10, 1, 28, 28);
    Onnx.Imported imported = Onnx.read(file);
    byte[] digest = Digests.sha256().digest(Files.readAllBytes(file));
    Files.writeString(file, "another network came meanwhile");
    NetworkReport report =
        NetworkCertifier.certify(
            file,
            imported,
            List.of(
                NetworkInputs.testImages(imported.classifier(), data, 3),
                NetworkInputs.of("noise", Images.unlabelled(new float[1][28][28]))),
            0.05,
            done -> {});
    JsonNode json = RecordFiles.tree(report);
    assertEquals(file.toString(), json.at("/network/file").asText());
    assertEquals(HexFormat.of().formatHex(digest), json.at("/network/fileSha256").asText());
    assertEquals(imported.classifier().sha256(), json.at("/network/weightsSha256").asText());
    assertEquals(28, json.at("/network/input/2").asInt());
    assertTrue(json.at("/version").asText().matches("\\d+\\.\\d+.*"));
    assertTrue(json.at("/provenance/gitCommit").isTextual());
    assertTrue(json.at("/provenance/environment/java").isTextual());
    assertTrue(json.at("/engine/threads").asInt() >= 1);
    assertTrue(json.at("/engine/instructions").isTextual());
    assertEquals(PowerIteration.START, json.at("/seed").asLong());
    assertTrue(json.at("/time").asText().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"));
    assertEquals("UPPER", json.at("/layers/1/proved/kind").asText());
    assertEquals("ESTIMATE", json.at("/layers/1/estimated/kind").asText());
    assertTrue(json.at("/constants/body/proved/value").isDouble());
    assertTrue(json.at("/constants/largestMargin/estimated/value").isDouble());
    assertTrue(json.at("/samples/0/radius/certified").isDouble());
    assertEquals(3, json.at("/accuracy/samples").asInt());
    assertTrue(json.at("/accuracy/vra/certified").isDouble());
    assertEquals("noise", json.at("/samples/3/source").asText());
    assertTrue(json.at("/samples/3/label").isNull());
    imported.classifier().close();
  }

  @Test
  void aNetworkAloneHasNoSamplesAndNoAccuracy() {
    NetworkReport report = NetworkCertifier.certify(network(), List.of(), 0.05);
    assertTrue(report.samples().isEmpty());
    assertNull(report.accuracy());
    assertNull(report.network().file());
  }

  @Test
  void aRadiusThatIsNoneIsRefused() {
    for (double radius : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> NetworkCertifier.certify(network(), List.of(), radius));
    }
  }

  @Test
  void aSampleThatIsNotFiniteIsPredictedNothing() {
    Images images =
        Images.of(
            data.test().shape(),
            new int[] {2},
            (index, random, into, offset) -> into[offset] = Float.NaN);
    NetworkReport report =
        NetworkCertifier.certify(network(), List.of(NetworkInputs.of("NaN", images)), 0);
    NetworkReport.CertifiedSample sample = report.samples().get(0);
    assertNull(sample.prediction());
    assertEquals(0, sample.radius().certified());
    assertTrue(sample.refusal().contains("NaN"), sample::refusal);
    assertEquals(0, report.accuracy().clean());
  }
}
