package org.lipkit.checker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A row of {@code samples.csv}.
 *
 * @param index the sample's place in the test split
 * @param label the true class
 * @param prediction the class that the program is said to predict, or {@link #NONE}
 * @param radius within which it is said to predict nothing else, in pixels of [0, 1]: at least the
 *     number that the row shows
 */
record Claim(int index, int label, int prediction, double radius) {

  /** In place of a class, where the program predicts nothing. */
  static final int NONE = -1;

  /** A number as records write it: Java's own parser takes 0.64f and hexadecimal digits too. */
  private static final Pattern DECIMAL =
      Pattern.compile("[0-9]+([.][0-9]+)?(E[+-]?[0-9]+)?|Infinity");

  private static final List<String> COLUMNS =
      List.of("index", "label", "prediction", "radius_certified");

  /**
   * Reads all rows of a file.
   *
   * @param file a file that is whole: its last line ends, all lines have the header's columns, and
   *     the rows are those of samples 0, 1, 2 and so on
   */
  static List<Claim> read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("There is no file " + file + "; name a run's folder.", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
    }
    List<String> lines = text.lines().toList();
    List<String> header = lines.isEmpty() ? List.of() : Arrays.asList(lines.get(0).split(",", -1));
    if (lines.size() < 2 || !header.containsAll(COLUMNS)) {
      throw new IllegalArgumentException(
          file + " is no list of samples with the columns " + String.join(", ", COLUMNS) + ".");
    }
    if (header.stream().distinct().count() < header.size()) {
      throw new IllegalArgumentException(file + " has two columns of the same name.");
    }
    if (!text.endsWith("\n")) {
      throw new IllegalArgumentException(
          file + " is cut off within line " + lines.size() + "; take the whole file.");
    }
    List<Claim> claims = new ArrayList<>();
    for (int line = 1; line < lines.size(); line++) {
      claims.add(parse(file, line, header, lines.get(line)));
    }
    return claims;
  }

  private static Claim parse(Path file, int line, List<String> header, String row) {
    String place = file + ", line " + (line + 1) + ": ";
    String[] fields = row.split(",", -1);
    if (fields.length != header.size()) {
      throw new IllegalArgumentException(place + row + " is not a sample.");
    }
    String[] wanted =
        COLUMNS.stream().map(column -> fields[header.indexOf(column)]).toArray(String[]::new);
    if (wanted[3].isEmpty()) {
      throw new IllegalArgumentException(
          place + "there is no certified radius to check; certify the run.");
    }
    if (!DECIMAL.matcher(wanted[3]).matches()) {
      throw new IllegalArgumentException(place + row + " is not a sample.");
    }
    try {
      double radius = Double.parseDouble(wanted[3]);
      Claim claim =
          new Claim(
              Integer.parseInt(wanted[0]),
              Integer.parseInt(wanted[1]),
              wanted[2].isEmpty() ? NONE : Integer.parseInt(wanted[2]),
              radius == 0 ? 0 : Math.nextUp(radius));
      if (claim.index != line - 1) {
        throw new IllegalArgumentException(
            place + "sample " + (line - 1) + " is expected here, not " + claim.index + ".");
      }
      if (claim.label >= 0
          && (claim.prediction >= 0 || claim.prediction == NONE && claim.radius == 0)
          && claim.radius >= 0) {
        return claim;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(place + row + " is not a sample.");
  }

  /** Whether the program is claimed to be right, whatever is done to the sample within a radius. */
  boolean isRobust(double eps) {
    return label == prediction && radius >= eps;
  }
}
