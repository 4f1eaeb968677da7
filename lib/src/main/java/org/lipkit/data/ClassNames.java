package org.lipkit.data;

import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Names of the classes, in the order of the official labels. */
public final class ClassNames {

  /** MNIST and SVHN: the digits. */
  public static final List<String> DIGITS = words("0 1 2 3 4 5 6 7 8 9");

  /** Fashion-MNIST: ten kinds of clothing. */
  public static final List<String> FASHION =
      words("T-shirt/top trouser pullover dress coat sandal shirt sneaker bag ankle_boot");

  /** CIFAR-10: ten kinds of animals and vehicles. */
  public static final List<String> CIFAR_10 =
      words("airplane automobile bird cat deer dog frog horse ship truck");

  /** CIFAR-100: the hundred fine classes, in alphabetical order. */
  public static final List<String> CIFAR_100 =
      words(
          """
          apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle
          bowl boy bridge bus butterfly camel can castle caterpillar cattle
          chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur
          dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard
          lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain
          mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree
          plain plate poppy porcupine possum rabbit raccoon ray road rocket
          rose sea seal shark shrew skunk skyscraper snail snake spider
          squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor
          train trout tulip turtle wardrobe whale willow_tree wolf woman worm
          """);

  private ClassNames() {}

  /** Words apart by white space; an underscore stands for a space inside a name. */
  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+")).stream().map(w -> w.replace('_', ' ')).toList();
  }

  /**
   * Readable names for WordNet ids where {@code file} has them, the ids themselves otherwise. Each
   * line of the file holds an id, white space, and synonyms apart by commas, of which the first is
   * taken.
   */
  static List<String> ofWordNet(List<String> ids, SourceFile file) {
    Map<String, String> names = new HashMap<>();
    if (Files.exists(file.path())) {
      for (String line : lines(file)) {
        String[] parts = line.strip().split("\\s+", 2);
        if (parts.length == 2) {
          names.put(parts[0], parts[1].split(",")[0]);
        }
      }
    }
    return ids.stream().map(id -> names.getOrDefault(id, id)).toList();
  }

  /** The non-blank lines of a small text file. */
  static List<String> lines(SourceFile file) {
    file.requireRegular();
    try {
      return Files.readAllLines(file.path()).stream().filter(l -> !l.isBlank()).toList();
    } catch (IOException e) {
      throw file.unreadable(e);
    }
  }
}
