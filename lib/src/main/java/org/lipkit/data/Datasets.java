package org.lipkit.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.lipkit.text.Given;

/**
 * Data sets by id; for one's own see {@link Dataset#ofFolder} and {@link Dataset#of}. From official
 * files: {@code mnist}, {@code fashion-mnist}, {@code cifar-10}, {@code cifar-100}, {@code svhn},
 * {@code svhn-extra}, {@code tiny-imagenet}, {@code imagenet}; {@code tiny-imagenet/10@224} is its
 * first ten classes, enlarged to 224 pixels. Drawn by the library: {@code two-moons}, {@code
 * strokes}, {@code textures-32}, {@code textures-64} and {@code textures-224}, the last three with
 * ten classes or as many as follow a slash: {@code textures-64/200}.
 */
public final class Datasets {

  private static final Pattern TEXTURES = Pattern.compile("textures-(32|64|224)(?:/(\\d{1,4}))?");

  private static final Pattern TINY_PART = Pattern.compile("tiny-imagenet/(\\d{1,3})@(\\d{1,4})");

  private Datasets() {}

  /**
   * Loads a data set from {@link DataHome#path()}, or draws it.
   *
   * @param id such as {@code mnist}, {@code tiny-imagenet/10@224} or {@code textures-64/200}
   * @return the data set
   * @throws DataException if a file is missing or damaged
   * @throws IllegalArgumentException if no data set has this id
   */
  public static Dataset load(String id) {
    return load(id, DataHome.path());
  }

  /**
   * Like {@link #load(String)}, from another folder.
   *
   * @param id as in {@link #load(String)}
   * @param home the folder that holds one folder per data set
   * @return the data set
   */
  public static Dataset load(String id, Path home) {
    Matcher part = TINY_PART.matcher(Given.notNull("The data set's id", id));
    if (part.matches()) {
      standIn(id); // refuses numbers of classes and pixels that make no sense
      OfficialSet tiny = OfficialSet.TINY_IMAGENET;
      return new TinyImageNetLoader(tiny.id(), number(part, 1), number(part, 2))
          .load(tiny.folder(home));
    }
    Optional<OfficialSet> official = OfficialSet.of(id);
    return official.isPresent()
        ? official.get().loader().load(official.get().folder(home))
        : madeUp(id);
  }

  /**
   * Loads a data set, or, if none of its files is there, draws one with images of the same shape
   * and equally many classes. Files that are incomplete or damaged are an error all the same.
   *
   * @param id as in {@link #load(String)}
   * @return the data set; {@link Dataset#madeUp} says which of the two it is
   * @throws DataException if a file is missing or damaged, or {@code LIPKIT_DATA} names no folder
   * @throws IllegalArgumentException if no data set has this id
   */
  public static Dataset loadOrMadeUp(String id) {
    return isOfficial(id) ? loadOrMadeUp(id, DataHome.existing()) : load(id);
  }

  /**
   * Like {@link #loadOrMadeUp(String)}, from another folder.
   *
   * @param id as in {@link #load(String)}
   * @param home the folder that holds one folder per data set
   * @return the data set
   */
  public static Dataset loadOrMadeUp(String id, Path home) {
    boolean absent =
        official(id).filter(set -> Folders.isAbsent(set.folder(home), set.id())).isPresent();
    return absent ? standIn(id) : load(id, home);
  }

  /**
   * {@return whether a data set is made of files of others, so that one may have to stand in for
   * it}
   *
   * @param id as in {@link #load(String)}
   */
  public static boolean isOfficial(String id) {
    return official(id).isPresent();
  }

  private static Optional<OfficialSet> official(String id) {
    return OfficialSet.of(
        TINY_PART.matcher(Given.notNull("The data set's id", id)).matches()
            ? OfficialSet.TINY_IMAGENET.id()
            : id);
  }

  /**
   * Draws what stands in for a data set, whether or not its files are there: images of the same
   * shape and equally many classes, each drawn when it is read. A data set that the library draws
   * is its own stand-in.
   *
   * @param id as in {@link #load(String)}
   * @return the made-up data set
   * @throws IllegalArgumentException if no data set has this id
   */
  public static Dataset standIn(String id) {
    Matcher part = TINY_PART.matcher(Given.notNull("The data set's id", id));
    return part.matches()
        ? MadeUp.textures(number(part, 2), number(part, 1), 0)
        : OfficialSet.of(id).map(OfficialSet::standIn).orElseGet(() -> madeUp(id));
  }

  /**
   * {@return how many training images the official files of a data set hold, or nothing where a
   * reader may have only some of them or the library draws them}
   *
   * @param id as in {@link #load(String)}
   */
  public static OptionalInt officialTrainImages(String id) {
    return OfficialSet.of(id)
        .map(OfficialSet::trainImages)
        .filter(images -> images > 0)
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }

  private static int number(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }

  private static Dataset madeUp(String id) {
    Matcher textures = TEXTURES.matcher(id);
    if (textures.matches()) {
      int classes = textures.group(2) == null ? 10 : number(textures, 2);
      return MadeUp.textures(number(textures, 1), classes, 0);
    }
    return switch (id) {
      case "two-moons" -> MadeUp.twoMoons(0);
      case "strokes" -> MadeUp.strokes(0);
      default ->
          throw new IllegalArgumentException(
              "no data set is called '"
                  + id
                  + "'; there are "
                  + Arrays.stream(OfficialSet.values())
                      .map(OfficialSet::id)
                      .collect(Collectors.joining(", "))
                  + ", tiny-imagenet/10@224, two-moons, strokes, textures-32, textures-64, textures-224"
                  + " (and textures-32/100 for 100 classes)");
    };
  }
}
