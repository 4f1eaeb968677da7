package org.lipkit.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.bound.SoundNorm;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.NormalizedDense;
import org.lipkit.layer.Pass;
import org.lipkit.layer.WeightInit;
import org.lipkit.layer.orthogonal.Cpl;
import org.lipkit.layer.orthogonal.Reparametrization;
import org.lipkit.layer.orthogonal.ReparametrizedDense;
import org.lipkit.tensor.ArgMax;
import org.lipkit.tensor.Tensors;

/**
 * Two processes with different numbers of engine threads run one frozen network. Its Cholesky layer
 * of 256 outputs is one whose derived weights may differ between the two.
 */
class FrozenProcessesTest {

  private static final int SAMPLES = 12;
  private static final int DIRECTIONS = 20;

  @TempDir private Path folder;

  @Test
  void whatOneProcessCertifiesHoldsInTheOther() throws Exception {
    Path weights = folder.resolve("frozen.npz");
    List<String> one = run(1, "freeze", weights);
    List<String> two = run(2, "load", weights);
    assertEquals(one.get(0), two.get(0));
    assertEquals(SAMPLES + 1, two.size());
    double largest = 0;
    for (int n = 1; n <= SAMPLES; n++) {
      String[] first = one.get(n).split(" ");
      String[] second = two.get(n).split(" ");
      assertEquals(first[0], second[0]);
      assertEquals(Double.parseDouble(first[1]), Double.parseDouble(second[1]), 1e-6);
      largest = Math.max(largest, Double.parseDouble(first[1]));
    }
    assertTrue(largest > 0.01, "no radius to speak of: " + one);
    Path radii = folder.resolve("radii.txt");
    Files.write(radii, one.subList(1, one.size()));
    assertEquals(List.of("held"), run(2, "hold", weights, radii));
    Files.write(radii, two.subList(1, two.size()));
    assertEquals(List.of("held"), run(1, "hold", weights, radii));
  }

  /** The lines that another Java process writes. */
  private List<String> run(int threads, String task, Path... files) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(FrozenProcessesTest.class.getName(), task));
    for (Path file : files) {
      command.add(file.toString());
    }
    Path output = folder.resolve("output.txt");
    ProcessBuilder process = new ProcessBuilder(command).redirectOutput(output.toFile());
    process.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
    process.redirectError(ProcessBuilder.Redirect.INHERIT);
    assertEquals(0, process.start().waitFor());
    return Files.readAllLines(output);
  }

  /**
   * The other process.
   *
   * @param args a task and its files: "freeze" writes weights, "load" reads them, and both write
   *     the hash and one line with class and radius for each sample; "hold" reads weights and such
   *     lines and looks for a counterexample
   */
  public static void main(String[] args) throws IOException {
    Path weights = Path.of(args[1]);
    Images images = MadeUp.strokes(1).test().evenlySpaced(SAMPLES);
    try (NDManager manager = Tensors.newManager()) {
      Classifier network = network(manager).frozen();
      if (args[0].equals("freeze")) {
        network.save(weights);
      } else {
        network.load(weights);
      }
      if (args[0].equals("hold")) {
        System.out.println(hold(network, images, Files.readAllLines(Path.of(args[2]))));
        return;
      }
      System.out.println(network.sha256());
      try (SoundCertifier certifier = new SoundCertifier(network, new SoundNorm(1 << 18))) {
        for (SoundCertificate proof : certifier.certify(images)) {
          System.out.println(proof.certificate().prediction() + " " + proof.certificate().radius());
        }
      }
    }
  }

  private static Classifier network(NDManager manager) {
    return Classifier.of(
            new Flatten(),
            new ReparametrizedDense(256, Reparametrization.CHOLESKY, WeightInit.LECUN),
            new MinMax(),
            new Cpl(new Dense(64)),
            new NormalizedDense(10))
        .seed(3)
        .initialize(manager, DataType.FLOAT32, new Shape(1, 28, 28));
  }

  private static String hold(Classifier network, Images images, List<String> radii) {
    SplittableRandom random = new SplittableRandom(1);
    NDManager manager = network.headForm(Pass.EVALUATION).weight().getManager();
    Shape image = network.inputShape();
    for (int n = 0; n < radii.size(); n++) {
      String[] fields = radii.get(n).split(" ");
      float[] pixels = images.image(n);
      for (int k = 0; k < DIRECTIONS; k++) {
        double[] step = random.doubles(pixels.length).map(u -> u - 0.5).toArray();
        double length = Math.sqrt(Arrays.stream(step).map(s -> s * s).sum());
        double share = k == 0 ? 0 : 0.999 * Double.parseDouble(fields[1]) / length;
        float[] moved = new float[pixels.length];
        for (int p = 0; p < moved.length; p++) {
          moved[p] = (float) (pixels[p] + share * step[p]);
        }
        NDArray x = manager.create(moved, new Shape(1).addAll(image));
        double[] y = Tensors.toDoubles(Tensors.withoutGradient(() -> network.apply(x)).get(0));
        if (ArgMax.of(y) != Integer.parseInt(fields[0])) {
          return "sample " + n + " changes class at a share of " + share;
        }
      }
    }
    return "held";
  }
}
