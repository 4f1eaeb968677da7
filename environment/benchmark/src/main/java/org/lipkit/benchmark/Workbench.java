package org.lipkit.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.lipkit.bound.LinearMap;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.PowerIteration;
import org.lipkit.bound.SoundNorm;
import org.lipkit.certify.Certifier;
import org.lipkit.certify.MarginConstants;
import org.lipkit.data.Batch;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.LinearLayer;
import org.lipkit.layer.Pass;
import org.lipkit.loss.CrossEntropy;
import org.lipkit.loss.Emma;
import org.lipkit.loss.Loss;
import org.lipkit.model.Models;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;
import org.lipkit.train.AdamW;
import org.lipkit.train.Optimizer;

/** One network with its weights, optimizer and a batch, on which every task can be done. */
final class Workbench implements AutoCloseable {

  private static final double RADIUS = 0.1;
  private static final double RATE = 1e-6;

  private final NDManager manager = Tensors.newManager();
  private final Batch batch;
  private final Shape shape;
  private final NDArray labels;
  private final Classifier classifier;
  private final List<NDArray> weights;
  private final Optimizer.Updater optimizer;
  private final List<LinearLayer> layers;
  private final List<NDArray> kernels;
  private final Certifier certifier;
  private final Loss plain = new CrossEntropy();
  private final Loss emma = new Emma();
  private final NDArray none;
  private int time;

  Workbench(Network network, int size) {
    SplittableRandom random = new SplittableRandom(1);
    shape = new Shape(size, network.channels(), network.side(), network.side());
    float[] pixels = new float[(int) shape.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble();
    }
    int[] classes = random.ints(size, 0, network.classes()).toArray();
    batch = new Batch(pixels, classes, size, network.channels(), network.side(), network.side());
    labels = manager.create(classes);
    classifier =
        Models.create(network.model(), network.side(), network.classes(), 1)
            .initialize(manager, DataType.FLOAT32, shape.slice(1));
    weights = classifier.trainable();
    optimizer = new AdamW(1e-4).start(weights);
    layers = classifier.linearLayers();
    kernels = layers.stream().map(this::leaf).toList();
    certifier = new Certifier(classifier, new PowerIteration(1, 0));
    none = manager.zeros(new Shape(network.classes(), network.classes()));
  }

  private NDArray leaf(LinearLayer layer) {
    NDArray kernel = Tensors.withoutGradient(() -> layer.weight().duplicate());
    kernel.setRequiresGradient(true);
    return kernel;
  }

  /** Does a task and returns a number of its result. */
  double run(Schedule.Task task) {
    return Tensors.scoped(
        () ->
            switch (task.work()) {
              case FLOOR_STEP -> floorStep(task.mixed());
              case PLAIN_STEP -> step(task.mixed(), 0);
              case CERTIFIED_STEP_1 -> step(task.mixed(), 1);
              case CERTIFIED_STEP_10 -> step(task.mixed(), 10);
              case FLOOR_FORWARD -> forget(() -> linear(input(false)).sum());
              case FORWARD -> forget(() -> classifier.apply(input(false)).sum());
              case CERTIFY -> certifier.certify(batch, 0).get(0).radius();
              case BOUND_10 -> forget(() -> classifier.marginConstants(Pass.training(10)).sum());
              case BOUND_CONVERGED -> bound(PowerIteration.QUICK);
              case BOUND_SOUND -> bound(SoundNorm.TIGHT);
            });
  }

  private NDArray input(boolean mixed) {
    NDArray x = Tensors.channelsLast(manager.create(batch.pixels(), shape));
    return mixed ? BFloat16.of(x) : x;
  }

  private static double forget(Supplier<NDArray> scalar) {
    return Tensors.toDouble(Tensors.withoutGradient(scalar));
  }

  private double step(boolean mixed, int iterations) {
    NDArray x = input(mixed);
    NDList found =
        Gradients.of(weights, () -> loss(classifier.apply(x, Pass.training(0)), iterations));
    Tensors.withoutGradient(
        () -> {
          optimizer.step(found.subNDList(1), RATE, ++time);
          return null;
        });
    return Tensors.toDouble(found.get(0));
  }

  private NDArray loss(NDArray logits, int iterations) {
    return iterations == 0
        ? plain.evaluate(logits, labels, none, RADIUS)
        : emma.evaluate(
            logits, labels, classifier.marginConstants(Pass.training(iterations)), RADIUS);
  }

  private double floorStep(boolean mixed) {
    NDArray x = input(mixed);
    return Tensors.toDouble(Gradients.of(kernels, () -> linear(x).sum()).get(0));
  }

  /** The network's linear maps one after another, with nothing between them. */
  private NDArray linear(NDArray x) {
    NDArray y = x;
    for (int i = 0; i < kernels.size(); i++) {
      // As in the classifier, the head multiplies in float32.
      y = i == kernels.size() - 1 ? BFloat16.widen(y) : y;
      LinearMap map = layers.get(i).map(BFloat16.match(kernels.get(i), y));
      y = map.apply(y.reshape(new Shape(batch.size()).addAll(map.inputShape())));
    }
    return y;
  }

  private double bound(NormMethod method) {
    return MarginConstants.of(classifier, method).scale().value();
  }

  @Override
  public void close() {
    manager.close();
  }
}
