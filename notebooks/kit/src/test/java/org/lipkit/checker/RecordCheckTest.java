package org.lipkit.checker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.SoundNorm;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.Batch;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.model.Models;
import org.lipkit.tensor.Tensors;

/** The check of a run's folder that the library wrote. */
class RecordCheckTest {

  private static final int SAMPLES = 5;
  private static final int AREA = 28 * 28;
  private static final String CERTIFIED =
      ", \"data\": {\"testImages\": 5}, \"certification\": {\"vra\": {\"certified\": 0.0}}";
  private static final byte[] PIXELS = new byte[SAMPLES * AREA];

  @TempDir private Path folder;

  private static List<Certificate> honest;
  private static List<Certificate> ofHalvedNorms;
  private static byte[] weights;
  private static String sha256;

  @BeforeAll
  static void certify(@TempDir Path saved) throws IOException {
    new SplittableRandom(1).nextBytes(PIXELS);
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = network(manager).frozen();
      classifier.save(saved.resolve("weights.npz"));
      sha256 = classifier.sha256();
      honest = certificates(classifier, SoundNorm.TIGHT);
      ofHalvedNorms =
          certificates(
              classifier,
              map -> Bound.upper(SoundNorm.TIGHT.norm(map).value() / 2, "halved on purpose"));
    }
    weights = Files.readAllBytes(saved.resolve("weights.npz"));
  }

  private static List<Certificate> certificates(Classifier classifier, NormMethod norms) {
    float[] x = new float[PIXELS.length];
    for (int k = 0; k < x.length; k++) {
      x[k] = (PIXELS[k] & 0xff) / 255f;
    }
    try (SoundCertifier certifier = new SoundCertifier(classifier, norms)) {
      return certifier.certify(new Batch(x, new int[SAMPLES], SAMPLES, 1, 28, 28), 0).stream()
          .map(SoundCertificate::certificate)
          .toList();
    }
  }

  @BeforeEach
  void record() throws IOException {
    ByteBuffer images = ByteBuffer.allocate(16 + PIXELS.length);
    images.putInt(0x803).putInt(SAMPLES).putInt(28).putInt(28).put(PIXELS);
    zip("t10k-images-idx3-ubyte.gz", images.array());
    zip("t10k-labels-idx1-ubyte.gz", new byte[8 + SAMPLES]);
    Files.write(folder.resolve("weights.npz"), weights);
    describe("\"Wong net\"", "\"mnist\"", sha256, CERTIFIED);
    claim(honest, 1);
  }

  private void describe(String model, String data, String sha256, String more) throws IOException {
    Files.writeString(
        folder.resolve("run.json"),
        String.format(
            "{\"experiment\": {\"model\": %s, \"data\": %s, \"radius\": 0.3},"
                + " \"network\": {\"weightsSha256\": \"%s\"}%s}",
            model, data, sha256, more));
  }

  /** Large biases of the head make for clear margins. */
  private static Classifier network(NDManager manager) {
    Classifier classifier =
        Models.create("Wong net", 28, 10, 1)
            .initialize(manager, DataType.FLOAT32, new Shape(1, 28, 28));
    NDArray bias = ((Dense) classifier.head()).bias();
    Tensors.copy(manager.arange(0, 100, 10, DataType.FLOAT32), bias);
    return classifier;
  }

  private void zip(String name, byte[] content) throws IOException {
    Path file = Files.createDirectories(folder.resolve("mnist")).resolve(name);
    try (OutputStream unzipped = new GZIPOutputStream(Files.newOutputStream(file))) {
      unzipped.write(content);
    }
  }

  private void claim(List<Certificate> certificates, double factor) throws IOException {
    StringBuilder text = new StringBuilder("index,label,prediction,radius_certified,more\n");
    for (Certificate c : certificates) {
      BigDecimal radius =
          new BigDecimal(factor * c.radius()).round(new MathContext(8, RoundingMode.DOWN));
      text.append(String.format("%d,0,%d,%s,\n", c.index(), c.prediction(), radius));
    }
    Files.writeString(folder.resolve("samples.csv"), text);
  }

  private RecordCheck.Findings check() {
    return RecordCheck.open(folder, folder).check(1, (done, total) -> {});
  }

  private void assertRefused(String... parts) {
    String sentence = assertThrows(IllegalArgumentException.class, this::check).getMessage();
    assertEquals(1, sentence.lines().count(), sentence);
    for (String part : parts) {
      assertTrue(sentence.contains(part), sentence);
    }
  }

  @Test
  void honestClaimsAreConfirmed() {
    assertEquals(new RecordCheck.Findings(SAMPLES, 0, List.of(), List.of()), check());
  }

  @Test
  void everySecondClaimIsCheckedWhereAskedFor() {
    List<Integer> heard = new ArrayList<>();
    RecordCheck check = RecordCheck.open(folder, folder);
    RecordCheck.Findings findings = check.check(2, (done, total) -> heard.add(done * 10 + total));
    assertEquals(3, findings.confirmed());
    assertEquals(List.of(13, 23, 33), heard);
    assertThrows(IllegalArgumentException.class, () -> check.check(0, (done, total) -> {}));
  }

  /** Three in a thousand are more than the norms of both proofs differ by. */
  @ParameterizedTest
  @ValueSource(doubles = {1.003, 1.05})
  void inflatedClaimsAreNeitherConfirmedNorRefuted(double factor) throws IOException {
    claim(honest, factor);
    RecordCheck.Findings findings = check();
    assertEquals(0, findings.confirmed());
    assertEquals(List.of(), findings.refuted());
    assertEquals(SAMPLES, findings.unconfirmed().size());
    String first = findings.unconfirmed().get(0);
    assertTrue(first.contains("index=0, label=0, prediction=9"), first);
  }

  /** No radius is so small that it passes with nothing proved. */
  @Test
  void aTinyClaimOfTheWrongClassIsRefuted() throws IOException {
    Files.writeString(
        folder.resolve("samples.csv"),
        Files.readString(folder.resolve("samples.csv"))
            .replaceFirst("0,0,9,[^,]*", "0,0,8,0.00005"));
    assertEquals(1, check().refuted().size());
  }

  @Test
  void claimsBeyondACounterexampleAreRefuted() throws IOException {
    claim(honest, 100);
    List<String> refuted = check().refuted();
    assertEquals(SAMPLES, refuted.size());
    assertTrue(refuted.get(0).contains("another class at a distance of"), refuted::toString);
  }

  @Test
  void claimsThatRestOnEditedNormsAreNotConfirmed() throws IOException {
    claim(ofHalvedNorms, 1);
    assertEquals(0, check().confirmed());
  }

  @Test
  void weightsThatChangedAfterwardsAreRefusedOrProveLess() throws IOException {
    String changed;
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = network(manager).frozen();
      NDArray weight = classifier.state().get("01body_06Dense_weight");
      float[] values = weight.toFloatArray();
      values[12345] += 1;
      Tensors.copy(manager.create(values, weight.getShape()), weight);
      classifier.save(folder.resolve("weights.npz"));
      changed = classifier.sha256();
    }
    assertRefused("weights.npz holds other weights", "checksums differ");
    describe("\"Wong net\"", "\"mnist\"", changed, CERTIFIED);
    assertEquals(0, check().confirmed());
  }

  @Test
  void aRunThatTheCheckerDoesNotKnowIsRefused() throws IOException {
    describe("\"Wong net\"", "\"mnist\"", sha256, ", \"data\": {\"madeUp\": true}");
    assertRefused("made-up images");
    String own = "{\"name\": \"mine\", \"own\": true}";
    describe(own, "\"mnist\"", sha256, CERTIFIED);
    assertRefused("a model of the user's own, \"mine\"");
    describe("\"Wong net\"", own, sha256, CERTIFIED);
    assertRefused("a data set of the user's own, \"mine\"");
    describe("null", "\"mnist\"", sha256, CERTIFIED);
    assertRefused("names no model");
    describe("\"4C3F\"", "\"mnist\"", sha256, CERTIFIED);
    assertRefused("does not know the model \"4C3F\"");
    describe("\"Wong net\"", "\"svhn\"", sha256, CERTIFIED);
    assertRefused("cannot read the data set \"svhn\"");
  }

  @Test
  void anInfiniteClaimIsUnconfirmedAndTheOthersAreChecked() throws IOException {
    Path file = folder.resolve("samples.csv");
    Files.writeString(
        file, Files.readString(file).replaceFirst("(?m)^0,0,9,[^,]*", "0,0,9,Infinity"));
    RecordCheck.Findings findings = check();
    assertEquals(SAMPLES - 1, findings.confirmed());
    assertEquals(1, findings.unconfirmed().size());
    assertTrue(findings.unconfirmed().get(0).contains("infinite radius"), findings::toString);
  }

  @Test
  void otherLabelsRefute() throws IOException {
    zip("t10k-labels-idx1-ubyte.gz", new byte[] {0, 0, 8, 1, 0, 0, 0, 5, 0, 0, 0, 3, 0});
    List<String> refuted = check().refuted();
    assertEquals(1, refuted.size());
    assertTrue(refuted.get(0).contains("the data's label is 3"), refuted::toString);
  }

  @Test
  void anIncompleteListOfSamplesIsRefused() throws IOException {
    Path file = folder.resolve("samples.csv");
    String whole = Files.readString(file);
    String[] lines = whole.split("\n");
    Files.writeString(file, String.join("\n", Arrays.copyOf(lines, 4)) + "\n");
    assertRefused("3 samples", "tested on 5");
    Files.writeString(file, whole.substring(0, whole.length() - 5));
    assertRefused("cut off within line 6");
    Files.writeString(file, whole.replaceFirst("(?m)^2,.*\n", ""));
    assertRefused("line 4: sample 2 is expected here, not 3");
    Files.writeString(file, whole.replaceFirst("(?m)^2,(.*),$", "2,$1"));
    assertRefused("line 4", "is not a sample");
  }

  @Test
  void theRecordedAccuracyHasToFollowFromTheSamples() throws IOException {
    String more =
        ", \"data\": {\"testImages\": 5}, \"certification\": {\"vra\": {\"certified\": %s}}";
    describe("\"Wong net\"", "\"mnist\"", sha256, String.format(more, "0.0"));
    assertEquals(SAMPLES, check().confirmed());
    describe("\"Wong net\"", "\"mnist\"", sha256, String.format(more, "0.6"));
    assertRefused("records 0.6", "0 of 5");
    for (String certified : List.of("\"0.0\"", "null", "[0.0]")) {
      describe("\"Wong net\"", "\"mnist\"", sha256, String.format(more, certified));
      assertRefused("run.json has no number at /certification/vra/certified");
    }
    describe("\"Wong net\"", "\"mnist\"", sha256, ", \"data\": {\"testImages\": 5}");
    assertRefused("run.json has no number at /certification/vra/certified");
  }

  @Test
  void whatMayBeReadInTwoWaysIsRefused() throws IOException {
    for (String more :
        List.of(
            CERTIFIED + ", \"certification\": {\"vra\": {\"certified\": 0.9}}",
            CERTIFIED + "} {\"rest\": 1",
            CERTIFIED + "} rest {")) {
      describe("\"Wong net\"", "\"mnist\"", sha256, more);
      assertRefused("run.json cannot be read");
    }
    describe("\"Wong net\"", "\"mnist\"", sha256, CERTIFIED.replace("5", "4"));
    assertRefused("tested on 4 images", "5 samples");
    describe("\"Wong net\"", "\"mnist\"", sha256, CERTIFIED.replace("5", "\"5\""));
    assertRefused("run.json has no number at /data/testImages");
    describe("\"Wong net\"", "\"mnist\"", sha256, CERTIFIED);
    Path samples = folder.resolve("samples.csv");
    Files.writeString(samples, Files.readString(samples).replaceFirst("more", "radius_certified"));
    assertRefused("samples.csv has two columns of the same name");
  }

  @Test
  void missingOrDamagedFilesGetOneSentence() throws IOException {
    Files.write(folder.resolve("weights.npz"), Arrays.copyOf(weights, weights.length / 2));
    assertRefused("weights.npz cannot be read");
    Path images = folder.resolve("mnist").resolve("t10k-images-idx3-ubyte.gz");
    Files.write(images, Arrays.copyOf(Files.readAllBytes(images), 1000));
    assertRefused("t10k-images-idx3-ubyte.gz cannot be read");
    zip("t10k-images-idx3-ubyte.gz", new byte[100]);
    assertRefused("damaged");
    Path samples = folder.resolve("samples.csv");
    for (String radius :
        List.of("NaN", "-1", "-Infinity", "much", "0.64f", "0.64d", "0x1p-1", " 0.64", ".")) {
      Files.writeString(samples, "index,label,prediction,radius_certified\n0,0,0," + radius + "\n");
      assertRefused("line 2", "is not a sample");
    }
    Files.writeString(samples, "index,label,prediction,radius_certified\n0,0,0,\n");
    assertRefused("line 2", "no certified radius");
    Files.delete(samples);
    assertRefused("There is no file", "samples.csv");
    for (String content : List.of("{", "[]", "")) {
      Files.writeString(folder.resolve("run.json"), content);
      assertRefused("run.json");
    }
  }

  @Test
  void damagedArraysGetOneSentence() throws IOException {
    array("'<f4', 'fortran_order': False, 'shape': (2, 3), ", 5);
    assertRefused("02head_weight", "more or fewer numbers than its shape says");
    array("'<f4', 'fortran_order': False, 'shape': (999999999, 999999999, 999999999), ", 1);
    assertRefused("02head_weight", "more or fewer numbers than its shape says");
    array("'>f4', 'fortran_order': False, 'shape': (1,), ", 1);
    assertRefused("02head_weight", "little-endian float32 numbers");
    array("'<f4', 'fortran_order': True, 'shape': (1,), ", 1);
    assertRefused("02head_weight", "in C order");
    archive(new byte[3]);
    assertRefused("02head_weight", "does not begin as an .npy file");
    archive(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, -1});
    assertRefused("02head_weight", "ends within its header");
  }

  private void array(String header, int numbers) throws IOException {
    byte[] text = ("{'descr': " + header + "}\n").getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer array = ByteBuffer.allocate(10 + text.length + Float.BYTES * numbers);
    array.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, 0});
    archive(array.put(text).array());
  }

  private void archive(byte[] array) throws IOException {
    try (ZipOutputStream zip =
        new ZipOutputStream(Files.newOutputStream(folder.resolve("weights.npz")))) {
      zip.putNextEntry(new ZipEntry("02head_weight.npy"));
      zip.write(array);
    }
  }
}
