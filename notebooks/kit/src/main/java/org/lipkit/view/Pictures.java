package org.lipkit.view;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.IntFunction;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.RoundedDown;
import org.lipkit.data.Dataset;
import org.lipkit.data.Images;
import org.lipkit.data.OfficialSet;
import org.lipkit.draw.ImageGrid;
import org.lipkit.draw.ImageGrid.Tile;
import org.lipkit.draw.ImageGrid.Verdict;
import org.lipkit.draw.Title;
import org.lipkit.experiment.Inputs;
import org.lipkit.experiment.Run;
import org.lipkit.text.Text;

/** Pictures of single images, with what is known about them. */
public final class Pictures {

  /** The longest caption that stays on one line. */
  private static final int ONE_LINE = 15;

  private Pictures() {}

  /** Returns the name of each class, without the synonyms that follow a comma. */
  static IntFunction<String> names(Dataset data) {
    return names(data.classNames());
  }

  /**
   * Returns the name of each class of a run whose test images are not on this machine, or the
   * class's number where only their files have the names.
   */
  static IntFunction<String> namesWithoutImages(Run run) {
    return OfficialSet.of(run.experiment().data())
        .filter(set -> !run.isMadeUp())
        .flatMap(OfficialSet::classNames)
        .filter(names -> names.size() == run.record().data().inputs().classes())
        .map(Pictures::names)
        .orElse(String::valueOf);
  }

  private static IntFunction<String> names(List<String> classNames) {
    return label -> classNames.get(label).split(",")[0];
  }

  /** Returns label, prediction where it is another class, and radius. */
  static String caption(Certificate certificate, IntFunction<String> names) {
    String label = names.apply(certificate.label());
    int prediction = certificate.prediction();
    String wrong = "→ " + (prediction == Certificate.NONE ? "none" : names.apply(prediction));
    String radius = "r = " + RoundedDown.text(certificate.radius(), 2);
    return certificate.correct() ? caption(label, radius) : caption(label, wrong, radius);
  }

  /** Returns the parts of a caption on one line if they are short, else on a line each. */
  static String caption(String... parts) {
    String line = String.join(", ", parts).replace(", →", " →");
    return line.length() <= ONE_LINE ? line : String.join("\n", parts);
  }

  /** Returns an image of a split's shape without a frame. */
  static Tile tile(Images shape, float[] pixels, String caption) {
    return new Tile(pixels, shape.channels(), shape.height(), shape.width(), caption, Verdict.NONE);
  }

  /** Draws blanks with captions for test images of a certified run that are not on this machine. */
  static BufferedImage blanks(String title, Run run, int count) {
    Inputs inputs = run.record().data().inputs();
    List<Tile> blanks =
        run.evenlySpaced(count).stream()
            .map(sample -> caption(sample.certified(), namesWithoutImages(run)))
            .map(text -> Tile.blank(inputs.height(), inputs.width(), text, Verdict.NONE))
            .toList();
    String absent = title + "; the images are not on this machine";
    return ImageGrid.draw(new Title(absent, run.isMadeUp()), blanks, count);
  }

  /**
   * Draws one image with its predicted class above it and two radii below it. No label is needed.
   *
   * @param image a split whose first image is drawn
   * @param className the predicted class
   * @param estimatedRadius the certified radius by power-iteration estimates, in pixels of [0, 1]
   * @param provedRadius the radius that is proved for the float32 program, 0 if none; it is rounded
   *     down
   * @return the picture
   */
  public static BufferedImage certificate(
      Images image, String className, double estimatedRadius, double provedRadius) {
    String caption =
        Text.of(
            "radius %.4f estimated, %s proved", estimatedRadius, RoundedDown.text(provedRadius, 4));
    return ImageGrid.draw(
        new Title(className, false), List.of(Tile.of(image, 0, caption, Verdict.NONE)), 1);
  }
}
