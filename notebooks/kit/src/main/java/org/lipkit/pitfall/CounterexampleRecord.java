package org.lipkit.pitfall;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lipkit.bound.PowerIteration;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.certify.Certifier;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.Images;
import org.lipkit.experiment.Provenance;
import org.lipkit.experiment.RecordFiles;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.Tensors;

/**
 * What came of certifying the points of published counterexamples.
 *
 * @param sets one row per set
 * @param accuracy what the first set's network keeps on test images
 * @param provenance the code and its machine
 */
public record CounterexampleRecord(List<Row> sets, Accuracy accuracy, Provenance provenance) {

  private static final String FILE = "counterexamples.json";

  /**
   * One set of counterexamples. A pair is claimed if the certified point gets a radius of at least
   * the pair's distance.
   *
   * @param set what it is called
   * @param pairs how many pairs it has
   * @param broken how many pairs get two predictions from the float32 program on this machine
   * @param claimed how many pairs the published rule claims, with norms by power iteration
   * @param certified how many pairs the sound certifier claims
   */
  public record Row(String set, int pairs, int broken, int claimed, int certified) {}

  /**
   * Verified-robust accuracy at a radius, shares of all images.
   *
   * @param set whose network it is
   * @param data the data set
   * @param images how many test images
   * @param radius in pixels of [0, 1]
   * @param estimated by the published rule, with norms by power iteration
   * @param exactArithmetic by proved norms, if nothing were rounded
   * @param certified by the sound certifier
   */
  public record Accuracy(
      String set,
      String data,
      int images,
      double radius,
      double estimated,
      double exactArithmetic,
      double certified) {}

  /**
   * Certifies the first point of each pair, and looks at what the program predicts for both.
   *
   * @param name what the set is called
   * @param set the set
   * @return the set's row
   */
  public static Row row(String name, CounterexampleSet set) {
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = set.classifier(manager);
      Certifier published = new Certifier(classifier, PowerIteration.PUBLISHED);
      List<Certificate> claims = published.certify(set.batch(set.certified()), 0);
      List<Certificate> there = published.certify(set.batch(set.breaking()), 0);
      try (SoundCertifier sound = new SoundCertifier(classifier)) {
        List<Certificate> proofs =
            sound.certify(set.batch(set.certified()), 0).stream()
                .map(SoundCertificate::certificate)
                .toList();
        int pairs = claims.size();
        return new Row(
            name,
            pairs,
            (int)
                IntStream.range(0, pairs)
                    .filter(n -> claims.get(n).prediction() != there.get(n).prediction())
                    .count(),
            covered(set, claims),
            covered(set, proofs));
      }
    }
  }

  private static int covered(CounterexampleSet set, List<Certificate> certificates) {
    return (int)
        IntStream.range(0, certificates.size())
            .filter(n -> certificates.get(n).radius() >= set.distance(n))
            .count();
  }

  /**
   * Certifies test images with a set's network.
   *
   * @param name what the set is called
   * @param set the set
   * @param data the images' data set
   * @param images the test images
   * @param radius in pixels of [0, 1]
   * @return what is left of the accuracy
   */
  public static Accuracy accuracy(
      String name, CounterexampleSet set, String data, Images images, double radius) {
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier = set.classifier(manager);
      Certifier published = new Certifier(classifier, PowerIteration.PUBLISHED);
      try (SoundCertifier sound = new SoundCertifier(classifier)) {
        List<SoundCertificate> proofs = sound.certify(images);
        List<Certificate> certified = proofs.stream().map(SoundCertificate::certificate).toList();
        return new Accuracy(
            name,
            data,
            images.size(),
            radius,
            new CertifiedAccuracy(published.certify(images)).at(radius),
            proofs.stream()
                    .filter(p -> p.certificate().correct() && p.exactArithmeticRadius() >= radius)
                    .count()
                / (double) images.size(),
            new CertifiedAccuracy(certified).at(radius));
      }
    }
  }

  /**
   * Writes the record.
   *
   * @param folder where to
   */
  public void save(Path folder) {
    RecordFiles.writeJson(folder.resolve(FILE), this);
  }

  /**
   * Reads the record.
   *
   * @param folder where it lies
   * @return the record, or empty if the folder has none
   * @throws IllegalArgumentException if the file is damaged
   */
  public static Optional<CounterexampleRecord> load(Path folder) {
    Path file = folder.resolve(FILE);
    return Files.exists(file)
        ? Optional.of(RecordFiles.readJson(file, CounterexampleRecord.class))
        : Optional.empty();
  }
}
