package org.lipkit.checker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A row of {@code samples.csv}.
 *
 * @param index the sample's place in the test split
 * @param label the true class
 * @param prediction the class that the program is said to predict
 * @param radius within which it is said to predict nothing else, in pixels of [0, 1]
 */
record Claim(int index, int label, int prediction, float radius) {

  private static final List<String> COLUMNS =
      List.of("index", "label", "prediction", "radius_certified");

  /** Reads all rows of a file. */
  static List<Claim> read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("There is no file " + file + "; name a run's folder.", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
    }
    List<String> header = lines.isEmpty() ? List.of() : Arrays.asList(lines.get(0).split(","));
    if (lines.size() < 2 || !header.containsAll(COLUMNS)) {
      throw new IllegalArgumentException(
          file + " is no list of samples with the columns " + String.join(", ", COLUMNS) + ".");
    }
    List<Claim> claims = new ArrayList<>();
    for (int line = 1; line < lines.size(); line++) {
      claims.add(parse(file, line + 1, header, lines.get(line).split(",", -1)));
    }
    return claims;
  }

  private static Claim parse(Path file, int line, List<String> header, String[] fields) {
    String[] wanted = new String[COLUMNS.size()];
    for (int k = 0; k < wanted.length; k++) {
      int column = header.indexOf(COLUMNS.get(k));
      wanted[k] = column < fields.length ? fields[column] : "";
    }
    if (wanted[3].isEmpty()) {
      throw new IllegalArgumentException(
          file + ", line " + line + ": there is no certified radius to check; certify the run.");
    }
    try {
      Claim claim =
          new Claim(
              Integer.parseInt(wanted[0]),
              Integer.parseInt(wanted[1]),
              Integer.parseInt(wanted[2]),
              Float.parseFloat(wanted[3]));
      if (claim.index >= 0 && claim.prediction >= 0 && claim.radius >= 0) {
        return claim;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        file + ", line " + line + ": " + String.join(",", fields) + " is not a sample.");
  }
}
