package org.lipkit.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.lipkit.tensor.WholeFile;

/**
 * Records as JSON and lists of records as CSV with a header; an absent value is an empty field. A
 * column whose values may be absent may be missing, as in files that are older than the column.
 */
public final class RecordFiles {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .addModule(new Parts())
          .addModule(new Fluent())
          .build();
  private static final CsvMapper CSV =
      CsvMapper.builder()
          .enable(CsvParser.Feature.EMPTY_STRING_AS_NULL)
          .addModule(new StrictNumbers())
          .build();

  private RecordFiles() {}

  /** A record as JSON in memory. */
  static JsonNode tree(Object record) {
    return JSON.valueToTree(record);
  }

  /** A record from the JSON of {@link #tree}. */
  static <T> T parse(String json, Class<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /**
   * Writes a record.
   *
   * @param file replaced where it exists
   * @param record what to write
   */
  public static void writeJson(Path file, Object record) {
    write(file, json(record) + "\n");
  }

  /**
   * {@return a record as JSON}
   *
   * @param record what to write
   */
  public static String json(Object record) {
    try {
      return JSON.writeValueAsString(record);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads a record.
   *
   * @param file a file of {@link #writeJson}
   * @param type what it holds
   * @param <T> what it holds
   * @return the record
   * @throws IllegalArgumentException if the file is missing or damaged
   */
  public static <T> T readJson(Path file, Class<T> type) {
    try {
      JsonNode whole =
          JSON.reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
              .readTree(Files.readString(file));
      return Objects.requireNonNull(JSON.treeToValue(whole, type), "nothing in it");
    } catch (IOException | RuntimeException e) {
      throw damaged(file, e);
    }
  }

  /**
   * Writes a list of records.
   *
   * @param file replaced where it exists
   * @param type what a row holds
   * @param rows one record for each row
   * @param <T> what a row holds
   */
  public static <T> void writeCsv(Path file, Class<T> type, List<T> rows) {
    try {
      CsvSchema schema = CSV.schemaFor(type).withHeader();
      write(file, CSV.writer(schema).writeValueAsString(rows));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads a list of records.
   *
   * @param file a file of {@link #writeCsv}
   * @param type what a row holds
   * @param <T> what a row holds
   * @return one record for each row
   * @throws IllegalArgumentException if the file is missing or damaged
   */
  public static <T> List<T> readCsv(Path file, Class<T> type) {
    CsvSchema schema = CsvSchema.emptySchema().withHeader();
    try {
      String text = wholeLines(file);
      requireColumns(text, CSV.schemaFor(type));
      try (MappingIterator<T> rows = CSV.readerFor(type).with(schema).readValues(text)) {
        return rows.readAll();
      }
    } catch (IOException | RuntimeException e) {
      throw damaged(file, e);
    }
  }

  /** Refuses a list of something else, and columns that come twice, of which one would count. */
  private static void requireColumns(String text, CsvSchema known) throws IOException {
    Set<String> seen = new HashSet<>();
    for (String column : text.lines().findFirst().orElse("").split(",", -1)) {
      String name = column.replaceAll("^\"|\"$", "");
      if (known.column(name) == null) {
        throw new IOException("it has a column \"" + name + "\", which no such list has");
      }
      if (!seen.add(name)) {
        throw new IOException("it has two columns \"" + name + "\"");
      }
    }
  }

  /** A file that was cut off rarely ends with a line. */
  private static String wholeLines(Path file) throws IOException {
    String text = Files.readString(file);
    if (!text.endsWith("\n")) {
      throw new IOException("the last line has no end");
    }
    return text;
  }

  private static IllegalArgumentException damaged(Path file, Exception cause) {
    String reason =
        Objects.requireNonNullElse(cause.getMessage(), "")
            .lines()
            .findFirst()
            .orElse(cause.getClass().getSimpleName());
    String what =
        Files.exists(file) ? "cannot be read as a run record (" + reason + ")" : "is missing";
    return new IllegalArgumentException(
        file + " " + what + "; restore it, or delete it and let what wrote it run again.", cause);
  }

  /**
   * Deletes a file, if it is there.
   *
   * @param file the file
   */
  public static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    WholeFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }
}
