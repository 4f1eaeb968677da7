package org.lipkit.layer.rounding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.lipkit.bound.BlockDiagonalMap;
import org.lipkit.bound.Bound;
import org.lipkit.bound.CircularMap;
import org.lipkit.bound.ConvolutionMap;
import org.lipkit.bound.DenseMap;
import org.lipkit.bound.DiagonalMap;
import org.lipkit.bound.LinearMap;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.NotFiniteException;
import org.lipkit.bound.Upward;
import org.lipkit.layer.Blocks;
import org.lipkit.layer.Form;
import org.lipkit.layer.FormBound;
import org.lipkit.layer.RoundingModel;
import org.lipkit.layer.Shapes;
import org.lipkit.layer.SummationModel;
import org.lipkit.tensor.Precision;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * What is proved of a frozen form as float32 computes it: from what is known of its computed and
 * exact inputs follows what is known of its computed and exact outputs.
 *
 * @param bound the form's Lipschitz constant in exact arithmetic
 * @param rule from the enclosure of the inputs to that of the outputs
 */
public record Proof(Bound bound, UnaryOperator<Enclosure> rule) {

  private static final long MOST_ROUNDINGS = 1 << 22;

  private static final Proof IDENTITY =
      new Proof(Bound.upper(1, "identity"), UnaryOperator.identity());

  /**
   * Proves a form.
   *
   * @param form a form whose arrays do not change
   * @param method finds norms of linear parts; must give upper bounds for the result to be sound
   * @param manager owns copies of the arrays in FLOAT64
   * @return the proof
   * @throws IllegalArgumentException if an array is not of finite FLOAT32 numbers on the processor,
   *     or a part has no finite bound
   */
  public static Proof of(Form form, NormMethod method, NDManager manager) {
    return Tensors.withoutGradient(() -> form.read(new Prover(method, manager)));
  }

  /**
   * A linear map with an offset as rounding sees it.
   *
   * @param form a form whose arrays do not change
   * @param method as in {@link #of}
   * @param manager likewise
   * @return the model
   */
  public static SummationModel model(Form.Linear form, NormMethod method, NDManager manager) {
    return Tensors.withoutGradient(() -> checked(new Prover(method, manager).model(form)));
  }

  private static Proof of(RoundingModel model) {
    checked(model);
    return new Proof(model.norm(), in -> in.through(model));
  }

  /** Refuses a model of which nothing useful could be said. */
  private static <M extends RoundingModel> M checked(M model) {
    if (model.roundings() > MOST_ROUNDINGS) {
      throw new IllegalArgumentException(
          model.layer()
              + " sums "
              + model.roundings()
              + " terms, too many to bound their rounding in float32.");
    }
    if (!(Math.max(model.norm().value(), model.absoluteNorm()) < Double.POSITIVE_INFINITY)) {
      throw new NotFiniteException(
          model.layer()
              + " has no finite Lipschitz bound, so nothing can be certified; its weights are too"
              + " large.");
    }
    return model;
  }

  private Proof then(Proof next) {
    return new Proof(bound.times(next.bound), in -> next.rule.apply(rule.apply(in)));
  }

  /** The interpreter of forms. */
  private record Prover(NormMethod method, NDManager manager, Map<Form, Proof> done)
      implements Form.Reader<Proof> {

    Prover(NormMethod method, NDManager manager) {
      this(method, manager, new IdentityHashMap<>());
    }

    @Override
    public Proof exact(Form.Exact form) {
      Bound bound = Bound.upper(form.constant(), "closed form");
      return new Proof(
          bound,
          in -> {
            ExactProbe.check(form, in.center());
            return in.copied(form.origin().name(), form.map(), form.constant());
          });
    }

    @Override
    public Proof linear(Form.Linear form) {
      Proof proof = done.get(form);
      if (proof == null) {
        Proof summed = Proof.of(model(form));
        Shape input = form.map().inputShape();
        proof =
            new Proof(
                summed.bound,
                in -> {
                  Shapes.requireInput(form.layer(), input, in.center());
                  return summed.rule.apply(in);
                });
        done.put(form, proof);
      }
      return proof;
    }

    /**
     * The sums are taken in {@link Blocks}. The root of the product of the largest sums of absolute
     * values of a row and of a column bounds || |A| ||.
     */
    SummationModel model(Form.Linear form) {
      if (form.map() instanceof CircularMap) {
        throw new IllegalArgumentException(
            "A "
                + form.layer()
                + " multiplies frequencies, and the rounding of Fourier transforms is not bounded,"
                + " so it cannot be certified; use Soc or a ReparametrizedConvolution.");
      }
      NDArray weight = exact(form.layer(), form.weight());
      NDArray offset = exact(form.layer(), form.offset());
      requirePlain(form, form.weight());
      requirePlain(form, weight);
      double[] sums =
          Tensors.scoped(() -> absoluteSums(form, form.geometry().apply(weight.abs()), manager));
      return new SummationModel(
          form.layer(),
          FormBound.of(form, method),
          Upward.root(Upward.times(sums[0], sums[1])),
          sums[0],
          Blocks.roundings(form),
          weight.size() / weight.getShape().get(0) + 1,
          x -> Blocks.affine(form.geometry(), weight, offset, x),
          x -> Blocks.affine(form.geometry(), weight.abs(), offset.abs(), x));
    }

    /** Refuses a map that does not multiply with the weight itself: what it does is not counted. */
    private static void requirePlain(Form.Linear form, NDArray weight) {
      LinearMap map = form.geometry().apply(weight);
      boolean plain =
          map instanceof DenseMap dense && dense.matrix() == weight
              || map instanceof ConvolutionMap convolution && convolution.weight() == weight
              || map instanceof BlockDiagonalMap blocks && blocks.weight() == weight
              || map instanceof DiagonalMap diagonal && diagonal.factors() == weight;
      if (!plain) {
        throw new IllegalArgumentException(
            form.layer()
                + " does not multiply with its weight as it is, so its rounding is unknown; compute"
                + " in weight(), and let map(weight) be the DenseMap, ConvolutionMap,"
                + " BlockDiagonalMap or DiagonalMap"
                + " of just that weight.");
      }
    }

    /** The float32 numbers of an array, taken as exact, in FLOAT64. */
    private NDArray exact(String layer, NDArray array) {
      Precision.requireFloat32(layer, array);
      double[] entries = Tensors.toDoubles(array);
      for (double entry : entries) {
        if (!Double.isFinite(entry)) {
          throw new NotFiniteException(
              layer
                  + " has a weight of "
                  + entry
                  + ", so nothing can be certified; load an earlier checkpoint.");
        }
      }
      return Tensors.ofDoubles(manager, entries, array.getShape(), DataType.FLOAT64);
    }

    /** A sum of at most 2^31 terms in float64 errs by less than 2^-20 of itself. */
    private static double[] absoluteSums(Form.Linear form, LinearMap absolute, NDManager manager) {
      Shape one = new Shape(1).addAll(absolute.inputShape());
      NDArray ones = manager.ones(one, DataType.FLOAT64);
      NDArray rows = absolute.apply(ones);
      if (!rows.add(form.offset()).getShape().equals(rows.getShape())) {
        throw Given.refused(
            "%s adds an offset of shape %s to outputs of shape %s, which enlarges them; give it"
                + " the output's shape.",
            form.layer(), form.offset().getShape(), rows.getShape().slice(1));
      }
      NDArray columns = absolute.adjoint(rows.onesLike());
      return new double[] {above(rows), above(columns)};
    }

    private static double above(NDArray sums) {
      return Upward.times(Tensors.toDouble(sums.max()), 1 + 0x1p-20);
    }

    @Override
    public Proof rounded(Form.Rounded form) {
      return Proof.of(
          form.model()
              .apply(form.constants().stream().map(c -> exact(form.origin().name(), c)).toList()));
    }

    @Override
    public Proof chain(Form.Chain form) {
      Proof proof = IDENTITY;
      for (Form part : form.parts()) {
        proof = proof.then(part.read(this));
      }
      return proof;
    }

    @Override
    public Proof sum(Form.Sum form) {
      Proof first = form.first().read(this);
      Proof second = form.second().read(this);
      return new Proof(
          first.bound.plus(second.bound),
          in -> first.rule.apply(in).plus(second.rule.apply(in), form.layer()));
    }

    @Override
    public Proof concatenation(Form.Concatenation form) {
      return form.parts().stream()
          .map(part -> part.read(this))
          .reduce(
              (first, second) ->
                  new Proof(
                      first.bound.beside(second.bound),
                      in -> first.rule.apply(in).beside(second.rule.apply(in))))
          .orElseThrow();
    }

    @Override
    public Proof bounded(Form.Bounded form) {
      Proof parts = form.inner().read(this);
      Bound better = FormBound.of(form, method);
      if (parts.bound.kind() == Bound.Kind.ESTIMATE) {
        better = new Bound(better.value(), Bound.Kind.ESTIMATE, parts.bound.method());
      }
      double constant = better.value();
      return new Proof(better, in -> in.within(constant, parts.rule));
    }
  }
}
