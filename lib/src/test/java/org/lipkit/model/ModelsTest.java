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
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.Numerics;
import org.lipkit.bound.ExactSpectrum;
import org.lipkit.certify.MarginConstants;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.MarginRule;
import org.lipkit.loss.Emma;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

class ModelsTest {

  private static final int CLASSES = 3;
  private static final NDManager MANAGER = Tensors.newManager();

  @TempDir private Path folder;

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  /** An architecture on small images, and its number of parameters by hand. */
  record Case(String name, int channels, int side, MarginRule rule, long parameters) {

    Classifier create(DataType type, int classes, long seed) {
      return Models.create(name, side, classes, seed).initialize(MANAGER, type, image());
    }

    Shape image() {
      return new Shape(channels, side, side);
    }

    NDArray images(long seed, int count) {
      return Numerics.gaussian(MANAGER, seed, count, channels, side, side).mul(0.3).add(0.5);
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

  static Stream<Case> cases() {
    long twoConvolutions =
        conv(1, 16, 4) + conv(16, 32, 4) + dense(32 * 3 * 3, 100) + dense(100, CLASSES);
    long fourConvolutions =
        (conv(1, 32, 3) + conv(32, 32, 4) + conv(32, 64, 3) + conv(64, 64, 4))
            + (dense(64 * 2 * 2, 512) + dense(512, 512) + dense(512, CLASSES));
    long liresnet =
        (conv(3, 8, 5) + 2 * (conv(8, 8, 3) + 8) + conv(8, 16, 4))
            + (dense(16 * 2 * 2, 512) + dense(512, CLASSES));
    return Stream.of(
        new Case("Wong net", 1, 12, MarginRule.NETWORK, twoConvolutions),
        new Case("2C2F", 1, 12, MarginRule.PAIRWISE, twoConvolutions),
        new Case("4C3F", 1, 8, MarginRule.PAIRWISE, fourConvolutions),
        new Case("LiResNet L2 W8", 3, 16, MarginRule.PAIRWISE, liresnet));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void hasThePapersSizes(Case net) {
    Classifier classifier = net.create(DataType.FLOAT32, CLASSES, 1);
    assertEquals(net.parameters, classifier.parameterCount());
    assertEquals(net.rule, classifier.rule());
    NDArray x = net.images(2, 5).toType(DataType.FLOAT32, false);
    assertEquals(new Shape(5, CLASSES), classifier.apply(x, false).getShape());
    assertEquals(new Shape(5, CLASSES), classifier.outputShape(x.getShape()));
  }

  @ParameterizedTest
  @CsvSource({"8,28,14", "8,32,16", "8,64,16", "588,224,16", "8,224,112"})
  void theStemOfLiResNetFollowsTheImageSize(int width, int side, int rows) {
    Classifier classifier = LiResNet.create(2, width, side, CLASSES, 1);
    Shape images = new Shape(7, 3, side, side);
    assertEquals(
        new Shape(7, width, rows, rows), classifier.body().layers().get(1).outputShape(images));
    assertEquals(new Shape(7, side < 224 ? 512 : 2048), classifier.body().outputShape(images));
    assertEquals(new Shape(7, CLASSES), classifier.outputShape(images));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void boundsHoldForSampledPairs(Case net) {
    Classifier classifier = net.create(DataType.FLOAT64, CLASSES, 1);
    long[] image = net.image().getShape();
    double product = classifier.bound(new ExactSpectrum(), MANAGER).value();
    double ratio = Numerics.largestRatio(x -> classifier.apply(x, false), MANAGER, 3, image);
    assertTrue(ratio > 0 && ratio <= product);
    MarginConstants constants = MarginConstants.of(classifier, new ExactSpectrum(), MANAGER);
    for (int j = 0; j < CLASSES; j++) {
      for (int i = 0; i < j; i++) {
        NDArray pair = MANAGER.zeros(new Shape(CLASSES, 1), DataType.FLOAT64);
        pair.set(new NDIndex(j, 0), 1);
        pair.set(new NDIndex(i, 0), -1);
        double margins =
            Numerics.largestRatio(x -> classifier.apply(x, false).matMul(pair), MANAGER, 4, image);
        assertTrue(margins > 0 && margins <= constants.of(j, i));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void savedAndLoadedItIsTheSameToTheLastBit(Case net) {
    Classifier saved = net.create(DataType.FLOAT32, CLASSES, 1);
    saved.marginConstants(3);
    saved.save(folder.resolve("model.npz"));
    Classifier loaded = net.create(DataType.FLOAT32, CLASSES, 2);
    assertNotEquals(bits(saved), bits(loaded));
    loaded.load(folder.resolve("model.npz"));
    assertEquals(bits(saved), bits(loaded));
    NDArray x = net.images(3, 4).toType(DataType.FLOAT32, false);
    assertEquals(saved.apply(x, false), loaded.apply(x, false));
    assertEquals(saved.marginConstants(1), loaded.marginConstants(1));
    assertGradientsEverywhere(net, loaded);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anotherArchitecturesFileIsRefusedAndChangesNothing(Case net) {
    Path file = folder.resolve("model.npz");
    net.create(DataType.FLOAT32, CLASSES, 1).save(file);
    Stream<Classifier> others =
        Stream.concat(
            cases()
                .filter(other -> !other.equals(net))
                .map(other -> other.create(DataType.FLOAT32, CLASSES, 2)),
            Stream.of(
                net.create(DataType.FLOAT32, CLASSES + 1, 2),
                net.create(DataType.FLOAT64, CLASSES, 2)));
    others.forEach(
        other -> {
          Map<String, ByteBuffer> before = bits(other);
          Exception e = assertThrows(IllegalArgumentException.class, () -> other.load(file));
          assertTrue(e.getMessage().startsWith(file.toString()));
          assertEquals(before, bits(other));
        });
  }

  private static Map<String, ByteBuffer> bits(Classifier classifier) {
    Map<String, ByteBuffer> bits = new TreeMap<>();
    classifier
        .state()
        .forEach((name, array) -> bits.put(name, ByteBuffer.wrap(array.toByteArray())));
    return bits;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aSeedGivesTheSameWeights(Case net) {
    Map<String, ByteBuffer> first = bits(net.create(DataType.FLOAT32, CLASSES, 7));
    assertEquals(first, bits(net.create(DataType.FLOAT32, CLASSES, 7)));
    assertNotEquals(first, bits(net.create(DataType.FLOAT32, CLASSES, 8)));
  }

  @ParameterizedTest
  @MethodSource("cases")
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
                        classifier.apply(x, true), labels, classifier.marginConstants(5), 0.1));
    for (NDArray gradient : result) {
      Numerics.assertFinite(gradient);
      assertTrue(gradient.abs().max().getFloat() > 0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5C1F",
        "",
        "LiResNet",
        "LiResNet L0 W8",
        "LiResNet L2 W7",
        "LiResNet L99999999999 W8"
      })
  void unknownNamesAreRefused(String name) {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> Models.create(name, 32, 10, 1));
    assertFalse(e instanceof NumberFormatException);
  }

  @Test
  void oneClassIsNone() {
    assertThrows(IllegalArgumentException.class, () -> Models.create("2C2F", 28, 1, 1));
  }
}
