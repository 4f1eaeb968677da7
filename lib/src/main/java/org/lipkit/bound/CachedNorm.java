package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Properties;
import org.lipkit.tensor.Tensors;
import org.lipkit.tensor.WholeFile;

/**
 * Norms that are computed once and kept in a file beside the model. A norm is found again by a
 * SHA-256 of everything that it depends on (the method, the map's kind and geometry, every weight),
 * so that the norm of other weights is never taken for it. A model that changes adds lines to the
 * file.
 *
 * <p>The file is trusted as the weights are: if others can write it, the certificates depend on
 * them.
 *
 * @param method finds norms that are not in the file; its {@code toString} must tell all of its
 *     settings, as a record's does
 * @param file where they are kept; made when the first is found
 */
public record CachedNorm(NormMethod method, Path file) implements NormMethod {

  /**
   * The norm, from the file if it is there. Maps that are no records are not kept.
   *
   * @throws IllegalArgumentException if the file is damaged
   */
  @Override
  public Bound norm(LinearMap map) {
    if (!map.getClass().isRecord()) {
      return method.norm(map);
    }
    String key = Tensors.scoped(() -> Tensors.withoutGradient(() -> fingerprint(map)));
    Properties known = read();
    String line = known.getProperty(key);
    if (line != null) {
      return parse(line);
    }
    Bound bound = method.norm(map);
    known.setProperty(
        key,
        String.join(" ", Double.toHexString(bound.value()), bound.kind().name(), bound.method()));
    WholeFile.write(file, out -> known.store(out, "Norms by the SHA-256 of what they depend on"));
    return bound;
  }

  private String fingerprint(LinearMap map) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
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
    } catch (NoSuchAlgorithmException | ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void update(MessageDigest digest, String text) {
    digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private Bound parse(String line) {
    String[] parts = line.split(" ", 3);
    try {
      return new Bound(Double.parseDouble(parts[0]), Bound.Kind.valueOf(parts[1]), parts[2]);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          file + " is damaged at \"" + line + "\"; delete it to compute the norms anew.", e);
    }
  }

  private Properties read() {
    Properties known = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        known.load(reader);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return known;
  }
}
