package org.lipkit.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lipkit.data.Images;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.ArgMax;
import org.lipkit.tensor.Tensors;

/**
 * How often the threatening class rotates: the share of samples whose strongest rival of the label,
 * {@code argmax_{i != label} y_i}, is another one than an epoch before (the observation behind
 * EMMA, Hu et al. 2023, section 3). The last two epochs' rivals are kept in a file, so that a run
 * which goes on from a checkpoint, at most one epoch behind, finds what it needs.
 */
final class ThreateningClasses {

  /** How many training samples are looked at. */
  static final int SAMPLES = 1000;

  private static final int BATCH = 256;

  private final Path file;
  private final List<Rivals> kept = new ArrayList<>();

  /**
   * @param epoch the epoch, from 1
   * @param classes one rival for each sample
   */
  private record Rivals(int epoch, int[] classes) {}

  ThreateningClasses(Path file) {
    this.file = file;
    if (Files.exists(file)) {
      kept.addAll(Arrays.asList(RecordFiles.readJson(file, Rivals[].class)));
    }
  }

  /**
   * Notes the rivals at an epoch's end.
   *
   * @param epoch the epoch, from 1
   * @param classifier as it is then
   * @param images the same samples every time, read in their evaluation view
   * @param manager where images may be created; all arrays are freed again
   * @return the share of samples whose rival is another one than an epoch before, in [0, 1]; null
   *     after the first epoch
   */
  Double rotation(int epoch, Classifier classifier, Images images, NDManager manager) {
    int[] now = rivals(classifier, images, manager);
    kept.removeIf(rivals -> rivals.epoch >= epoch || rivals.epoch < epoch - 1);
    Double rotation = kept.isEmpty() ? null : changed(kept.get(0).classes, now);
    kept.add(new Rivals(epoch, now));
    RecordFiles.writeJson(file, kept);
    return rotation;
  }

  private static double changed(int[] before, int[] now) {
    int changed = 0;
    for (int n = 0; n < now.length; n++) {
      changed += before[n] == now[n] ? 0 : 1;
    }
    return changed / (double) now.length;
  }

  private static int[] rivals(Classifier classifier, Images images, NDManager manager) {
    int[] rivals = new int[images.size()];
    for (int from = 0; from < rivals.length; from += BATCH) {
      int first = from;
      int size = Math.min(BATCH, rivals.length - first);
      double[] logits = Tensors.scoped(() -> logits(classifier, images, first, size, manager));
      int classes = logits.length / size;
      for (int n = 0; n < size; n++) {
        double[] y = Arrays.copyOfRange(logits, n * classes, (n + 1) * classes);
        rivals[first + n] = ArgMax.except(y, images.label(first + n));
      }
    }
    return rivals;
  }

  private static double[] logits(
      Classifier classifier, Images images, int first, int size, NDManager manager) {
    float[] pixels = new float[size * images.values()];
    for (int n = 0; n < size; n++) {
      images.read(first + n, null, pixels, n * images.values());
    }
    Shape shape = new Shape(size, images.channels(), images.height(), images.width());
    NDArray x = manager.create(pixels, shape);
    return Tensors.toDoubles(Tensors.withoutGradient(() -> classifier.apply(x)));
  }
}
