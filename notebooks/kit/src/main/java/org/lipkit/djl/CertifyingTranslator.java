package org.lipkit.djl;

import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import org.lipkit.data.Picture;

/**
 * Brings an image to the shape that a network takes, as {@link Picture#fit} does, and reads what
 * the network's {@link CertifyingBlock} says of it.
 */
final class CertifyingTranslator implements Translator<Image, CertifiedClassification> {

  @Override
  public NDList processInput(TranslatorContext context, Image image) {
    CertifyingBlock block = (CertifyingBlock) context.getBlock();
    Shape shape = block.certifier().classifier().inputShape();
    Image.Flag flag = shape.get(0) == 1 ? Image.Flag.GRAYSCALE : Image.Flag.COLOR;
    NDArray samples = image.toNDArray(context.getNDManager(), flag).toType(DataType.INT32, false);
    float[][][] fitted =
        new Picture(image.getWidth(), image.getHeight(), flag.numChannels(), samples.toIntArray())
            .fit((int) shape.get(0), (int) shape.get(1), (int) shape.get(2));
    NDList rows = new NDList();
    for (float[][] channel : fitted) {
      rows.add(context.getNDManager().create(channel));
    }
    return new NDList(NDArrays.stack(rows));
  }

  @Override
  public CertifiedClassification processOutput(TranslatorContext context, NDList output) {
    return new CertifiedClassification(
        output.get(0).getInt(), output.get(1).getDouble(), output.get(2).getDouble());
  }
}
