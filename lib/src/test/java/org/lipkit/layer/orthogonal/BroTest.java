package org.lipkit.layer.orthogonal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lipkit.Numerics;
import org.lipkit.bound.Bound;
import org.lipkit.bound.SoundNorm;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Layer;
import org.lipkit.layer.WeightInit;
import org.lipkit.layer.rounding.Enclosure;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/** {@link BroDense} and {@link BroConvolution}. */
class BroTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  /** V with entries far from the identity that the layer begins with. */
  private static BroConvolution convolution(int inputs, int outputs, int rank, int side) {
    BroConvolution layer =
        Numerics.initialized(new BroConvolution(outputs, rank, 0.7), MANAGER, inputs, side, side);
    NDArray v = layer.getParameters().get("weight").getArray();
    Tensors.copy(Numerics.gaussian(MANAGER, 3, v.getShape().getShape()).mul(0.3), v);
    NDArray affine = layer.getParameters().get("affine").getArray();
    Tensors.copy(Numerics.gaussian(MANAGER, 4, affine.getShape().getShape()).add(1), affine);
    return layer;
  }

  private static BroDense dense(int inputs, int outputs, int rank) {
    return Numerics.initialized(
        Numerics.seeded(5, new BroDense(outputs, rank, WeightInit.gaussian(1))), MANAGER, inputs);
  }

  /** A network that begins with the layer, in float32. */
  private static Classifier network(Layer layer, long... input) {
    return Classifier.of(layer, new Flatten(), new Dense(2))
        .initialize(MANAGER, DataType.FLOAT32, new Shape(input));
  }

  /** The matrix of a linear layer, (outputs, inputs). */
  private static NDArray matrix(Layer layer) {
    Shape shape = layer.inputShape();
    int n = (int) shape.size();
    NDArray units = MANAGER.eye(n, n, 0, DataType.FLOAT64).reshape(new Shape(n).addAll(shape));
    return layer.apply(units).sub(layer.apply(units.zerosLike())).reshape(n, -1).transpose();
  }

  /** I - 2 V (V^T V)^-1 V^T by an inverse. */
  private static NDArray reflector(NDArray v) {
    int n = (int) v.getShape().get(0);
    NDArray projection = v.matMul(v.transpose().matMul(v).inverse()).matMul(v.transpose());
    return MANAGER.eye(n, n, 0, DataType.FLOAT64).sub(projection.mul(2));
  }

  private static double[] singularValues(NDArray matrix) {
    return LinearOperators.singularValues(matrix).toDoubleArray();
  }

  private static double[] ones(int count) {
    return IntStream.range(0, count).mapToDouble(i -> 1).toArray();
  }

  @ParameterizedTest
  @CsvSource({"6, 6, 3", "5, 5, 1", "4, 4, 4", "7, 3, 2", "2, 6, 3"})
  void denseOnesAreCutOutOfReflectors(int inputs, int outputs, int rank) {
    BroDense layer = dense(inputs, outputs, rank);
    NDArray v = layer.getParameters().get("weight").getArray();
    NDArray expected = reflector(v).get("0:" + outputs + ",0:" + inputs);
    Numerics.assertClose(expected.toDoubleArray(), layer.weight().toDoubleArray(), 1e-5);
    Numerics.assertClose(expected.toDoubleArray(), matrix(layer).toDoubleArray(), 1e-5);
    assertTrue(singularValues(layer.weight())[0] <= 1 + 1e-14);
  }

  /** The ridge of 1e-7 leaves a square one this far from orthogonal. */
  @Test
  void squareDenseOnesAreOrthogonalAndReflectAsManyDirectionsAsTheyHaveRank() {
    NDArray w = dense(6, 6, 2).weight();
    Numerics.assertClose(ones(6), singularValues(w), 1e-6);
    assertEquals(6 - 2 * 2, w.diagonal().sum().getDouble(), 1e-6);
  }

  /** The torus of side n + 2 written out as a matrix, and its inner pixels cut out. */
  @ParameterizedTest
  @CsvSource({"2, 2, 1, 3", "3, 3, 2, 4", "3, 1, 2, 3", "1, 3, 1, 4", "2, 2, 2, 1"})
  void convolutionsAreCutOutOfTheReflectorOfTheWholeTorus(
      int inputs, int outputs, int rank, int side) {
    BroConvolution layer = convolution(inputs, outputs, rank, side);
    NDArray kernels =
        layer
            .getParameters()
            .get("weight")
            .getArray()
            .mul(layer.getParameters().get("affine").getArray())
            .mul(0.7);
    int width = Math.max(inputs, outputs);
    int grid = side + 2;
    int pixels = grid * grid;
    double[] v = new double[width * pixels * rank * pixels];
    double[] entries = kernels.toDoubleArray();
    for (int o = 0; o < width; o++) {
      for (int p = 0; p < pixels; p++) {
        for (int i = 0; i < rank; i++) {
          for (int tap = 0; tap < 9; tap++) {
            int row = Math.floorMod(p / grid + tap / 3 - 1, grid);
            int column = Math.floorMod(p % grid + tap % 3 - 1, grid);
            double identity = o == i && tap == 4 ? 1 : 0;
            v[((o * pixels + p) * rank + i) * pixels + row * grid + column] +=
                entries[(o * rank + i) * 9 + tap] + identity;
          }
        }
      }
    }
    Shape size = new Shape((long) width * pixels, (long) rank * pixels);
    double[] whole = reflector(MANAGER.create(v, size)).toDoubleArray();
    double[] expected = new double[outputs * side * side * inputs * side * side];
    int at = 0;
    for (int o = 0; o < outputs * side * side; o++) {
      for (int i = 0; i < inputs * side * side; i++) {
        expected[at++] = whole[inside(o, side, grid) * width * pixels + inside(i, side, grid)];
      }
    }
    Numerics.assertClose(expected, matrix(layer).toDoubleArray(), 1e-4);
  }

  /** Where an entry of (C, n, n) lies in (C, g, g). */
  private static int inside(int entry, int side, int grid) {
    int channel = entry / (side * side);
    int row = entry / side % side;
    int column = entry % side;
    return (channel * grid + row + 1) * grid + column + 1;
  }

  /** Without the frame's cut every singular value is 1, but for the ridge. */
  @Test
  void everyFrequencysMatrixIsUnitary() {
    BroConvolution layer = convolution(3, 3, 2, 4);
    NDArray v = Numerics.gaussian(MANAGER, 8, 3, 2, 3, 3);
    FourierTransform transform = new FourierTransform(new Flatten(), 4, 6);
    NDArray w = Reflector.of(transform.responses(v));
    for (int f = 0; f < transform.frequencies(); f++) {
      Numerics.assertClose(ones(6), singularValues(w.get(f)), 1e-4);
    }
    assertTrue(singularValues(matrix(layer))[0] <= 1 + 1e-12);
  }

  /** At its start it is the identity with the signs of the first channels turned. */
  @Test
  void beginsAsAMirrorOfTheFirstChannels() {
    BroConvolution layer = Numerics.initialized(new BroConvolution(4, 2, 0), MANAGER, 4, 5, 5);
    NDArray x = Numerics.gaussian(MANAGER, 6, 2, 4, 5, 5);
    NDArray expected = x.duplicate();
    expected.set(new NDIndex(":,0:2"), x.get(":,0:2").neg());
    Numerics.assertClose(expected.toDoubleArray(), layer.apply(x).toDoubleArray(), 1e-6);
  }

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    BroDense dense = dense(4, 3, 2);
    NDArray x = Numerics.gaussian(MANAGER, 6, 2, 4);
    assertEquals(
        2, Numerics.checkParameterGradients(dense, x, Numerics.gaussian(MANAGER, 7, 2, 3)));
    BroConvolution layer = convolution(2, 3, 2, 3);
    NDArray images = Numerics.gaussian(MANAGER, 6, 2, 2, 3, 3);
    assertEquals(
        2,
        Numerics.checkParameterGradients(layer, images, Numerics.gaussian(MANAGER, 7, 2, 3, 3, 3)));
    images.setRequiresGradient(true);
    NDList result = Gradients.of(List.of(images), () -> layer.apply(images).square().sum());
    Numerics.assertClose(
        Numerics.differences(images, () -> layer.apply(images).square().sum()),
        result.get(1).toDoubleArray(),
        1e-6);
  }

  /** In float32, where proofs are about, its rounding included. */
  @ParameterizedTest
  @CsvSource({"6, 6, 3, 8", "4, 8, 3, 5", "8, 2, 4, 5"})
  void theProvedBoundIsAtLeastTheNormAndWithinOnePerCent(
      int inputs, int outputs, int rank, int side) {
    BroConvolution layer = new BroConvolution(outputs, rank, 0.5);
    Classifier net = network(layer, inputs, side, side);
    NDArray v = layer.getParameters().get("weight").getArray();
    NDArray random = Numerics.gaussian(MANAGER, 3, v.getShape().getShape()).mul(0.3);
    Tensors.copy(random.toType(DataType.FLOAT32, true), v);
    Layer frozen = net.frozen().body().layers().get(0);
    Bound bound = frozen.bound(SoundNorm.TIGHT);
    assertEquals(Bound.Kind.UPPER, bound.kind());
    NDArray x = Numerics.gaussian(MANAGER, 6, 2, inputs, side, side);
    NDArray x32 = x.toType(DataType.FLOAT32, true);
    assertArrayEquals(layer.apply(x32).toFloatArray(), frozen.apply(x32).toFloatArray());
    double[] trained = Tensors.toDoubles(Numerics.train(layer, x32));
    Enclosure proof = Numerics.enclosure(frozen, SoundNorm.TIGHT, x32);
    double distance = 0;
    double[] found = Tensors.toDoubles(frozen.apply(x32));
    double[] center = proof.center().get(0).toDoubleArray();
    for (int i = 0; i < center.length; i++) {
      distance += Math.pow(found[i] - center[i], 2);
    }
    double error = proof.error(0) + proof.centerError(0);
    assertTrue(Math.sqrt(distance) <= error && error < 2e-3, "error " + error);
    Numerics.assertClose(found, trained, 1e-5);
    // The layer's own matrix, from float32 products of unit vectors, errs by 1e-6 at most.
    int n = inputs * side * side;
    NDArray units = MANAGER.eye(n, n, 0, DataType.FLOAT32).reshape(n, inputs, side, side);
    NDArray matrix = frozen.apply(units).reshape(n, -1).toType(DataType.FLOAT64, true);
    double exact = singularValues(matrix)[0];
    assertTrue(bound.value() >= exact - 1e-5, () -> bound + " below " + exact);
    assertTrue(bound.value() <= 1.01 * exact, () -> bound + " above " + exact);
  }

  @Test
  void theDenseBoundIsThatOfItsPlainMatrix() {
    BroDense layer = new BroDense(12, 6, WeightInit.gaussian(1));
    Classifier net = network(layer, 12);
    Bound bound = net.frozen().body().layers().get(0).bound(SoundNorm.TIGHT);
    double exact = singularValues(layer.weight().toType(DataType.FLOAT64, true))[0];
    assertTrue(bound.value() >= exact && bound.value() < exact * 1.00001, bound::toString);
    assertTrue(bound.method().contains("orthonormal"), bound::method);
  }

  @Test
  void trainingCountsThemAsOne() {
    assertEquals(3, Numerics.estimate(convolution(2, 2, 1, 3), MANAGER.create(3.0), 1).getDouble());
    assertEquals(3, Numerics.estimate(dense(3, 3, 1), MANAGER.create(3.0), 1).getDouble());
  }

  @Test
  void countsWithoutArrays() {
    BroConvolution layer = new BroConvolution(8, 4, 1);
    layer.layOut(new Shape(6, 16, 16));
    assertEquals(8 * 4 * 9 + 8, layer.parameterCount());
    long transform = 10 * (2 * 16 * 16 + 4 * 18 * 16);
    assertEquals((6 + 8) * transform + 4 * 180 * 6 * 8, layer.multiplyAdds());
  }

  @Test
  void impossibleSizesAreRefused() {
    Exception rank =
        assertThrows(
            IllegalArgumentException.class,
            () -> new BroConvolution(4, 5, 1).layOut(new Shape(3, 4, 4)));
    assertTrue(rank.getMessage().contains("use a rank of at most 4"), rank.getMessage());
    Exception square =
        assertThrows(
            IllegalArgumentException.class,
            () -> new BroConvolution(4, 2, 1).layOut(new Shape(3, 4, 5)));
    assertTrue(square.getMessage().contains("needs square images"), square.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new BroDense(3, 4, WeightInit.LECUN).layOut(new Shape(3)));
    for (Parameter parameter : dense(3, 3, 1).getParameters().values()) {
      Numerics.assertFinite(parameter.getArray());
    }
  }
}
