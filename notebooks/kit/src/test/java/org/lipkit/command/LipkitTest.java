package org.lipkit.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.data.TestFiles;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.Runner;
import org.lipkit.experiment.SmokeExperiment;
import org.lipkit.train.TrainingListener;
import picocli.CommandLine;

/** Each subcommand asked for help, given a wrong name or too little, and what the lists show. */
class LipkitTest {

  @TempDir private Path top;

  private Path home;
  private Path hand;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void makeFolders() throws IOException {
    home = top.resolve("home");
    hand = Files.createDirectories(top.resolve("at hand"));
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Lipkit.program()
        .setOut(new PrintWriter(new BufferedWriter(out), true))
        .setErr(new PrintWriter(new BufferedWriter(err), true))
        .execute(arguments);
  }

  private void assertOneSentence(int code, String part, String... arguments) {
    assertEquals(code, run(arguments), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
    assertTrue(err.toString().contains(part), err::toString);
    assertEquals("", out.toString());
  }

  private void assertPrinted(String part) {
    assertTrue(out.toString().contains(part), out::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train",
        "certify",
        "attack",
        "check",
        "export",
        "data",
        "zoo",
        "counterexamples",
        "list",
        "results",
        "version"
      })
  void helpShowsExamplesAndExitCodes(String command) {
    assertEquals(0, run(command, "--help"));
    assertPrinted("Usage: environment/lipkit " + command);
    assertPrinted("Examples:\n  environment/lipkit " + command);
    assertPrinted("Exit codes:");
    assertEquals("", err.toString());
    assertOneSentence(2, "see: environment/lipkit " + command, command, "a", "b", "c");
    assertOneSentence(2, "see: environment/lipkit " + command, command, "--nothing");
  }

  /** Spark is not on this module's class path. */
  @Test
  void aClusterIsJoinedOnlyWhereSparkIs() {
    assertEquals(0, run("cluster", "--help"));
    assertPrinted("spark://host:port");
    for (String command : List.of("train", "certify", "attack", "smooth")) {
      assertEquals(0, run("cluster", command, "--help"), err::toString);
      assertPrinted("Examples:\n  environment/lipkit cluster --master");
      assertOneSentence(2, "Missing required", "cluster", "--master", "local", command);
    }
    assertOneSentence(2, "--master", "cluster", "train", "mnist-2c2f-emma");
    String[] train = {"cluster", "--master", "local", "train", "mnist-2c2f-emma", "--scale=smoke"};
    assertOneSentence(1, "environment/lipkit cluster", train);
    assertOneSentence(
        1, "No experiment's name", "cluster", "--master", "local", "train", "--family", "x-");
  }

  @Test
  void theProgramListsItsCommands() {
    assertEquals(0, run("--help"));
    assertPrinted("Usage: environment/lipkit ");
    assertPrinted("certify");
    assertOneSentence(2, "environment/lipkit --help");
    assertOneSentence(2, "did you mean", "trian");
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "certify", "attack", "check", "export"})
  void aMissingNameIsAskedFor(String command) {
    assertOneSentence(2, "Missing required parameter", command);
  }

  @Test
  void aWrongNameIsAnsweredInOneSentence() {
    assertOneSentence(1, "mnist-2c2f-emma", "train", "nothing");
    assertOneSentence(1, "no finished run", "certify", "nothing");
    assertOneSentence(1, "no finished run", "attack", "nothing");
    assertOneSentence(1, "environment/lipkit results", "check", "nothing");
    assertOneSentence(1, "no finished run", "check", hand.toString());
    assertOneSentence(1, "no finished run", "export", "nothing", "network.onnx");
    assertOneSentence(1, "one of these endings", "export", "mnist-2c2f-emma", "network.pth");
    assertOneSentence(1, "nothing.onnx", "check", "nothing.onnx");
    assertOneSentence(2, "--every goes with a run", "check", "network.onnx", "--every", "2");
    assertOneSentence(2, "DATA goes with a run", "check", "network.onnx", ".");
    assertOneSentence(1, "mnist, fashion-mnist", "data", "minst");
    assertOneSentence(1, "mnist-2c2f-emma", "zoo", "nothing");
    assertOneSentence(2, "smoke, laptop or paper", "train", "mnist-2c2f-emma", "--scale", "tiny");
  }

  @ParameterizedTest
  @ValueSource(strings = {"often", "0", "-1", "1.5", "99999999999", ""})
  void whatIsNoNumberOfThingsIsRefusedBeforeAnythingIsDone(String number) {
    String expected = "at least 1";
    assertOneSentence(2, expected, "check", "mnist-2c2f-emma", "--every", number);
    assertOneSentence(2, expected, "zoo", "mnist-2c2f-emma", "--images", number);
    assertOneSentence(2, expected, "attack-zoo", "--images", number);
    assertOneSentence(2, expected, "certify", "network.onnx", "--images", number);
    assertOneSentence(2, expected, "cluster", "--cores", number, "smooth", "mnist-2c2f-emma");
    assertOneSentence(2, expected, "cluster", "smooth", "mnist-2c2f-emma", "--draws", number);
  }

  @Test
  void theListsShowWhatIsRecorded() {
    assertEquals(0, run("list"));
    assertTrue(out.toString().lines().anyMatch(l -> l.matches("mnist-2c2f-emma .* laptop")));
    assertEquals(0, run("results"));
    assertTrue(out.toString().lines().anyMatch(l -> l.matches("mnist-2c2f-emma .*\\d\\.\\d\\d")));
    assertEquals(0, run("zoo"));
    assertPrinted("mnist-2c2f-fixed-margin");
  }

  @Test
  void aRecordedNetworkIsExportedAndConfirmed() {
    Path file = hand.resolve("network.onnx");
    assertEquals(0, run("export", "mnist-2c2f-emma", file.toString()), err::toString);
    assertPrinted("Lipschitz constant before the last layer at most");
    assertEquals(0, run("check", file.toString()), err::toString);
    assertPrinted("01body_02Convolution_weight  confirmed  claimed");
    assertPrinted(file + " is confirmed.");
    Path weights = hand.resolve("weights.safetensors");
    assertEquals(0, run("export", "mnist-2c2f-emma", weights.toString()), err::toString);
    assertTrue(Files.exists(weights));
  }

  @Test
  void theVersionNamesTheEngine() {
    assertEquals(0, run("version"));
    assertTrue(out.toString().matches("(?s)LipKit \\d.*engine: PyTorch.*"), out::toString);
    String version = out.toString();
    assertEquals(0, run("--version"));
    assertEquals(version, out.toString());
  }

  private void atRoot(Executable work) throws Throwable {
    System.setProperty("lipkit.root", top.toString());
    try {
      work.execute();
    } finally {
      System.clearProperty("lipkit.root");
    }
  }

  @Test
  void theRecordsAreThoseOfTheCheckoutThatTheProgramIsTold() throws Throwable {
    atRoot(
        () -> {
          assertEquals(0, run("results"));
          assertEquals(1, out.toString().lines().count(), out::toString);
        });
  }

  @Test
  void aTrainingNamesItsDataFirstAndSaysWhenItIsOnlyShown() throws Throwable {
    String[] train = {"train", "mnist-2c2f-emma", "--scale", "smoke", "--made-up"};
    atRoot(
        () -> {
          assertEquals(0, run(train), err::toString);
          assertTrue(
              out.toString().startsWith("mnist-2c2f-emma on strokes (made up), 2,000 training"),
              out::toString);
          assertTrue(Files.exists(top.resolve("build/results/mnist-2c2f-emma/smoke/run.json")));
          assertEquals(0, run(train), err::toString);
          assertTrue(
              out.toString().startsWith("mnist-2c2f-emma is recorded: it ended on 20"),
              out::toString);
          assertPrinted("at commit");
        });
  }

  /** The program is told to stop within its first epoch, which has more than 200 batches. */
  @Test
  void aTrainingThatIsToldToStopKeepsWhatWasDone() throws Exception {
    Process training =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dlipkit.root=" + top,
                "-cp",
                System.getProperty("java.class.path"),
                Lipkit.class.getName(),
                "train",
                "mnist-2c2f-emma",
                "--made-up")
            .redirectErrorStream(true)
            .start();
    boolean told = false;
    StringBuilder said = new StringBuilder();
    try (Reader output = new InputStreamReader(training.getInputStream(), StandardCharsets.UTF_8)) {
      for (int c = output.read(); c >= 0; c = output.read()) {
        said.append((char) c);
        if (!told && said.indexOf("loss") >= 0) {
          training.toHandle().destroy(); // Process.destroy would close the output
          told = true;
        }
      }
    }
    training.waitFor();
    Path folder = top.resolve("build/results/mnist-2c2f-emma/laptop");
    assertTrue(said.indexOf("Stopping after this batch") >= 0, said::toString);
    assertTrue(said.indexOf("what was done is kept") >= 0, said::toString);
    assertTrue(Files.exists(folder.resolve("checkpoint.npz")), said::toString);
    assertTrue(Files.notExists(folder.resolve("checkpoint.lock")), said::toString);
  }

  @Test
  void faultsOfTheMachineAreOneSentence() {
    assertSentence("JAVA_TOOL_OPTIONS", new OutOfMemoryError("Java heap space"));
    assertSentence("No space left", new EngineException(new IOException("No space left")));
    assertSentence("DJL_CACHE_DIR", new EngineException(new IOException("No space left")));
    assertSentence("memory for the batch", new EngineException("can't allocate memory: 9 bytes"));
    String shapes = "mat1 and mat2 shapes cannot be multiplied";
    assertEquals(
        "The engine failed: " + shapes + ".",
        Lipkit.sentence(new EngineException(shapes + "\nException raised from meta")));
    assertSentence("DJL_CACHE_DIR", new IllegalStateException(new UnsatisfiedLinkError("gone")));
    assertSentence(
        "DJL_CACHE_DIR", new IllegalStateException("", new IOException("No space left on device")));
    assertEquals(
        "It is cut.",
        Lipkit.sentence(new ExceptionInInitializerError(new IllegalStateException("It is cut."))));
    assertSentence("go on", new InterruptedException());
    assertNull(Lipkit.sentence(new NullPointerException()));
  }

  private static void assertSentence(String part, Throwable failure) {
    String sentence = Lipkit.sentence(failure);
    assertEquals(1, sentence.lines().count(), sentence);
    assertTrue(sentence.contains(part), sentence);
  }

  @Test
  void aRecordedModelCertifiesTestImages() {
    assertEquals(0, run("zoo", "mnist-2c2f-fixed-margin", "--images", "3"));
    assertEquals(5, out.toString().lines().count(), out::toString);
  }

  /** For some samples, the recorded class is neither the label nor what the network predicts. */
  @Test
  void aFalseCertificateIsFoundAndFoundAgainInAFreshProcess() throws IOException {
    Run run = Runner.run(SmokeExperiment.named("edited"), hand, TrainingListener.SILENT);
    assertEquals(0, run("attack-zoo", "--images", "99", hand.toString()), err::toString);
    assertPrinted(" of 40 test images are certified");
    assertPrinted("; 0 broken");
    Path file = hand.resolve("samples.csv");
    StringBuilder rows = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      String[] cells = line.split(",", 4);
      if (rows.length() > 0 && !cells[1].equals(cells[2])) {
        int label = Integer.parseInt(cells[1]);
        int predicted = Integer.parseInt(cells[2]);
        IntStream others = IntStream.range(0, 10).filter(c -> c != label && c != predicted);
        cells[2] = "" + others.findFirst().getAsInt();
      }
      rows.append(String.join(",", cells)).append('\n');
    }
    Files.writeString(file, rows);
    String record = hand.resolve("attacks.csv").toString();
    String[] attack = {
      "attack-zoo", "--quick", "--images", "10", "--record", record, run.folder().toString()
    };
    assertEquals(4, run(attack), err::toString);
    Matcher counts = Pattern.compile("; (\\d+) broken, (\\d+) of them").matcher(out.toString());
    assertTrue(counts.find(), out::toString);
    assertEquals(counts.group(1), counts.group(2), out::toString);
    assertEquals(4, run(attack), "what is recorded as broken stays so");
    assertPrinted(": attacked already, " + counts.group(1) + " broken");
  }

  @Test
  void missingCounterexamplesAreNamed() {
    assertOneSentence(1, "fashion-mnist-deepfool", "counterexamples", "--to", home.toString());
    assertTrue(err.toString().contains("data-scripts/counterexamples"), err::toString);
  }

  @Test
  void dataSetsAreListedWithWhatIsWrong() {
    TestFiles.write(home.resolve("cifar-100-binary/train.bin"), "damaged");
    assertEquals(0, run("data", "--to", home.toString()));
    assertPrinted("mnist          missing");
    assertPrinted("cifar-100      incomplete");
    assertPrinted("data-scripts/svhn");
    assertOneSentence(
        1, "is missing", "data", "mnist", "--to", home.toString(), "--from", hand.toString());
    assertEquals(1, run("data", "imagenet", "--to", home.toString()));
    assertTrue(err.toString().contains("https://image-net.org"), err::toString);
  }

  @Test
  void aFolderOfDataSetsThatIsNoneIsNamed() throws IOException {
    Path file = Files.writeString(hand.resolve("passwd"), "root");
    String previous = System.getProperty("lipkit.data");
    try {
      for (Path wrong : List.of(file, hand.resolve("nonexistent"))) {
        System.setProperty("lipkit.data", wrong.toString());
        assertOneSentence(1, wrong + ", where no folder is", "data");
      }
    } finally {
      if (previous == null) {
        System.clearProperty("lipkit.data");
      } else {
        System.setProperty("lipkit.data", previous);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "results", "version"})
  void lostOutputIsTold(String command) {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    for (PrintWriter writer :
        List.of(new PrintWriter(full, true), new PrintWriter(new PrintStream(full, true), true))) {
      StringWriter told = new StringWriter();
      CommandLine program = Lipkit.program().setOut(writer).setErr(new PrintWriter(told, true));
      assertEquals(1, Lipkit.execute(program, command));
      assertEquals(1, told.toString().lines().count(), told::toString);
      assertTrue(told.toString().contains("could not be written"), told::toString);
    }
  }

  @Test
  void dataSetsAreTakenFromFilesThatAreThere() {
    TestFiles.write(hand.resolve("n01/a.JPEG"), TestFiles.jpeg(260, 300, false));
    assertEquals(0, run("data", "imagenet", "--to", home.toString(), "--from", hand.toString()));
    assertEquals(0, run("data", "imagenet", "--to", home.toString()));
    assertPrinted("1 training and 1 test images in 1 classes");
    assertEquals(0, run("data", "--to", home.toString()));
    assertPrinted("imagenet       present");
  }

  @Test
  void brokenPicturesAreListedWhenTheyAreFetched() {
    TestFiles.write(hand.resolve("n01/a.JPEG"), TestFiles.jpeg(260, 300, false));
    for (String broken : List.of("b", "c")) {
      TestFiles.write(hand.resolve("n01/" + broken + ".JPEG"), "no picture");
    }
    assertOneSentence(
        1,
        "2 files are at fault",
        "data",
        "imagenet",
        "--to",
        home.toString(),
        "--from",
        hand.toString());
    assertTrue(err.toString().contains("n01/c.JPEG cannot be decoded"), err::toString);
  }
}
