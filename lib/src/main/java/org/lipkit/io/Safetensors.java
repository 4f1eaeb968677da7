package org.lipkit.io;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.lipkit.tensor.WholeFile;

/**
 * The {@code .safetensors} format: the length of a header in 8 bytes, the header, which says in
 * JSON where each array lies, and the arrays.
 */
final class Safetensors {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
  private static final long LONGEST_HEADER = 100_000_000;
  private static final Map<String, String> TYPES =
      Map.of(
          "F32",
          "float32",
          "F64",
          "float64",
          "I32",
          "int32",
          "I64",
          "int64",
          "U8",
          "uint8",
          "F16",
          "float16",
          "BF16",
          "bfloat16");

  private Safetensors() {}

  static ArrayFile.Opened open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file);
    try {
      return new ArrayFile.Opened(arrays(channel), channel);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Writes the arrays so that the file either appears whole or not at all, one after another and in
   * their order. The header is padded to a multiple of 8 bytes. Equal arrays give equal files.
   */
  static void save(Path file, Map<String, NDArray> arrays) {
    ObjectNode header = JSON.createObjectNode();
    long end = 0;
    for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
      NDArray array = entry.getValue();
      ObjectNode place = header.putObject(entry.getKey());
      place.put("dtype", type(array));
      ArrayNode shape = place.putArray("shape");
      LongStream.of(array.getShape().getShape()).forEach(shape::add);
      long from = end;
      end += array.getDataType().getNumOfBytes() * array.size();
      place.putArray("data_offsets").add(from).add(end);
    }
    String text = header.toString();
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    byte[] padded =
        (text + " ".repeat((Long.BYTES - length % Long.BYTES) % Long.BYTES))
            .getBytes(StandardCharsets.UTF_8);
    WholeFile.write(
        file,
        out -> {
          ByteBuffer start = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          out.write(start.putLong(padded.length).array());
          out.write(padded);
          for (NDArray array : arrays.values()) {
            out.write(array.toByteArray());
          }
        });
  }

  private static String type(NDArray array) {
    String type = array.getDataType().name().toLowerCase(Locale.ROOT);
    return TYPES.entrySet().stream()
        .filter(entry -> entry.getValue().equals(type))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Arrays of " + type + " are not written as .safetensors; use .npz."));
  }

  private static Map<String, StoredArray> arrays(FileChannel channel) throws IOException {
    long length = bytes(channel, 0, Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > Math.min(LONGEST_HEADER, channel.size() - Long.BYTES)) {
      throw new IOException("its header is cut");
    }
    long start = Long.BYTES + length;
    JsonNode header;
    try {
      header = JSON.readTree(bytes(channel, Long.BYTES, (int) length).array());
    } catch (JsonProcessingException e) {
      throw new IOException("its header is no JSON", e);
    }
    Map<String, StoredArray> arrays = new LinkedHashMap<>();
    List<JsonNode> places = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (!field.getKey().equals("__metadata__")) {
        places.add(field.getValue().path("data_offsets"));
        arrays.put(field.getKey(), array(channel, start, field.getValue()));
      }
    }
    requireDense(places, channel.size() - start);
    return arrays;
  }

  /** As the format asks, each byte belongs to one array. */
  private static void requireDense(List<JsonNode> places, long size) {
    places.sort(
        Comparator.<JsonNode>comparingLong(place -> place.path(0).asLong())
            .thenComparingLong(place -> place.path(1).asLong()));
    long end = 0;
    for (JsonNode place : places) {
      if (place.path(0).asLong() != end) {
        throw new IllegalArgumentException("its arrays overlap or leave gaps");
      }
      end = place.path(1).asLong();
    }
    if (end != size) {
      throw new IllegalArgumentException("bytes of no array follow the last one");
    }
  }

  private static StoredArray array(FileChannel channel, long start, JsonNode entry)
      throws IOException {
    JsonNode axes = entry.path("shape");
    long[] shape = new long[axes.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = axes.get(i).asLong(-1);
    }
    long from = entry.path("data_offsets").path(0).asLong(-1);
    long to = entry.path("data_offsets").path(1).asLong(-1);
    if (from < 0 || to < from || to > channel.size() - start || !axes.isArray()) {
      throw new IOException("an array lies outside the file");
    }
    String type = entry.path("dtype").asText();
    return new StoredArray(
        TYPES.getOrDefault(type, type),
        new Shape(shape),
        length -> {
          if (length != to - from) {
            throw new IOException("an array has " + (to - from) + " bytes instead of " + length);
          }
          return bytes(channel, start + from, length).array();
        });
  }

  private static ByteBuffer bytes(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new IOException("the file is cut");
      }
    }
    return buffer.flip();
  }
}
