package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every notebook of the kit must keep, so that it runs unchanged on any Java kernel. */
class NotebookFilesTest {

  static List<Path> notebooks() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(".."))) {
      return files.filter(file -> file.toString().endsWith(".ipynb")).sorted().toList();
    }
  }

  private static JsonNode read(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private static List<JsonNode> codeCells(Path file) throws IOException {
    List<JsonNode> cells = new ArrayList<>();
    for (JsonNode cell : read(file).get("cells")) {
      if (cell.get("cell_type").asText().equals("code")) {
        cells.add(cell);
      }
    }
    return cells;
  }

  private static List<String> lines(JsonNode cell) {
    List<String> lines = new ArrayList<>();
    cell.get("source").forEach(line -> lines.add(line.asText().strip()));
    return lines;
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void namesTheKernelJava(Path file) throws IOException {
    assertEquals("java", read(file).at("/metadata/kernelspec/name").asText());
  }

  /** JupyterLab gives one of two cells with the same id a new one whenever it opens them. */
  @ParameterizedTest
  @MethodSource("notebooks")
  void givesEveryCellAnIdOfItsOwn(Path file) throws IOException {
    Set<String> ids = new HashSet<>();
    for (JsonNode cell : read(file).get("cells")) {
      assertTrue(ids.add(cell.get("id").asText()), cell::toString);
    }
  }

  /** A late import can make JShell forget the variables of earlier cells. */
  @ParameterizedTest
  @MethodSource("notebooks")
  void importsInItsFirstCodeCellOnly(Path file) throws IOException {
    List<JsonNode> cells = codeCells(file);
    for (JsonNode cell : cells.subList(1, cells.size())) {
      assertFalse(
          lines(cell).stream().anyMatch(line -> line.startsWith("import ")), cell::toString);
    }
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void hasNoMagics(Path file) throws IOException {
    for (JsonNode cell : codeCells(file)) {
      assertFalse(lines(cell).stream().anyMatch(line -> line.startsWith("%")), cell::toString);
    }
  }

  /** On a laptop's screen a longer line runs out of its cell. */
  @ParameterizedTest
  @MethodSource("notebooks")
  void hasNoLineOfCodeBeyond110Characters(Path file) throws IOException {
    for (JsonNode cell : codeCells(file)) {
      for (JsonNode line : cell.get("source")) {
        assertTrue(line.asText().stripTrailing().length() <= 110, line::asText);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void isSmallerThanAMegabyte(Path file) throws IOException {
    assertTrue(Files.size(file) < 1_000_000, file + " has " + Files.size(file) + " bytes");
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void storesOutputsWithoutErrors(Path file) throws IOException {
    boolean stored = false;
    for (JsonNode cell : codeCells(file)) {
      for (JsonNode output : cell.get("outputs")) {
        stored = true;
        assertFalse(output.get("output_type").asText().equals("error"), cell::toString);
      }
    }
    assertTrue(stored, file + " stores no output; run it and keep what it shows");
  }
}
