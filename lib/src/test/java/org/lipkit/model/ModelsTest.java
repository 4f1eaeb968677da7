package org.lipkit.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.Numerics;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.SoundNorm;
import org.lipkit.certify.MarginConstants;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Layer;
import org.lipkit.layer.LinearResidual;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.Pass;
import org.lipkit.layer.SumOfBranches;
import org.lipkit.loss.CrossEntropy;
import org.lipkit.loss.Emma;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

class ModelsTest {

  private static final int CLASSES = 3;
  private static final NDManager MANAGER = Tensors.newManager();

  @TempDir private Path folder;

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  /**
   * An architecture on small images; its number of parameters, and its bound if every matrix and
   * kernel had norm 2, by hand.
   */
  record Case(String name, int channels, int side, MarginRule rule, long parameters, double bound) {

    Classifier create(DataType type, int classes, long seed) {
      Classifier classifier =
          Models.create(name, side, classes, seed).initialize(MANAGER, type, image());
      classifier
          .state()
          .forEach(
              (path, array) -> {
                if (path.endsWith("Scale_factor")) {
                  Tensors.copy(array.onesLike().mul(0.5), array);
                }
              });
      return classifier;
    }

    Shape image() {
      return new Shape(channels, side, side);
    }

    NDArray images(long seed, int count) {
      return Numerics.gaussian(MANAGER, seed, count, channels, side, side).mul(0.3).add(0.5);
    }

    /** A pass that moves what running statistics there are. */
    void train(Classifier classifier, DataType type) {
      Tensors.scoped(
          () -> Numerics.train(classifier, images(9, 3).toType(type, false)).sum().size());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static long conv(int inputs, int channels, int kernel) {
    return (long) channels * inputs * kernel * kernel + channels;
  }

  private static long dense(int inputs, int outputs) {
    return (long) outputs * inputs + outputs;
  }

  /** A 3x3 convolution with beta and gamma. */
  private static long normalized(int inputs, int channels) {
    return conv(inputs, channels, 3) + channels;
  }

  /** The branch of a wide residual network's block. */
  private static long branch(int inputs, int channels) {
    return normalized(inputs, channels) + 9L * channels * channels;
  }

  /** The first block of a group, n - 1 others, and all batch norms but those in a branch. */
  private static long group(int inputs, int channels, int n) {
    return ((long) inputs * channels + branch(inputs, channels))
        + (n - 1) * branch(channels, channels)
        + n * 2L * channels;
  }

  private static long wide(int n, int k, int classes) {
    return normalized(3, 16)
        + (group(16, 16 * k, n) + group(16 * k, 32 * k, n) + group(32 * k, 64 * k, n))
        + dense(64 * k, classes);
  }

  /** Two blocks of 8 channels on images of 8x8 pixels, and D = 6. */
  private static long backbone(long block) {
    return (conv(3, 8, 5) + 2 * block + conv(8, 16, 4)) + (dense(16, 6) + dense(6, CLASSES));
  }

  static Stream<Case> cases() {
    MarginRule pairwise = MarginRule.PAIRWISE;
    MarginRule network = MarginRule.NETWORK;
    long twoConvolutions =
        conv(1, 16, 4) + conv(16, 32, 4) + dense(32 * 3 * 3, 100) + dense(100, CLASSES);
    long fourConvolutions =
        (conv(1, 32, 3) + conv(32, 32, 4) + conv(32, 64, 3) + conv(64, 64, 4))
            + (dense(64, 512) + dense(512, 512) + dense(512, CLASSES));
    long sixConvolutions =
        (conv(3, 32, 3) + conv(32, 32, 3) + conv(32, 32, 4))
            + (conv(32, 64, 3) + conv(64, 64, 3) + conv(64, 64, 4))
            + (dense(64, 512) + dense(512, CLASSES));
    long eightConvolutions =
        (conv(3, 64, 3) + conv(64, 64, 3) + conv(64, 64, 4))
            + (conv(64, 128, 3) + conv(128, 128, 3) + conv(128, 128, 4))
            + (conv(128, 256, 3) + conv(256, 256, 4))
            + (dense(256, 256) + dense(256, CLASSES));
    long plus =
        (conv(3, 8, 5) + 2 * (conv(8, 8, 3) + 8) + conv(8, 8, 4))
            + (dense(8, 6) + 8 * (dense(6, 6) + 6) + dense(6, CLASSES));
    long orthogonal = backbone(conv(8, 8, 3) + 8) + 2 * (dense(6, 6) + 6);
    long bronet = plus - 2 * (conv(8, 8, 3) + 8) + 2 * (8 * 4 * 9 + 8 + 8);
    long lipnext = conv(3, 8, 2) + 2 * (8 * 16 + 2 * 8 * 8 + 8) + dense(8, CLASSES);
    long aol = 2 * dense(12, 12) + dense(12, CLASSES);
    double norm = 1 / Math.sqrt(1 + 2e-5);
    double norms = Math.pow(norm, 3);
    double convexBlocks = Math.pow(0.5 + 0.5 * 4 * norm, 3);
    return Stream.of(
        new Case("Wong net", 1, 12, network, twoConvolutions, 16),
        new Case("Wong net pairwise", 1, 12, pairwise, twoConvolutions, 16),
        new Case("2C2F", 1, 12, pairwise, twoConvolutions, 16),
        new Case("4C3F", 1, 4, pairwise, fourConvolutions, 128),
        new Case("6C2F", 3, 4, pairwise, sixConvolutions, 256),
        new Case("8C2F", 3, 8, pairwise, eightConvolutions, 1024),
        new Case("WRN-10-1", 3, 4, network, wide(1, 1, CLASSES), 2 * 6 * 6 * 6 * norms * 2),
        new Case("WRN-10-1 avg", 3, 4, network, wide(1, 1, CLASSES), 2 * 6 * 5 * 5 * norms * 2),
        new Case(
            "WRN-10-1 as coded", 3, 4, pairwise, wide(1, 1, CLASSES), 2 * 6 * 6 * 6 * norms * 2),
        new Case(
            "WRN-16-1 avg convex",
            3,
            4,
            network,
            wide(2, 1, CLASSES) + 6,
            2 * 3 * 2.5 * 2.5 * convexBlocks * norms * 2),
        new Case("ConvNet L2 W8 D6", 3, 8, pairwise, backbone(conv(8, 8, 3)), 64),
        new Case("ResNet L2 W8 D6", 3, 8, pairwise, backbone(2 * conv(8, 8, 3) + 1), 16 * 9),
        new Case("ConvNet L2 W8 D6 as coded", 3, 8, pairwise, backbone(conv(8, 8, 3)), 64),
        new Case("LiResNet L2 W8 D6", 3, 8, pairwise, backbone(conv(8, 8, 3) + 8), 64),
        new Case("LiResNet-orthogonal L2 W8 D6", 3, 8, pairwise, orthogonal, 1 << 8),
        new Case("SLL L2 W8 D6", 3, 8, pairwise, backbone(conv(8, 8, 3) + 8), 16 * 49),
        new Case("LiResNet++ L2 W8 D6", 3, 8, pairwise, plus, 1 << 14),
        new Case("BRONet L2 W8 D6", 3, 8, pairwise, bronet, 1 << 22),
        new Case("LiResNet++ L2 W8 D6 as coded", 3, 8, pairwise, plus - 8, 1 << 14),
        new Case("LipNeXt L2 W8", 3, 8, pairwise, lipnext, 1 << 6),
        new Case("AOL-MLP L3 W12", 3, 2, pairwise, aol, 1 << 3));
  }

  /** Without the largest, which differs from 6C2F in sizes only. */
  static Stream<Case> smallCases() {
    return cases().filter(net -> !net.name.equals("8C2F"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void hasThePapersSizes(Case net) {
    Classifier classifier = net.create(DataType.FLOAT32, CLASSES, 1);
    assertEquals(net.parameters, classifier.parameterCount());
    assertEquals(net.rule, classifier.rule());
    NDArray x = net.images(2, 5).toType(DataType.FLOAT32, false);
    assertEquals(new Shape(5, CLASSES), classifier.apply(x).getShape());
    assertEquals(new Shape(5, CLASSES), Numerics.outputShape(classifier, x.getShape()));
  }

  /** WRN-16-4 as by Zagoruyko and Komodakis (2.7M), LiResNet as by Hu et al. (1.4M). */
  @ParameterizedTest
  @CsvSource({"WRN-16-4,4,2748890", "WRN-16-4 avg,4,2748890", "LiResNet L6 W64,32,1412234"})
  void hasThePublishedNumberOfParameters(String name, int side, long parameters) {
    Tensors.scoped(
        () -> {
          Shape image = new Shape(3, side, side);
          Classifier net = Models.create(name, side, 10, 1);
          net.initialize(MANAGER.newSubManager(), DataType.FLOAT32, image);
          assertEquals(parameters, net.parameterCount());
          return null;
        });
    assertEquals(2748890, wide(2, 4, 10));
  }

  @ParameterizedTest
  @CsvSource({"8,28,14", "8,32,16", "8,64,16", "588,224,16", "8,224,112"})
  void theStemOfLiResNetFollowsTheImageSize(int width, int side, int rows) {
    Shape images = new Shape(7, 3, side, side);
    for (LiResNet net : LiResNet.values()) {
      boolean plus = net == LiResNet.LI_RES_NET_PLUS || net == LiResNet.BRO_NET;
      Classifier classifier = net.create(2, width, net.features(side), side, CLASSES, false, 1);
      long expected = plus && side == 64 ? 32 : rows;
      assertEquals(
          new Shape(7, width, expected, expected),
          Numerics.outputShape(classifier.body().layers().get(1), images));
      assertEquals(
          new Shape(7, side < 224 && !plus ? 512 : 2048),
          Numerics.outputShape(classifier.body(), images));
      assertEquals(new Shape(7, CLASSES), Numerics.outputShape(classifier, images));
    }
  }

  @ParameterizedTest
  @CsvSource({"ResNet, 0", "ResNet-unit, 1"})
  void theBranchesOfConventionalBlocksBeginWithTheirFactor(String name, float factor) {
    Classifier net =
        Models.create(name + " L2 W8 D6", 8, CLASSES, 1)
            .initialize(MANAGER, DataType.FLOAT32, new Shape(3, 8, 8));
    List<NDArray> factors =
        net.state().entrySet().stream()
            .filter(array -> array.getKey().endsWith("Scale_factor"))
            .map(Map.Entry::getValue)
            .toList();
    assertEquals(2, factors.size());
    factors.forEach(array -> assertEquals(factor, array.toFloatArray()[0]));
  }

  /**
   * Orthonormal rows or columns of every convolution's matrix, so that a kernel of side k with
   * stride s has a norm of at most ceil(k / s), here 3; biases and dense weights in +-1 /
   * sqrt(fan-in), of which many come close to it.
   */
  @ParameterizedTest
  @CsvSource({"ConvNet, 6", "ResNet, 8", "LiResNet, 4"})
  void asCodedTheWeightsOfLiResNetBeginAsInItsCode(String name, int count) {
    Classifier net =
        Models.create(name + " L2 W8 D64 as coded", 16, CLASSES, 1)
            .initialize(MANAGER, DataType.FLOAT64, new Shape(3, 16, 16));
    List<Layer> layers = new ArrayList<>(net.body().linearLayers());
    layers.add(net.head());
    int found = 0;
    for (Layer layer : layers) {
      NDArray weight = layer.getParameters().get("weight").getArray();
      NDArray bias = layer.getParameters().get("bias").getArray();
      if (layer instanceof LinearResidual) {
        assertEquals(0, bias.norm().getDouble());
        continue;
      }
      long rows = weight.getShape().get(0);
      double bound = 1 / Math.sqrt(weight.size() / (double) rows);
      double largest = bias.abs().max().getDouble();
      assertTrue(largest <= bound && largest > 0, () -> layer.name() + " " + largest);
      if (layer instanceof Convolution) {
        double[] sigma = LinearOperators.singularValues(weight.reshape(rows, -1)).toDoubleArray();
        assertEquals(1, sigma[0], 1e-12);
        assertEquals(1, sigma[sigma.length - 1], 1e-12);
        double norm = Numerics.exactNorm(layer, MANAGER, layer.inputShape().getShape());
        assertTrue(norm <= 3 + 1e-12, () -> layer.name() + " has norm " + norm);
      } else {
        double most = weight.abs().max().getDouble();
        assertTrue(most <= bound && most > 0.95 * bound, () -> layer.name() + " " + most);
      }
      found++;
    }
    assertEquals(count, found);
  }

  /** Without the first ReLU the first block sees the negative half of what its input normalises. */
  @Test
  void asCodedAWideResidualNetworkHasNoReluBeforeItsFirstBlock() {
    List<String> names = names("WRN-10-1");
    List<String> coded = names("WRN-10-1 as coded");
    assertEquals(List.of("NormalizedConvolution", "Relu", "SumOfBranches"), names.subList(0, 3));
    List<String> without = new ArrayList<>(names);
    without.remove(1);
    assertEquals(without, coded);
  }

  private static List<String> names(String model) {
    return Models.create(model, 8, 10, 1).body().layers().stream().map(Layer::name).toList();
  }

  /** Each of the three blocks' branches is counted 1 / (1 - 0.4) times as long as in its code. */
  @Test
  void asCodedDropoutIsNotCountedInTraining() {
    Shape image = new Shape(3, 8, 8);
    Classifier text = Models.create("WRN-10-1", 8, 10, 1);
    Classifier coded = Models.create("WRN-10-1 as coded", 8, 10, 1);
    text.initialize(MANAGER, DataType.FLOAT64, image);
    coded.initialize(MANAGER, DataType.FLOAT64, image);
    List<SumOfBranches> counted = sums(text);
    List<SumOfBranches> plain = sums(coded);
    for (int i = 0; i < counted.size(); i++) {
      assertEquals(5 / 3.0 * branchEstimate(plain.get(i)), branchEstimate(counted.get(i)), 1e-6);
    }
    assertEquals(3, counted.size());
  }

  private static List<SumOfBranches> sums(Classifier net) {
    return net.body().layers().stream()
        .filter(SumOfBranches.class::isInstance)
        .map(SumOfBranches.class::cast)
        .toList();
  }

  private static double branchEstimate(SumOfBranches sum) {
    Layer branch = (Layer) sum.getChildren().get("02branch");
    return Numerics.estimate(branch, MANAGER.create(1.0), 5).getDouble();
  }

  @ParameterizedTest
  @ValueSource(strings = {"WRN-16-4", "WRN-16-4 avg", "WRN-16-4 avg convex", "WRN-16-4 as coded"})
  void theGroupsOfAWideResidualNetworkHalveTheImage(String name) {
    Shape shape = new Shape(7, 3, 32, 32);
    List<Shape> sums = new ArrayList<>();
    for (Layer layer : Models.create(name, 32, 10, 1).body().layers()) {
      shape = Numerics.outputShape(layer, shape);
      if (layer instanceof SumOfBranches) {
        sums.add(shape);
      }
    }
    Shape first = new Shape(7, 64, 32, 32);
    Shape second = new Shape(7, 128, 16, 16);
    Shape third = new Shape(7, 256, 8, 8);
    assertEquals(List.of(first, first, second, second, third, third), sums);
    assertEquals(new Shape(7, 256), shape);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theBoundIsMadeOfItsLayersBySumsAndProducts(Case net) {
    Classifier classifier = net.create(DataType.FLOAT64, CLASSES, 1);
    NormMethod two = map -> Bound.upper(2, "assumed");
    assertEquals(net.bound, classifier.bound(two).value(), 1e-9 * net.bound);
  }

  @ParameterizedTest
  @MethodSource("smallCases")
  void boundsHoldForSampledPairs(Case net) {
    Classifier classifier = net.create(DataType.FLOAT64, CLASSES, 1);
    net.train(classifier, DataType.FLOAT64);
    long[] image = net.image().getShape();
    double product = classifier.bound(SoundNorm.TIGHT).value();
    double ratio = Numerics.largestRatio(x -> classifier.apply(x), MANAGER, 3, image);
    assertTrue(ratio > 0 && ratio <= product);
    MarginConstants constants = MarginConstants.of(classifier, SoundNorm.TIGHT);
    for (int j = 0; j < CLASSES; j++) {
      for (int i = 0; i < j; i++) {
        NDArray pair = MANAGER.zeros(new Shape(CLASSES, 1), DataType.FLOAT64);
        pair.set(new NDIndex(j, 0), 1);
        pair.set(new NDIndex(i, 0), -1);
        double margins =
            Numerics.largestRatio(x -> classifier.apply(x).matMul(pair), MANAGER, 4, image);
        assertTrue(margins > 0 && margins <= constants.of(j, i));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void savedAndLoadedItIsTheSameToTheLastBit(Case net) {
    Classifier saved = net.create(DataType.FLOAT32, CLASSES, 1);
    net.train(saved, DataType.FLOAT32);
    Numerics.marginConstants(saved, 3);
    saved.save(folder.resolve("model.npz"));
    Classifier loaded = net.create(DataType.FLOAT32, CLASSES, 2);
    assertNotEquals(bits(saved), bits(loaded));
    loaded.load(folder.resolve("model.npz"));
    assertEquals(bits(saved), bits(loaded));
    NDArray x = net.images(3, 4).toType(DataType.FLOAT32, false);
    assertEquals(saved.apply(x), loaded.apply(x));
    assertEquals(Numerics.marginConstants(saved, 1), Numerics.marginConstants(loaded, 1));
    assertGradientsEverywhere(net, loaded);
  }

  @ParameterizedTest
  @MethodSource("smallCases")
  void anotherArchitecturesFileIsRefusedAndChangesNothing(Case net) {
    Path file = folder.resolve("model.npz");
    net.create(DataType.FLOAT32, CLASSES, 1).save(file);
    Case next = nextWithOtherParameters(net);
    Stream<Classifier> others =
        Stream.of(
            next.create(DataType.FLOAT32, CLASSES, 2),
            net.create(DataType.FLOAT32, CLASSES + 1, 2),
            net.create(DataType.FLOAT64, CLASSES, 2));
    others.forEach(
        other -> {
          Map<String, ByteBuffer> before = bits(other);
          Exception e = assertThrows(IllegalArgumentException.class, () -> other.load(file));
          assertTrue(e.getMessage().startsWith(file.toString()));
          assertEquals(before, bits(other));
        });
  }

  /** The first case after this one, round the list, that has other parameters. */
  private static Case nextWithOtherParameters(Case net) {
    List<Case> cases = smallCases().toList();
    return Stream.concat(cases.stream().skip(cases.indexOf(net) + 1), cases.stream())
        .filter(any -> any.parameters != net.parameters)
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, ByteBuffer> bits(Classifier classifier) {
    Map<String, ByteBuffer> bits = new TreeMap<>();
    classifier
        .state()
        .forEach((name, array) -> bits.put(name, ByteBuffer.wrap(array.toByteArray())));
    return bits;
  }

  @ParameterizedTest
  @MethodSource("smallCases")
  void aSeedGivesTheSameWeights(Case net) {
    Map<String, ByteBuffer> first = bits(net.create(DataType.FLOAT32, CLASSES, 7));
    assertEquals(first, bits(net.create(DataType.FLOAT32, CLASSES, 7)));
    assertNotEquals(first, bits(net.create(DataType.FLOAT32, CLASSES, 8)));
  }

  @ParameterizedTest
  @MethodSource("smallCases")
  void gradientsReachEveryWeight(Case net) {
    assertGradientsEverywhere(net, net.create(DataType.FLOAT32, CLASSES, 1));
  }

  private static void assertGradientsEverywhere(Case net, Classifier classifier) {
    NDArray x = net.images(5, 6).toType(DataType.FLOAT32, false);
    NDArray labels = MANAGER.create(new int[] {0, 1, 2, 0, 1, 2});
    NDList result =
        Gradients.of(
            classifier.trainable(),
            () ->
                new Emma()
                    .evaluate(
                        Numerics.train(classifier, x),
                        labels,
                        Numerics.marginConstants(classifier, 5),
                        0.1));
    for (NDArray gradient : result) {
      Numerics.assertFinite(gradient);
      assertTrue(gradient.abs().max().getFloat() > 0);
    }
  }

  @ParameterizedTest
  @MethodSource("smallCases")
  void stepsDownTheGradientLowerTheLoss(Case net) {
    Classifier classifier = net.create(DataType.FLOAT32, CLASSES, 1);
    NDArray x = net.images(5, 6).toType(DataType.FLOAT32, false);
    NDArray labels = MANAGER.create(new int[] {0, 1, 2, 0, 1, 2});
    Supplier<NDArray> loss =
        () -> {
          Tensors.seedEngine(1);
          return new CrossEntropy()
              .evaluate(
                  Numerics.train(classifier, x),
                  labels,
                  Numerics.marginConstants(classifier, 1),
                  0.1);
        };
    double[] losses = new double[3];
    for (int step = 0; step < losses.length; step++) {
      NDList result = Gradients.of(classifier.trainable(), loss);
      losses[step] = result.get(0).getFloat();
      descend(classifier.trainable(), result.subNDList(1));
    }
    assertTrue(losses[1] < losses[0] && losses[2] < losses[1], () -> Arrays.toString(losses));
  }

  @ParameterizedTest
  @MethodSource("smallCases")
  void mixedPrecisionReachesTheHead(Case net) {
    Classifier classifier = net.create(DataType.FLOAT32, CLASSES, 1);
    NDArray x = BFloat16.of(net.images(5, 6).toType(DataType.FLOAT32, false));
    assertEquals(x.getDataType(), classifier.body().apply(x, Pass.training(0)).getDataType());
    NDArray logits = Numerics.train(classifier, x);
    assertEquals(DataType.FLOAT32, logits.getDataType());
    Numerics.assertFinite(logits);
  }

  private static void descend(List<NDArray> weights, NDList gradients) {
    double square = gradients.stream().mapToDouble(g -> g.square().sum().getFloat()).sum();
    float rate = (float) (0.02 / Math.sqrt(square));
    Tensors.withoutGradient(
        () -> {
          for (int i = 0; i < weights.size(); i++) {
            weights.get(i).subi(gradients.get(i).mul(rate));
          }
          return null;
        });
  }

  /** Those of the table in the documentation of this package. */
  @Test
  void filesHoldTheDocumentedNames() {
    Set<String> names = new TreeSet<>();
    cases()
        .flatMap(net -> net.create(DataType.FLOAT32, CLASSES, 1).state().keySet().stream())
        .forEach(
            path -> {
              assertTrue(path.matches("(01body|02head)_(\\d\\d[A-Za-z0-9]+_)*[a-z]+"), path);
              names.add(path.substring(path.lastIndexOf('_') + 1));
            });
    assertEquals(
        Set.of(
            "affine",
            "alpha",
            "beta",
            "bias",
            "factor",
            "gamma",
            "logarithm",
            "mean",
            "variance",
            "vector",
            "weight"),
        names);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5C1F",
        "WRN-11-4",
        "WRN-4-1",
        "WRN-16-0",
        "WRN-16-4 convex avg",
        "WRN-16-4 as coded avg",
        "LiResNet L2 W8 as coded D8",
        "SLL L2 W8 D7",
        "LiResNet++ L2 W8 D0",
        "MLP L2 W8",
        "",
        "LiResNet",
        "LiResNet L0 W8",
        "LiResNet L2 W7",
        "LipNeXt L0 W8",
        "LipNeXt L2 W7",
        "AOL-MLP L2 W7",
        "BRONet L2 W7",
        "LiResNet L99999999999 W8"
      })
  void unknownNamesAreRefused(String name) {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> Models.create(name, 32, 10, 1));
    assertFalse(e instanceof NumberFormatException);
  }

  @Test
  void whatThereIsIsListed() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Models.create("LiResNet", 32, 10, 1))
            .getMessage();
    for (String name :
        List.of(
            "Wong net",
            "2C2F",
            "8C2F",
            "WRN-",
            "ConvNet L",
            "ResNet L",
            "SLL L",
            "++ L",
            "BRONet L",
            "LipNeXt L",
            "AOL-MLP L")) {
      assertTrue(message.contains(name), message);
    }
  }

  @Test
  void averagedShortcutsNeedTheirPixels() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> Models.create("WRN-10-1 avg", 30, 10, 1));
    assertEquals(
        "A WRN that averages in its shortcuts needs images whose side is a multiple of 4 pixels,"
            + " not 30; crop or pad them.",
        e.getMessage());
    Classifier plain = Models.create("WRN-10-1", 30, 10, 1);
    assertEquals(new Shape(1, 10), Numerics.outputShape(plain, new Shape(1, 3, 30, 30)));
  }

  @Test
  void oneClassIsNone() {
    assertThrows(IllegalArgumentException.class, () -> Models.create("2C2F", 28, 1, 1));
  }

  @ParameterizedTest
  @CsvSource({"32, 8", "64, 2"})
  void bronetReflectsFewerDirectionsOnLargerImages(int side, int rank) {
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier =
          Models.create("BRONet L1 W16 D32", side, 10, 1)
              .initialize(manager, DataType.FLOAT32, new Shape(3, side, side));
      Shape reflector = new Shape(16, rank, 3, 3);
      assertEquals(
          1,
          classifier.state().values().stream()
              .filter(array -> array.getShape().equals(reflector))
              .count());
    }
  }
}
