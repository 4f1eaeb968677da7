package org.lipkit.experiment;

import ai.djl.nn.Block;
import ai.djl.util.Pair;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.PowerIteration;
import org.lipkit.bound.RememberedNorm;
import org.lipkit.bound.SoundNorm;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.Certifier;
import org.lipkit.certify.Gap;
import org.lipkit.certify.MarginConstants;
import org.lipkit.certify.RoundedDown;
import org.lipkit.certify.RoundedUp;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.Images;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Sequential;
import org.lipkit.onnx.Onnx;
import org.lipkit.tensor.EngineState;
import org.lipkit.tensor.LibraryVersion;

/** Certifies networks that may come from anywhere, and reports what was found. */
public final class NetworkCertifier {

  /** Significant digits, enough to tell every float32 number from its neighbours. */
  private static final int DIGITS = 9;

  private static final int BATCH = 64;

  private NetworkCertifier() {}

  /**
   * Certifies a network that was read from a file.
   *
   * @param file the file
   * @param imported what was read from it
   * @param inputs the images to certify, perhaps none
   * @param radius the radius that accuracy is about, in pixels of [0, 1]
   * @param done hears how many images have been certified
   * @return the report
   * @throws IllegalArgumentException if the radius is negative or not finite, or the network has no
   *     finite bound
   */
  public static NetworkReport certify(
      Path file,
      Onnx.Imported imported,
      List<NetworkInputs> inputs,
      double radius,
      IntConsumer done) {
    Source source = new Source(file.toString(), imported.sha256(), imported.remarks());
    return certify(source, imported.classifier(), inputs, radius, done);
  }

  /**
   * Certifies a network that is in memory.
   *
   * @param classifier an initialised FLOAT32 classifier; its frozen copy is certified
   * @param inputs the images to certify, perhaps none
   * @param radius the radius that accuracy is about, in pixels of [0, 1]
   * @return the report
   * @throws IllegalArgumentException if the radius is negative or not finite, or the network has no
   *     finite bound
   */
  public static NetworkReport certify(
      Classifier classifier, List<NetworkInputs> inputs, double radius) {
    return certify(new Source(null, null, List.of()), classifier, inputs, radius, done -> {});
  }

  /** Where a network comes from: a file with its SHA-256, or neither, and what is said of it. */
  private record Source(String file, String sha256, List<String> remarks) {}

  private static NetworkReport certify(
      Source source,
      Classifier classifier,
      List<NetworkInputs> inputs,
      double radius,
      IntConsumer done) {
    if (!(radius >= 0 && radius < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "A radius is a number of pixels of [0, 1] that is at least 0, not " + radius + ".");
    }
    long started = System.nanoTime();
    try (Proving proving = new Proving(classifier)) {
      List<NetworkReport.CertifiedSample> samples = new ArrayList<>();
      for (NetworkInputs some : inputs) {
        int before = samples.size();
        samples.addAll(proving.samples(some, count -> done.accept(before + count)));
      }
      Stream<String> inputRemarks = inputs.stream().flatMap(some -> some.remarks().stream());
      NetworkReport.Network network =
          proving.network(source, Stream.concat(source.remarks.stream(), inputRemarks).toList());
      List<NetworkReport.LayerConstant> layers = proving.layers();
      NetworkReport.Constants constants = proving.constants();
      return new NetworkReport(
          network,
          LibraryVersion.text(),
          Provenance.here(),
          EngineState.now(),
          PowerIteration.START,
          Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
          (System.nanoTime() - started) / 1e9,
          layers,
          constants,
          radius,
          samples,
          NetworkReport.Accuracy.of(samples, radius));
    }
  }

  /** A network with both certifiers; every norm is found once. */
  private static final class Proving implements AutoCloseable {

    private final NormMethod estimates = new RememberedNorm(PowerIteration.PUBLISHED);
    private final NormMethod proofs = new RememberedNorm(SoundNorm.TIGHT);
    private final SoundCertifier certifier;
    private final Certifier estimator;
    private final Classifier network;

    Proving(Classifier classifier) {
      certifier = new SoundCertifier(classifier, proofs);
      network = certifier.classifier();
      estimator = new Certifier(network, estimates);
    }

    @Override
    public void close() {
      certifier.close();
    }

    NetworkReport.Network network(Source source, List<String> remarks) {
      return new NetworkReport.Network(
          source.file,
          source.sha256,
          network.sha256(),
          sides(network.inputShape().getShape()),
          network.classes(),
          network.parameterCount(),
          remarks);
    }

    List<NetworkReport.LayerConstant> layers() {
      List<NetworkReport.LayerConstant> rows = new ArrayList<>();
      for (Pair<String, Block> part : network.getChildren()) {
        collect(part.getKey(), (Layer) part.getValue(), rows);
      }
      return rows;
    }

    private void collect(String path, Layer layer, List<NetworkReport.LayerConstant> rows) {
      if (!(layer instanceof Sequential)) {
        rows.add(
            new NetworkReport.LayerConstant(
                path,
                sides(layer.outputShape(layer.inputShape()).getShape()),
                layer.parameterCount(),
                layer.bound(estimates),
                up(layer.bound(proofs))));
      }
      for (Pair<String, Block> part : layer.getChildren()) {
        collect(path + "_" + part.getKey(), (Layer) part.getValue(), rows);
      }
    }

    NetworkReport.Constants constants() {
      return new NetworkReport.Constants(
          new NetworkReport.Constant(
              network.body().bound(estimates), up(network.body().bound(proofs))),
          new NetworkReport.Constant(
              largest(estimator.constants()), up(largest(certifier.constants()))));
    }

    private static Bound largest(MarginConstants constants) {
      return new Bound(constants.largest(), constants.scale().kind(), constants.scale().method());
    }

    List<NetworkReport.CertifiedSample> samples(NetworkInputs inputs, IntConsumer done) {
      Images images = inputs.images();
      List<SoundCertificate> proved = certifier.certify(images, BATCH, done);
      List<Certificate> estimated = estimator.certify(images, BATCH, ignored -> {});
      List<NetworkReport.CertifiedSample> samples = new ArrayList<>();
      for (int n = 0; n < images.size(); n++) {
        samples.add(
            sample(
                inputs.sources().get(n), inputs.places().get(n), estimated.get(n), proved.get(n)));
      }
      return samples;
    }

    private static NetworkReport.CertifiedSample sample(
        String source, int index, Certificate estimated, SoundCertificate proof) {
      Certificate certified = proof.certificate();
      return new NetworkReport.CertifiedSample(
          source,
          index,
          certified.label() == Images.UNKNOWN ? null : certified.label(),
          certified.prediction() == Certificate.NONE ? null : certified.prediction(),
          certified.margin(),
          new Gap(
              estimated.radius(),
              RoundedDown.digits(proof.exactArithmeticRadius(), DIGITS),
              RoundedDown.digits(certified.radius(), DIGITS)),
          proof.refusal());
    }
  }

  private static Bound up(Bound bound) {
    return new Bound(RoundedUp.digits(bound.value(), DIGITS), bound.kind(), bound.method());
  }

  private static List<Long> sides(long[] shape) {
    return Arrays.stream(shape).boxed().toList();
  }
}
