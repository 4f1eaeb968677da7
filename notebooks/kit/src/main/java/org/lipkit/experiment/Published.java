package org.lipkit.experiment;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The numbers of other people's papers that our own runs stand beside.
 *
 * <p>A value of this class is a selection of results: {@link #dataset}, {@link #eps} and {@link
 * #system} narrow it, {@link #results} lists it, as in {@code
 * Published.load().dataset("MNIST").eps(0.3).results()}. A selection may be empty.
 */
public final class Published {

  private static final String RESOURCE = "published.json";

  private final List<PublishedResult> results;
  private final Map<String, JsonNode> findings;

  /** The file's shape; a field that is not named here is an error. */
  private record Document(
      String about, List<PublishedResult> vra, Map<String, JsonNode> findings) {}

  private Published(List<PublishedResult> results, Map<String, JsonNode> findings) {
    this.results = results;
    this.findings = findings;
  }

  /** {@return all published numbers that come with the library} */
  public static Published load() {
    try (InputStream in = Published.class.getResourceAsStream(RESOURCE)) {
      return parse(RESOURCE, in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException("The library's own " + RESOURCE + " cannot be read.", e);
    }
  }

  /**
   * {@return the numbers of a file of the same format as the library's own}
   *
   * @param file a JSON file with the fields {@code about}, {@code vra} and {@code findings}
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if the file is not of that format, has a field that nobody
   *     knows, or holds a number that cannot be true
   */
  public static Published read(Path file) throws IOException {
    return parse(file.toString(), Files.readAllBytes(file));
  }

  private static Published parse(String name, byte[] json) throws IOException {
    Document document;
    try {
      document = new JsonMapper().readValue(json, Document.class);
    } catch (JacksonException e) {
      String where = e instanceof JsonMappingException m ? place(m) : "";
      throw new IllegalArgumentException(
          name + where + " is not a file of published numbers: " + e.getOriginalMessage(), e);
    }
    if (document == null || document.vra == null || document.vra.contains(null)) {
      throw new IllegalArgumentException(
          name + " has no list 'vra' of published results; add one row per result.");
    }
    Map<String, JsonNode> findings = document.findings == null ? Map.of() : document.findings;
    findings.forEach(
        (finding, value) -> {
          if (value.path("source").asText().isBlank()) {
            throw new IllegalArgumentException(
                name + ": the finding '" + finding + "' has no source; say where it was read.");
          }
        });
    return new Published(List.copyOf(document.vra), findings);
  }

  private static String place(JsonMappingException e) {
    return e.getPath().stream()
        .map(r -> r.getFieldName() == null ? " row " + (r.getIndex() + 1) : " " + r.getFieldName())
        .collect(Collectors.joining(",", ",", ","));
  }

  /**
   * {@return the results on the data set of this name, upper and lower case alike}
   *
   * @param name such as {@code MNIST}
   */
  public Published dataset(String name) {
    return narrow(r -> r.dataset().equalsIgnoreCase(name));
  }

  /**
   * {@return the results of the system of this name, upper and lower case alike}
   *
   * @param name such as {@code GloRo}
   */
  public Published system(String name) {
    return narrow(r -> r.system().equalsIgnoreCase(name));
  }

  /**
   * {@return the results at this radius}
   *
   * @param eps l2 radius in pixels of [0, 1]; 36/255 and 0.1412 are the same radius
   * @throws IllegalArgumentException if eps is not positive
   */
  public Published eps(double eps) {
    if (!(eps > 0)) {
      throw new IllegalArgumentException(
          "eps is " + eps + "; ask for a positive radius in pixels of [0, 1], such as 36 / 255.0.");
    }
    return narrow(r -> r.isAt(eps));
  }

  private Published narrow(Predicate<PublishedResult> wanted) {
    return new Published(results.stream().filter(wanted).toList(), findings);
  }

  /** {@return the selected results in the order of the file} */
  public List<PublishedResult> results() {
    return results;
  }

  /**
   * {@return a published finding that is no verified accuracy, with its source, as it stands in the
   * file}
   *
   * @param name such as {@code lipschitz_tightness}
   * @throws IllegalArgumentException if there is no finding of this name
   */
  public JsonNode finding(String name) {
    JsonNode finding = findings.get(name);
    if (finding == null) {
      throw new IllegalArgumentException(
          "There is no published finding '"
              + name
              + "'; ask for one of "
              + new TreeSet<>(findings.keySet())
              + ".");
    }
    return finding.deepCopy();
  }
}
