package org.lipkit.bound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.tensor.Tensors;

class CachedNormTest {

  private static final Shape IMAGE = new Shape(2, 5, 5);

  private final NDManager manager = Tensors.newManager();
  private int computed;
  @TempDir Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  private final class Counting implements NormMethod {
    @Override
    public Bound norm(LinearMap map) {
      computed++;
      return SoundNorm.TIGHT.norm(map);
    }

    @Override
    public String toString() {
      return "counting";
    }
  }

  private NDArray kernels() {
    return Tensors.gaussian(
        manager, new SplittableRandom(1), new Shape(2, 2, 3, 3), DataType.FLOAT64);
  }

  private CachedNorm cached() {
    return new CachedNorm(new Counting(), folder.resolve("norms.properties"));
  }

  @Test
  void aNormIsComputedOnceAndComesBackBitForBit() {
    ConvolutionMap map = new ConvolutionMap(kernels(), 1, 1, IMAGE);
    Bound exact = SoundNorm.TIGHT.norm(map);
    assertEquals(exact, cached().norm(map));
    assertEquals(exact, cached().norm(new ConvolutionMap(kernels(), 1, 1, IMAGE)));
    assertEquals(1, computed);
  }

  @Test
  void aRememberedNormIsComputedOnce() {
    RememberedNorm norm = new RememberedNorm(new Counting());
    ConvolutionMap map = new ConvolutionMap(kernels(), 1, 1, IMAGE);
    assertEquals(SoundNorm.TIGHT.norm(map), norm.norm(map));
    assertEquals(SoundNorm.TIGHT.norm(map), norm.norm(new ConvolutionMap(kernels(), 1, 1, IMAGE)));
    assertEquals(1, computed);
    norm.norm(new ConvolutionMap(kernels(), 2, 1, IMAGE));
    assertEquals(2, computed);
  }

  @Test
  void whatDiffersInAnythingIsComputedAnew() {
    cached().norm(new ConvolutionMap(kernels(), 1, 1, IMAGE));
    NDArray nudged = kernels();
    nudged.set(new NDIndex("0,0,0,0"), Math.nextUp(nudged.getDouble(0, 0, 0, 0)));
    cached().norm(new ConvolutionMap(nudged, 1, 1, IMAGE));
    cached().norm(new ConvolutionMap(kernels(), 2, 1, IMAGE));
    cached().norm(new ConvolutionMap(kernels(), 1, 0, IMAGE));
    cached().norm(new ConvolutionMap(kernels(), 1, 1, new Shape(2, 5, 6)));
    cached().norm(new DenseMap(kernels().reshape(6, 6)));
    assertEquals(6, computed);
    Bound other =
        new CachedNorm(new PowerIteration(3, 0), folder.resolve("norms.properties"))
            .norm(new ConvolutionMap(kernels(), 1, 1, IMAGE));
    assertNotEquals(Bound.Kind.UPPER, other.kind());
  }

  @Test
  void theSoundMethodsTellTheirSettingsAndNothingThatOtherProcessesCannotKnow() {
    assertEquals(SoundNorm.TIGHT.toString(), new SoundNorm(1 << 23).toString());
  }

  private void assertRefused(String part, LinearMap map) {
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> cached().norm(map));
    assertTrue(refusal.getMessage().contains("norms.properties " + part), refusal::getMessage);
    assertTrue(refusal.getMessage().contains("delete"), refusal::getMessage);
  }

  @Test
  void aDamagedFileIsRefusedWithASentence() throws IOException {
    ConvolutionMap map = new ConvolutionMap(kernels(), 1, 1, IMAGE);
    cached().norm(map);
    Path file = folder.resolve("norms.properties");
    String whole = Files.readString(file);
    String value = whole.substring(whole.indexOf("=0x") + 1, whole.indexOf(" UPPER"));
    for (String damaged :
        List.of(
            whole.replace("UPPER", "HIGHER"),
            whole.replace("UPPER", "ESTIMATE"),
            whole.replace(value, "0x1p-20"),
            whole + "hello\n",
            whole + "=\n",
            whole + whole.substring(whole.lastIndexOf('\n', whole.length() - 2) + 2),
            whole.substring(0, whole.length() - 5),
            whole.substring(0, whole.indexOf(" UPPER")))) {
      Files.writeString(file, damaged);
      assertRefused("is damaged", map);
    }
    Files.write(file, new byte[] {(byte) 0xff, '='});
    assertRefused("cannot be read", map);
  }

  /** What a forger keeps has the right checksum. */
  @Test
  void anUpperBoundBelowTheEstimateIsRefused() {
    ConvolutionMap map = new ConvolutionMap(kernels(), 1, 1, IMAGE);
    new CachedNorm(new Forger(0.99), folder.resolve("norms.properties")).norm(map);
    Exception refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> new CachedNorm(new Forger(1), folder.resolve("norms.properties")).norm(map));
    assertTrue(refusal.getMessage().contains("for a norm of at least"), refusal::getMessage);
  }

  private record Forger(double factor) implements NormMethod {
    @Override
    public Bound norm(LinearMap map) {
      return Bound.upper(factor * SoundNorm.TIGHT.norm(map).value(), "forged");
    }

    @Override
    public String toString() {
      return "forger";
    }
  }

  @Test
  void whereNothingCanBeWrittenNormsAreComputedEveryTime() throws IOException {
    Path noFolder = Files.writeString(folder.resolve("file"), "");
    CachedNorm unkept = new CachedNorm(new Counting(), noFolder.resolve("norms.properties"));
    ConvolutionMap map = new ConvolutionMap(kernels(), 1, 1, IMAGE);
    assertEquals(SoundNorm.TIGHT.norm(map), unkept.norm(map));
    assertEquals(SoundNorm.TIGHT.norm(map), unkept.norm(map));
    assertEquals(2, computed);
  }
}
