package org.lipkit.certify;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.NativeResource;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lipkit.bound.DenseMap;
import org.lipkit.bound.LinearMap;
import org.lipkit.bound.PowerIteration;
import org.lipkit.data.Batch;
import org.lipkit.data.Images;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.LinearLayer;
import org.lipkit.layer.WeightInit;
import org.lipkit.tensor.EngineState;
import org.lipkit.tensor.Tensors;

/**
 * An engine that was set otherwise, or that computes in another way, after a certifier was made.
 * Its settings are changed by the names that its C++ functions have on Linux.
 */
class ChangedEngineTest {

  private static final String UNKNOWN = "unknown";

  /** Rounding modes as the C library numbers them on x86. */
  private static final int NEAREST = 0;

  private static final int[] OTHER_MODES = {0x400, 0x800, 0xc00};

  private final NDManager manager = Tensors.newManager();
  private EngineState before;

  @BeforeEach
  void read() {
    before = EngineState.now();
  }

  @AfterEach
  void close() {
    manager.close();
    assertEquals(before, EngineState.now());
  }

  /**
   * Multiplies by a matrix; once it breaks, it loses bits of its inputs for some sizes of batches.
   */
  private static final class Losing extends LinearLayer {

    private final NDArray weight;
    private final IntPredicate loses;
    private NDArray lastWide;
    private boolean breaks;

    Losing(NDArray weight, IntPredicate loses) {
      this.weight = weight;
      this.loses = loses;
    }

    @Override
    public NDArray weight() {
      return weight;
    }

    @Override
    public NDArray offset() {
      return weight.getManager().zeros(new Shape(weight.getShape().get(0)));
    }

    @Override
    public LinearMap map(NDArray w) {
      DenseMap right = new DenseMap(w);
      if (w.getDataType() == DataType.FLOAT64) {
        lastWide = w;
      }
      if (!breaks || w.getDataType() == DataType.FLOAT64) {
        return right;
      }
      return new LinearMap() {
        @Override
        public Shape inputShape() {
          return right.inputShape();
        }

        @Override
        public NDArray apply(NDArray x) {
          boolean shortens = loses.test((int) x.getShape().get(0));
          return right.apply(shortens ? x.add(0x1p25f).sub(0x1p25f) : x);
        }

        @Override
        public NDArray adjoint(NDArray y) {
          return right.adjoint(y);
        }
      };
    }

    @Override
    public Shape outputShape(Shape input) {
      return new Shape(weight.getShape().get(0));
    }
  }

  private static Batch batch(int size) {
    return new Batch(new float[2 * size], new int[size], size, 2, 1, 1);
  }

  private SoundCertifier certifier() {
    return new SoundCertifier(SoundCertifierTest.planeNet(1, 0.1, manager));
  }

  private static void refused(String reason, SoundCertifier certifier, int size) {
    Exception refusal =
        assertThrows(IllegalStateException.class, () -> certifier.certify(batch(size), 0));
    assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
  }

  @Test
  void aCertificateSaysWhatItWasProvedOn() {
    SoundCertificate found = certifier().certify(batch(1), 0).get(0);
    assertEquals(EngineState.now(), found.engine());
    String words = found.toString();
    assertTrue(words.contains("threads: " + JniUtils.getNumThreads()), words);
    assertTrue(words.contains("instructions: "), words);
  }

  @Test
  void switchingOneDnnOffIsNoticed() {
    assumeTrue(!EngineState.now().oneDnn().equals(UNKNOWN));
    SoundCertifier certifier = certifier();
    setContext("_ZN2at7Context20setUserEnabledMkldnnEb", (byte) 0);
    try {
      refused("oneDNN: off", certifier, 1);
    } finally {
      setContext("_ZN2at7Context20setUserEnabledMkldnnEb", (byte) 1);
    }
    assertDoesNotThrow(() -> certifier.certify(batch(1), 0));
  }

  @Test
  void lessThanTheHighestPrecisionIsRefusedBeforeAndAfter() {
    assumeTrue(!EngineState.now().matmulPrecision().equals(UNKNOWN));
    String set = "_ZN2at7Context25setFloat32MatmulPrecisionENS_22Float32MatmulPrecisionE";
    SoundCertifier certifier = certifier();
    setContext(set, 2);
    try {
      refused("float32 products: medium", certifier, 1);
      Exception refusal = assertThrows(IllegalStateException.class, this::certifier);
      assertTrue(refusal.getMessage().contains("medium"), refusal.getMessage());
    } finally {
      setContext(set, 0);
    }
  }

  @Test
  void anotherNumberOfThreadsIsNoticed() {
    SoundCertifier certifier = certifier();
    int threads = JniUtils.getNumThreads();
    JniUtils.setNumThreads(threads + 1);
    try {
      refused("threads: " + (threads + 1), certifier, 1);
    } finally {
      JniUtils.setNumThreads(threads);
    }
  }

  @Test
  void otherRoundingModesAreRefused() {
    boolean isX86 = System.getProperty("os.arch").equals("amd64");
    assumeTrue(isX86 && System.getProperty("os.name").equals("Linux"));
    SoundCertifier certifier = certifier();
    for (int mode : OTHER_MODES) {
      setRounding(mode);
      try {
        refused("round to nearest", certifier, 1);
      } finally {
        setRounding(NEAREST);
      }
    }
    assertDoesNotThrow(() -> certifier.certify(batch(1), 0));
  }

  @Test
  void flushingSubnormalNumbersIsRefused() {
    assumeTrue(!EngineState.now().oneDnn().equals(UNKNOWN));
    SoundCertifier certifier = certifier();
    setFlush(1);
    try {
      refused("subnormal", certifier, 1);
    } finally {
      setFlush(0);
    }
    assertDoesNotThrow(() -> certifier.certify(batch(1), 0));
  }

  @Test
  void batchesAreProbedInTheSizeInWhichTheyAreCertified() {
    SoundCertifier certifier = losing(size -> size > 64);
    assertEquals(64, certifier.certify(batch(64), 0).size());
    refused("batches of 65", certifier, 65);
    assertEquals(1, certifier.certify(batch(1), 0).size());
  }

  @Test
  void aFaultThatComesLaterIsNoticed() {
    boolean[] broken = {false};
    SoundCertifier certifier = losing(size -> broken[0]);
    assertEquals(8, certifier.certify(batch(8), 0).size());
    broken[0] = true;
    refused("full float32", certifier, 8);
  }

  @Test
  void aFaultThatComesDuringASplitIsNoticed() {
    boolean[] broken = {false};
    SoundCertifier certifier = losing(size -> broken[0]);
    Images images = Images.of(new float[][] {{0, 1}, {1, 0}}, 0, 1);
    IllegalStateException refusal =
        assertThrows(
            IllegalStateException.class,
            () -> certifier.certify(images, 1, done -> broken[0] = done == 2));
    assertTrue(refusal.getMessage().contains("full float32"), refusal.getMessage());
  }

  @Test
  void whatARefusedConstructorCopiedIsFreed() {
    Losing layer = new Losing(manager.eye(2), size -> false);
    Classifier network = network(layer);
    assertThrows(
        IllegalArgumentException.class, () -> new SoundCertifier(network, PowerIteration.QUICK));
    assertTrue(((NativeResource<?>) layer.lastWide).isReleased());
    assertDoesNotThrow(() -> new SoundCertifier(network).close());
  }

  private SoundCertifier losing(IntPredicate sizes) {
    Losing layer = new Losing(manager.eye(2), sizes);
    SoundCertifier certifier = new SoundCertifier(network(layer));
    layer.breaks = true;
    return certifier;
  }

  private Classifier network(Losing layer) {
    return Classifier.of(new Flatten(), layer, new Dense(3, WeightInit.ORTHOGONAL))
        .seed(1)
        .initialize(manager, DataType.FLOAT32, SoundCertifierTest.PLANE);
  }

  private static void setContext(String function, Object value) {
    NativeLibrary engine = NativeLibrary.getInstance("torch_cpu");
    Pointer context = engine.getFunction("_ZN2at13globalContextEv").invokePointer(new Object[0]);
    engine.getFunction(function).invokeVoid(new Object[] {context, value});
  }

  private static void setFlush(int on) {
    NativeLibrary.getInstance("torch_cpu")
        .getFunction("_ZN2at7Context16setFlushDenormalEb")
        .invokeVoid(new Object[] {(byte) on});
  }

  private static void setRounding(int mode) {
    NativeLibrary.getInstance("m").getFunction("fesetround").invokeInt(new Object[] {mode});
  }
}
