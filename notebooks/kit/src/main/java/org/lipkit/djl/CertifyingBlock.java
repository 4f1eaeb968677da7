package org.lipkit.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Arrays;
import java.util.List;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.ImageShape;
import org.lipkit.data.Images;

/**
 * A network with its certificate as one block.
 *
 * <ul>
 *   <li>input: images, (N, C, H, W), FLOAT32, values in [0, 1]; values far from there are refused
 *   <li>outputs, (N) each: class (INT32), margin (FLOAT64), certified radius (FLOAT64)
 * </ul>
 *
 * <p>Logits alone would not do: the radius is about the frozen float32 network and its roundings,
 * which {@link SoundCertifier} counts. Several threads may call it; one computes at a time.
 */
final class CertifyingBlock extends AbstractBlock {

  private static final byte VERSION = 1;

  private final SoundCertifier certifier;

  CertifyingBlock(SoundCertifier certifier) {
    super(VERSION);
    this.certifier = certifier;
  }

  SoundCertifier certifier() {
    return certifier;
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
    NDArray images = inputs.singletonOrThrow();
    int size = Math.toIntExact(images.getShape().get(0));
    List<Certificate> certificates;
    synchronized (certifier) {
      certificates =
          certifier.certify(images(images, size), size, done -> {}).stream()
              .map(SoundCertificate::certificate)
              .toList();
    }
    NDManager manager = images.getManager();
    return new NDList(
        manager.create(certificates.stream().mapToInt(Certificate::prediction).toArray()),
        manager.create(certificates.stream().mapToDouble(Certificate::margin).toArray()),
        manager.create(certificates.stream().mapToDouble(Certificate::radius).toArray()));
  }

  private Images images(NDArray array, int size) {
    Shape shape = array.getShape();
    Shape image = certifier.classifier().inputShape();
    if (size == 0
        || array.getDataType() != DataType.FLOAT32
        || shape.dimension() != 4
        || !shape.slice(1).equals(image)) {
      throw new IllegalArgumentException(
          "This network takes images of shape "
              + image
              + " in FLOAT32, one after another, not an array of shape "
              + shape
              + " in "
              + array.getDataType()
              + ".");
    }
    float[] pixels = array.toFloatArray();
    int values = pixels.length / size;
    int[] unknown = new int[size];
    Arrays.fill(unknown, Images.UNKNOWN);
    return Images.of(
        new ImageShape((int) shape.get(1), (int) shape.get(2), (int) shape.get(3)),
        unknown,
        (index, random, into, offset) ->
            System.arraycopy(pixels, index * values, into, offset, values));
  }

  @Override
  public boolean isInitialized() {
    return true;
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    Shape batch = inputs[0].slice(0, 1);
    return new Shape[] {batch, batch, batch};
  }
}
