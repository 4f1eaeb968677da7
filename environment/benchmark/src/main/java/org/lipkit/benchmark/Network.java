package org.lipkit.benchmark;

import org.lipkit.cost.Measurement.Work;

/** A network that is timed, on made-up images of its data set's shape. */
public enum Network {
  /** GloRo's network for MNIST. */
  C2F2("2C2F", 1, 28, 10, 256, 60),
  /** The LiResNet that two cores train, for CIFAR-10. */
  L6_W64("LiResNet L6 W64", 3, 32, 10, 256, 20),
  /** A larger one. */
  L12_W128("LiResNet L12 W128", 3, 32, 10, 256, 5),
  /** The published network for ImageNet, on as few images as two cores bear. */
  L12_W588("LiResNet L12 W588", 3, 224, 1000, 4, 3);

  private final String model;
  private final int channels;
  private final int side;
  private final int classes;
  private final int batch;
  private final int rounds;

  Network(String model, int channels, int side, int classes, int batch, int rounds) {
    this.model = model;
    this.channels = channels;
    this.side = side;
    this.classes = classes;
    this.batch = batch;
    this.rounds = rounds;
  }

  String model() {
    return model;
  }

  int channels() {
    return channels;
  }

  int side() {
    return side;
  }

  int classes() {
    return classes;
  }

  int batch(boolean quick) {
    return quick ? Math.min(batch, 32) : batch;
  }

  int rounds(boolean quick) {
    return quick ? 3 : rounds;
  }

  /** Proofs grow with the cube of the width; the widest one's is measured by MeasuredCost. */
  boolean has(Work work) {
    return work != Work.BOUND_SOUND || this != L12_W588;
  }
}
