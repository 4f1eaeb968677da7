package org.lipkit.certify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.NotFiniteException;
import org.lipkit.bound.RememberedNorm;
import org.lipkit.bound.SoundNorm;
import org.lipkit.bound.Upward;
import org.lipkit.data.Batch;
import org.lipkit.data.Images;
import org.lipkit.data.Range;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Form;
import org.lipkit.layer.FormBound;
import org.lipkit.layer.Pass;
import org.lipkit.layer.RoundingModel;
import org.lipkit.layer.SummationModel;
import org.lipkit.layer.rounding.Enclosure;
import org.lipkit.layer.rounding.EngineProbe;
import org.lipkit.layer.rounding.Proof;
import org.lipkit.tensor.EngineCheck;
import org.lipkit.tensor.EngineState;
import org.lipkit.tensor.Precision;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;
import org.lipkit.text.Text;

/**
 * Certifies what the float32 program does, rounding included. Let j be the class that it predicts
 * for x and f the network in exact arithmetic with the program's float32 weights. For every float32
 * input x' with {@code ||x' - x|| <= eps} and every rival i, the computed logits obey
 *
 * <pre>
 *   y_j(x') - y_i(x')  &gt;=  f_j(x) - f_i(x)  -  K_ji eps  -  E_ji(eps),</pre>
 *
 * where E_ji bounds the rounding of both logits at any such x'. The margin of f at x is computed in
 * float64, whose own error is subtracted; it takes the place of the float32 margin and of a
 * rounding bound at x. E_ji follows from the last {@link Enclosure} and the head's rows,
 *
 * <pre>
 *   E_ji(eps) = ||w_j - w_i|| error + gamma_g sum_{k = i, j} (|w_k| |c| + |b_k| + ||w_k|| distance)
 *               + underflow,</pre>
 *
 * and grows linearly with eps, so that the largest radius for which the right side is positive is a
 * quotient. It is rounded down and checked by the inequality itself. Everything is rounded outward.
 *
 * <p>It holds for the classifier as it runs in evaluation, with its sums in the blocks that {@link
 * SummationModel} counts and in any order within them, on every engine that computes as {@link
 * SummationModel} assumes. Whether this one does, {@link EngineProbe} tries before every split, in
 * batches of the same sizes; of batches of other sizes, and of other engines, it is assumed.
 */
public final class SoundCertifier implements BatchCertifier<SoundCertificate>, AutoCloseable {

  private final EngineState engine = EngineState.now();
  private final NDManager manager;
  private final NormMethod method;
  private final Classifier classifier;
  private final String sha256;
  private final Proof body;
  private final SummationModel head;
  private final HeadRows rows;
  private final Certifier exactArithmetic;

  /**
   * Prepares the certifier with the tightest proved norms.
   *
   * @param classifier an initialised FLOAT32 classifier; unless it is frozen and on the processor,
   *     its frozen copy there is certified, whatever becomes of it later
   * @throws NotFiniteException if a weight or a bound is not finite
   * @throws IllegalStateException if the engine computes in less than float32, or is asked to
   */
  public SoundCertifier(Classifier classifier) {
    this(classifier, SoundNorm.TIGHT);
  }

  /**
   * Prepares the certifier by bounding all norms.
   *
   * @param classifier an initialised FLOAT32 classifier; unless it is frozen and on the processor,
   *     its frozen copy there is certified, whatever becomes of it later
   * @param method gives upper bounds for the norms of its linear layers; a method of your own is
   *     believed, and so are the constants that layers of your own state
   * @throws NotFiniteException if a weight or a bound is not finite
   * @throws IllegalArgumentException if the method gives estimates
   * @throws IllegalStateException if the engine computes in less than float32, or is asked to
   */
  public SoundCertifier(Classifier classifier, NormMethod method) {
    Given.notNull("The classifier", classifier);
    Given.notNull("The method of finding norms", method);
    Precision.requireFull(System.getenv());
    Precision.requireFull(engine);
    EngineCheck.require();
    this.method = new RememberedNorm(method);
    manager = Tensors.newProcessorManager();
    try {
      this.classifier = classifier.frozen(manager);
      this.body = Proof.of(this.classifier.body().form(Pass.EVALUATION), this.method, manager);
      this.head = Proof.model(this.classifier.headForm(Pass.EVALUATION), this.method, manager);
      this.rows = HeadRows.of(this.classifier);
      requireUpper(body.bound().times(head.norm()));
      this.exactArithmetic =
          new Certifier(
              this.classifier,
              MarginConstants.of(classifier.rule(), rows, body.bound(), head::norm));
      this.sha256 = this.classifier.sha256();
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /**
   * What is certified.
   *
   * @return the frozen classifier; unless it was frozen on the processor before, it lives until
   *     {@link #close}
   */
  public Classifier classifier() {
    return classifier;
  }

  /** {@return the engine that the radii hold for, as it was when the bounds were proved} */
  public EngineState engine() {
    return engine;
  }

  /** {@return the Lipschitz constant in exact arithmetic of everything before the last layer} */
  public Bound body() {
    return body.bound();
  }

  /**
   * Bounds a part of the classifier in exact arithmetic by the method that the certifier was made
   * with.
   *
   * @param form the part
   * @return its Lipschitz constant
   */
  public Bound bound(Form form) {
    return FormBound.of(form, method);
  }

  /** Frees the frozen copy and the copies of the weights that the proof needs. */
  @Override
  public void close() {
    manager.close();
  }

  private static void requireUpper(Bound bound) {
    if (bound.kind() != Bound.Kind.UPPER) {
      throw new IllegalArgumentException(
          "A sound certificate needs upper bounds, but "
              + bound.method()
              + " includes an estimate, which may be too small; use SoundNorm.TIGHT.");
    }
    if (!(bound.value() < Double.POSITIVE_INFINITY)) {
      throw new NotFiniteException(
          "The network has no finite Lipschitz bound, so nothing can be certified; its weights are"
              + " too large.");
    }
  }

  /**
   * The margins' Lipschitz constants in exact arithmetic.
   *
   * @return the constants, upper bounds
   */
  public MarginConstants constants() {
    return exactArithmetic.constants();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Before the first batch and after the last one it is checked that the engine and the weights
   * are those that the bounds were proved with, and that the engine multiplies and adds in full
   * float32 in batches of the sizes that come. The computed logits of each sample are compared with
   * those in FLOAT64: they may differ by no more than the proved rounding. For one image this may
   * take longer than the certificate, for a batch about a quarter of its time, and for a split of
   * many batches hardly anything.
   *
   * @throws IllegalArgumentException if a layer that calls itself exact rounds or stretches a
   *     sample
   * @throws IllegalStateException if the frozen weights were overwritten or the engine was set
   *     otherwise since the bounds were proved, the engine computes in less than float32, or
   *     computed logits differ from the exact ones by more than the proof allows
   */
  @Override
  public List<SoundCertificate> certify(
      Images images, Range range, int batchSize, IntConsumer done) {
    int last = range.size() % Math.max(1, batchSize);
    int[] sizes = range.size() < batchSize ? new int[] {last} : new int[] {batchSize, last};
    requireSound(sizes);
    BatchCertifier<SoundCertificate> checked = this::certifyChecked;
    List<SoundCertificate> certificates = checked.certify(images, range, batchSize, done);
    requireSound(sizes);
    return certificates;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The same is checked as for a split, but not again afterwards.
   *
   * @throws IllegalStateException as for a split
   */
  @Override
  public List<SoundCertificate> certify(Batch batch, int first) {
    requireSound(Given.notNull("The batch", batch).size());
    return certifyChecked(batch, first);
  }

  private List<SoundCertificate> certifyChecked(Batch batch, int first) {
    return Tensors.scoped(() -> Tensors.withoutGradient(() -> certifyBatch(batch, first)));
  }

  private void requireSound(int... batchSizes) {
    requireUnchanged();
    for (int size : batchSizes) {
      if (size > 0) {
        EngineProbe.check(classifier.form(Pass.EVALUATION), size);
      }
    }
  }

  /**
   * Refuses to go on with bounds that were proved of something else.
   *
   * @throws IllegalStateException if the frozen weights were overwritten or the engine was set
   *     otherwise since the bounds were proved, or the certifier was closed
   */
  public void requireUnchanged() {
    if (!manager.isOpen()) {
      throw new IllegalStateException(
          "This certifier was closed, which freed its weights; make a new SoundCertifier.");
    }
    EngineState now = EngineState.now();
    if (!now.equals(engine)) {
      throw new IllegalStateException(
          Text.of(
              "The engine's settings have changed since the bounds were proved, from %s to %s; make"
                  + " a new SoundCertifier.",
              engine, now));
    }
    if (!classifier.sha256().equals(sha256)) {
      throw new IllegalStateException(
          "The weights of the frozen classifier have changed since its bounds were proved; make a"
              + " new SoundCertifier.");
    }
  }

  private List<SoundCertificate> certifyBatch(Batch batch, int first) {
    NDArray x = Certifier.array(batch, manager);
    double[] computed = Tensors.toDoubles(classifier.apply(x));
    Enclosure features = body.rule().apply(Enclosure.ofInputs(x));
    Enclosure logits = features.through(head);
    double[] exact = Tensors.toDoubles(logits.center());
    double[] magnitudes = Tensors.toDoubles(head.magnitude().apply(features.center().abs()));
    int classes = rows.lengths().length;
    List<SoundCertificate> certificates = new ArrayList<>(batch.size());
    for (int n = 0; n < batch.size(); n++) {
      int from = n * classes;
      double[] y = Arrays.copyOfRange(computed, from, from + classes);
      boolean predicts =
          Certifier.hasFinitePixels(batch, n) && Arrays.stream(y).allMatch(Double::isFinite);
      Certificate ideal =
          predicts
              ? exactArithmetic.certificate(first + n, batch.labels()[n], y)
              : Certificate.none(first + n, batch.labels()[n]);
      String refusal = refusal(batch, n, logits, predicts);
      if (refusal == null) {
        requireWithin(Upward.plus(logits.error(n), logits.centerError(n)), y, exact, from);
      }
      certificates.add(
          refusal != null
              ? new SoundCertificate(ideal.withRadius(0), 0, refusal, engine)
              : certificate(
                  ideal,
                  new Margins(
                      features,
                      n,
                      Arrays.copyOfRange(exact, from, from + classes),
                      Arrays.copyOfRange(magnitudes, from, from + classes)),
                  logits.reach(n)));
    }
    return certificates;
  }

  /** The distance of computed logits from those in FLOAT64, neither of which is exact. */
  private static void requireWithin(double error, double[] computed, double[] exact, int from) {
    double squares = 0;
    for (int i = 0; i < computed.length; i++) {
      double difference = computed[i] - exact[from + i];
      squares += difference * difference;
    }
    if (Math.sqrt(squares) > error * (1 + 1e-9)) {
      throw new IllegalStateException(
          Text.of(
              "The computed logits differ by %.3g from the exact ones, but rounding was proved to"
                  + " change them by %.3g at most: a layer of your own says less than it rounds, or"
                  + " the engine computes wrongly.",
              Math.sqrt(squares), error));
    }
  }

  private static String refusal(Batch batch, int n, Enclosure logits, boolean predicts) {
    if (!Certifier.hasFinitePixels(batch, n)) {
      return "a pixel is NaN or infinite";
    }
    return logits.obstacle(n) == null && !predicts
        ? "a computed logit is not finite"
        : logits.obstacle(n);
  }

  private SoundCertificate certificate(Certificate ideal, Margins margins, double reach) {
    int j = ideal.prediction();
    double radius = reach;
    for (int i = 0; i < rows.lengths().length; i++) {
      if (i != j) {
        radius = Math.min(radius, margins.radius(j, i));
      }
    }
    return new SoundCertificate(
        ideal.withRadius(radius),
        ideal.radius(),
        radius > 0 ? null : "the margin is no larger than what rounding may change",
        engine);
  }

  /** One sample's margins in exact arithmetic and what rounding may take off them. */
  private final class Margins {

    private final Enclosure features;
    private final int n;
    private final double[] exact;
    private final double[] magnitudes;
    private final double length;

    /**
     * @param exact the logits in float64
     * @param magnitudes {@code |w_k| |c| + |b_k|} at the center, in float64
     */
    Margins(Enclosure features, int n, double[] exact, double[] magnitudes) {
      this.features = features;
      this.n = n;
      this.exact = exact;
      this.magnitudes = magnitudes;
      this.length = features.length(n);
    }

    /** The largest radius at which class j is proved to stay above class i; 0 if there is none. */
    double radius(int j, int i) {
      double left = Math.nextDown(marginBelow(j, i) - rounding(j, i));
      if (!(left > 0)) {
        return 0;
      }
      double slope = Upward.plus(constants().of(j, i), roundingSlope(j, i));
      double radius = left / slope;
      while (radius > 0 && !(Upward.times(radius, slope) < left)) {
        radius = Math.nextDown(radius);
      }
      return radius;
    }

    private double marginBelow(int j, int i) {
      double error =
          Upward.plus(
              Upward.times(rows.distances()[j][i], features.centerError(n)),
              Upward.plus(
                  Upward.times(head.gamma(RoundingModel.DOUBLE), bothMagnitudes(j, i)),
                  2 * head.underflow(RoundingModel.DOUBLE, length, 1)));
      return Math.nextDown(Math.nextDown(exact[j] - exact[i]) - error);
    }

    private double rounding(int j, int i) {
      double distance = features.distance(n);
      double magnitude =
          Upward.plus(bothMagnitudes(j, i), Upward.times(bothLengths(j, i), distance));
      return Upward.plus(
          Upward.plus(
              Upward.times(rows.distances()[j][i], features.error(n)),
              Upward.times(head.gamma(RoundingModel.FLOAT), magnitude)),
          2 * head.underflow(RoundingModel.FLOAT, Upward.plus(length, distance), 1));
    }

    private double roundingSlope(int j, int i) {
      double distance = features.distanceSlope();
      double magnitude = Upward.times(bothLengths(j, i), distance);
      return Upward.plus(
          Upward.plus(
              Upward.times(rows.distances()[j][i], features.errorSlope()),
              Upward.times(head.gamma(RoundingModel.FLOAT), magnitude)),
          2 * head.underflowSlope(RoundingModel.FLOAT, distance, 1));
    }

    /** From above: float64 sums err by less than 2^-20 of themselves, and by 2^-500. */
    private double bothMagnitudes(int j, int i) {
      double sum = Upward.plus(magnitudes[j], magnitudes[i]);
      return Upward.plus(Upward.times(sum, 1 + 0x1p-20), 0x1p-500);
    }

    private double bothLengths(int j, int i) {
      return Upward.plus(rows.lengths()[j], rows.lengths()[i]);
    }
  }
}
