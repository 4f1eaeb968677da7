package org.lipkit.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.Images;
import org.lipkit.data.Picture;
import org.lipkit.experiment.Runner;
import org.lipkit.experiment.SmallOnnx;
import org.lipkit.experiment.SmokeExperiment;
import org.lipkit.experiment.Zoo;
import org.lipkit.onnx.Onnx;
import org.lipkit.tensor.Tensors;
import org.lipkit.train.TrainingListener;

class CertifiedZooTest {

  @TempDir private Path folder;

  /** Writes a picture of noise. */
  private Path picture(int seed, int type, int side) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    BufferedImage picture = new BufferedImage(side, side, type);
    for (int i = 0; i < side * side; i++) {
      int bands = picture.getRaster().getNumBands();
      int[] pixel = random.ints(bands, 0, 256).toArray();
      picture.getRaster().setPixel(i % side, i / side, pixel);
    }
    Path file = folder.resolve(seed + ".png");
    ImageIO.write(picture, "png", file.toFile());
    return file;
  }

  private static Criteria<Image, CertifiedClassification> criteria(Path network) {
    return Criteria.builder()
        .setTypes(Image.class, CertifiedClassification.class)
        .optModelZoo(CertifiedZoo.of(network))
        .build();
  }

  private static void assertSays(SoundCertificate proof, CertifiedClassification said) {
    assertEquals(proof.certificate().prediction(), said.classIndex());
    assertEquals(proof.certificate().margin(), said.margin());
    assertEquals(proof.certificate().radius(), said.radius());
    assertTrue(said.radius() > 0);
  }

  /** The README's example. */
  @Test
  void aRecordedModelIsFoundByItsName() throws Exception {
    Path file = picture(1, BufferedImage.TYPE_BYTE_GRAY, 28);
    Criteria<Image, CertifiedClassification> criteria =
        Criteria.builder()
            .setTypes(Image.class, CertifiedClassification.class)
            .optGroupId("org.lipkit")
            .optArtifactId("mnist-2c2f-fixed-margin")
            .build();
    try (ZooModel<Image, CertifiedClassification> model = criteria.loadModel();
        Predictor<Image, CertifiedClassification> predictor = model.newPredictor()) {
      CertifiedClassification digit = predictor.predict(ImageFactory.getInstance().fromFile(file));
      System.out.println(digit);
      try (Zoo zoo = Zoo.load("mnist-2c2f-fixed-margin")) {
        assertSays(certificate(zoo.certifier(), file, 1), digit);
      }
    }
  }

  private static SoundCertificate certificate(SoundCertifier certifier, Path file, int channels) {
    int side = (int) certifier.classifier().inputShape().get(1);
    float[][][] fitted = Picture.read(file).fit(channels, side, side);
    return certifier.certify(Images.unlabelled(fitted)).get(0);
  }

  @Test
  void theZooIsAServiceThatListsTheRecordedModels() {
    ModelZoo zoo = ModelZoo.getModelZoo("org.lipkit");
    List<String> names = zoo.getModelLoaders().stream().map(l -> l.getArtifactId()).toList();
    assertEquals(Zoo.names(), names);
    assertEquals("org.lipkit", zoo.getModelLoader(names.get(0)).getMrl().getGroupId());
  }

  @Test
  void aRunsFolderIsAModel() throws Exception {
    Path run = folder.resolve("run/smoke");
    Runner.run(SmokeExperiment.named("run"), run, TrainingListener.SILENT);
    Path file = picture(2, BufferedImage.TYPE_BYTE_GRAY, 40);
    try (ZooModel<Image, CertifiedClassification> model = criteria(run).loadModel();
        Predictor<Image, CertifiedClassification> predictor = model.newPredictor();
        Zoo zoo = Zoo.load(run)) {
      assertSays(
          certificate(zoo.certifier(), file, 1),
          predictor.predict(ImageFactory.getInstance().fromFile(file)));
    }
  }

  @Test
  void anOnnxFileIsAModelAndABatchIsCertifiedAsItsImagesAre() throws Exception {
    Path network = SmallOnnx.write(folder.resolve("small.onnx"), 4, 3, 8, 8);
    Image[] images = new Image[5];
    for (int n = 0; n < images.length; n++) {
      Path file = picture(n, BufferedImage.TYPE_3BYTE_BGR, 8 + n);
      images[n] = ImageFactory.getInstance().fromFile(file);
    }
    try (ZooModel<Image, CertifiedClassification> model = criteria(network).loadModel();
        Predictor<Image, CertifiedClassification> predictor = model.newPredictor();
        SoundCertifier certifier = new SoundCertifier(Onnx.read(network).classifier())) {
      List<CertifiedClassification> together = predictor.batchPredict(List.of(images));
      for (int n = 0; n < images.length; n++) {
        CertifiedClassification alone = predictor.predict(images[n]);
        assertSays(certificate(certifier, folder.resolve(n + ".png"), 3), alone);
        assertEquals(alone.classIndex(), together.get(n).classIndex());
        assertEquals(alone.radius(), together.get(n).radius(), 1e-4 * alone.radius());
      }
    }
  }

  @Test
  void severalThreadsMayPredict() throws Exception {
    Path network = SmallOnnx.write(folder.resolve("small.onnx"), 4, 1, 8, 8);
    Image image = ImageFactory.getInstance().fromFile(picture(1, BufferedImage.TYPE_BYTE_GRAY, 8));
    try (ZooModel<Image, CertifiedClassification> model = criteria(network).loadModel()) {
      Callable<CertifiedClassification> work =
          () -> {
            try (Predictor<Image, CertifiedClassification> predictor = model.newPredictor()) {
              return predictor.predict(image);
            }
          };
      ExecutorService threads = Executors.newFixedThreadPool(3);
      try {
        CertifiedClassification here = work.call();
        for (Future<CertifiedClassification> there :
            threads.invokeAll(Collections.nCopies(6, work))) {
          assertEquals(here, there.get());
        }
      } finally {
        threads.shutdown();
      }
    }
  }

  /** A radius is about pixels of [0, 1] and about the float32 numbers that are handed over. */
  @Test
  void arraysThatAreNoImagesAreRefused() throws Exception {
    Path network = SmallOnnx.write(folder.resolve("small.onnx"), 4, 1, 8, 8);
    Shape shape = new Shape(2, 1, 8, 8);
    try (ZooModel<Image, CertifiedClassification> model = criteria(network).loadModel();
        Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
        NDManager manager = Tensors.newManager()) {
      assertEquals(3, predictor.predict(new NDList(manager.ones(shape))).size());
      for (NDArray wrong :
          List.of(
              manager.ones(shape).mul(255),
              manager.ones(shape, DataType.FLOAT64),
              manager.ones(shape, DataType.UINT8),
              manager.ones(new Shape(0, 1, 8, 8)),
              manager.ones(new Shape(2, 64)))) {
        Exception refusal =
            assertThrows(TranslateException.class, () -> predictor.predict(new NDList(wrong)));
        assertSame(IllegalArgumentException.class, refusal.getCause().getClass());
      }
    }
  }

  @Test
  void aClosedModelHasFreedItsWeights() throws Exception {
    Path network = SmallOnnx.write(folder.resolve("small.onnx"), 4, 1, 8, 8);
    ZooModel<Image, CertifiedClassification> model = criteria(network).loadModel();
    SoundCertifier certifier = ((CertifyingBlock) model.getBlock()).certifier();
    List<NDArray> weights = List.copyOf(certifier.classifier().state().values());
    assertFalse(weights.isEmpty());
    assertTrue(weights.stream().noneMatch(NDArray::isReleased));
    model.close();
    assertTrue(weights.stream().allMatch(NDArray::isReleased));
    assertFalse(model.getNDManager().isOpen());
  }

  @Test
  void otherTypesAndDevicesAreLeftToOtherZoos() {
    Path network = SmallOnnx.write(folder.resolve("small.onnx"), 4, 1, 8, 8);
    CertifiedZoo zoo = CertifiedZoo.of(network);
    for (Criteria<?, ?> wrong :
        List.of(
            Criteria.builder()
                .setTypes(Image.class, Classifications.class)
                .optModelZoo(zoo)
                .build(),
            Criteria.builder()
                .setTypes(Image.class, CertifiedClassification.class)
                .optDevice(Device.gpu())
                .optModelZoo(zoo)
                .build())) {
      Exception refusal = assertThrows(ModelNotFoundException.class, wrong::loadModel);
      assertSame(ModelNotFoundException.class, refusal.getCause().getClass());
    }
  }

  @Test
  void aModelThatCannotBeCertifiedIsRefusedInOneSentence() throws IOException {
    Path damaged = Files.writeString(folder.resolve("damaged.onnx"), "damaged");
    Path unknown = SmallOnnx.write(folder.resolve("unknown.onnx"), "Sigmoid", 4, 1, 8, 8);
    Stream.of(damaged, unknown, folder.resolve("missing.onnx"), folder)
        .forEach(
            path -> {
              Exception refusal =
                  assertThrows(MalformedModelException.class, () -> criteria(path).loadModel());
              assertEquals(1, refusal.getMessage().lines().count(), refusal::getMessage);
              assertTrue(refusal.getMessage().contains(path.toString()), refusal::getMessage);
            });
  }
}
