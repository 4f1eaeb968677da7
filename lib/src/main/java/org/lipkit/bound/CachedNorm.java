package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lipkit.tensor.Digests;
import org.lipkit.tensor.Tensors;
import org.lipkit.tensor.WholeFile;

/**
 * Norms that are computed once and kept in a file beside the model. A norm is found again by a
 * SHA-256 of everything that it depends on (the method, the map's kind and geometry, every weight),
 * so that the norm of other weights is never taken for it. A model that changes adds lines to the
 * file. Where the file cannot be written, norms are computed every time.
 *
 * <p>A kept norm is not believed: each line ends in a checksum of itself and of the version of the
 * proofs, and an upper bound must not lie below what power iteration finds for the same map. For
 * most maps that is less than a per cent below the norm, so a forged bound between the two is not
 * noticed.
 *
 * @param method finds norms that are not in the file; its {@code toString} must tell all of its
 *     settings, as a record's does
 * @param file where they are kept; made when the first is found
 */
public record CachedNorm(NormMethod method, Path file) implements NormMethod {

  /** Raised by whoever changes how norms are proved: what was kept before is refused. */
  private static final int PROOFS = 1;

  /** What is at most the norm, up to rounding. */
  private static final PowerIteration BELOW = new PowerIteration(50, 1e-5);

  private static final double ROUNDING = 1e-9;

  /** How a line begins: with a SHA-256. */
  private static final Pattern KEYED = Pattern.compile("[0-9a-f]{64}=");

  /**
   * The norm, from the file if it is there. Maps that are no records are not kept.
   *
   * @throws IllegalArgumentException if the file is damaged, of another version, or keeps an upper
   *     bound that is too low
   */
  @Override
  public Bound norm(LinearMap map) {
    if (!map.getClass().isRecord()) {
      return method.norm(map);
    }
    String key = fingerprint(method, map);
    Map<String, String> known = read();
    if (known.containsKey(key)) {
      Bound kept = parse(key, known.get(key));
      requireAboveEstimate(kept, map);
      return kept;
    }
    Bound bound = method.norm(map);
    known.put(key, line(key, bound));
    try {
      write(known);
    } catch (UncheckedIOException e) {
      return bound; // In a folder that cannot be written to, or on a full disk.
    }
    return bound;
  }

  private void requireAboveEstimate(Bound kept, LinearMap map) {
    if (kept.kind() == Bound.Kind.UPPER) {
      double below = BELOW.norm(map).value();
      if (below * (1 - ROUNDING) > kept.value()) {
        throw refusal(
            "keeps an upper bound of " + kept.value() + " for a norm of at least " + below);
      }
    }
  }

  /** A SHA-256 of everything that the norm of a map that is a record depends on. */
  static String fingerprint(NormMethod method, LinearMap map) {
    return Tensors.scoped(() -> Tensors.withoutGradient(() -> digest(method, map)));
  }

  private static String digest(NormMethod method, LinearMap map) {
    MessageDigest digest = Digests.sha256();
    try {
      update(digest, method.toString());
      update(digest, map.getClass().getName());
      for (RecordComponent component : map.getClass().getRecordComponents()) {
        Object value = component.getAccessor().invoke(map);
        if (value instanceof NDArray array) {
          update(digest, array.getDataType() + " " + array.getShape());
          double[] entries = Tensors.toDoubles(array);
          ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * entries.length);
          bytes.asDoubleBuffer().put(entries);
          digest.update(bytes);
        } else {
          update(digest, component.getName() + " " + value);
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void update(MessageDigest digest, String text) {
    digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The value in hexadecimal, its kind, a checksum of the whole line, and the method in words. */
  private static String line(String key, Bound bound) {
    String value = Double.toHexString(bound.value());
    return String.join(" ", value, bound.kind().name(), checksum(key, bound), bound.method());
  }

  private static String checksum(String key, Bound bound) {
    MessageDigest digest = Digests.sha256();
    update(digest, PROOFS + " " + key);
    update(digest, bound.toString());
    return HexFormat.of().formatHex(digest.digest());
  }

  private Bound parse(String key, String line) {
    String[] parts = line.split(" ", 4);
    try {
      Bound bound = new Bound(Double.parseDouble(parts[0]), Bound.Kind.valueOf(parts[1]), parts[3]);
      if (checksum(key, bound).equals(parts[2])) {
        return bound;
      }
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      // Said below.
    }
    throw damaged(line);
  }

  private IllegalArgumentException refusal(String problem) {
    return new IllegalArgumentException(
        file + " " + problem + "; delete the file to compute the norms anew.");
  }

  private String[] entry(String line) {
    if (!KEYED.matcher(line).lookingAt()) {
      throw damaged(line);
    }
    return line.split("=", 2);
  }

  private IllegalArgumentException damaged(String line) {
    return refusal("is damaged or of another version at \"" + line + "\"");
  }

  private Map<String, String> read() {
    if (!Files.exists(file)) {
      return new TreeMap<>();
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> !line.startsWith("#"))
          .map(this::entry)
          .collect(
              Collectors.toMap(
                  parts -> parts[0], parts -> parts[1], (first, second) -> second, TreeMap::new));
    } catch (IOException | UncheckedIOException e) {
      throw refusal("cannot be read (" + e + ")");
    }
  }

  private void write(Map<String, String> norms) {
    StringBuilder text = new StringBuilder("# Norms by the SHA-256 of what they depend on\n");
    norms.forEach((key, line) -> text.append(key).append('=').append(line).append('\n'));
    WholeFile.write(file, out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
  }
}
