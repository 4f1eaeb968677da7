package org.lipkit.onnx;

import ai.djl.ndarray.NDManager;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.lipkit.tensor.Digests;

/**
 * An ONNX file: its graph, its version and its arrays. Arrays may lie in files beside it, but only
 * inside its own folder.
 */
final class OnnxFile {

  private static final int OLDEST = 11;
  private static final int NEWEST = 21;
  private static final Set<DataType> HALF = Set.of(DataType.FLOAT16, DataType.BFLOAT16);

  private final NDManager manager;
  private final Path folder;
  private final String sha256;
  private final GraphProto graph;
  private final int opset;
  private final Map<String, String> metadata;

  /** Opens a file; the manager owns its arrays. */
  OnnxFile(Path file, NDManager manager) throws IOException {
    this.manager = manager;
    if (!Files.isRegularFile(file)) {
      throw new Refusal("there is no such file; check the path");
    }
    folder = file.toRealPath().getParent();
    MessageDigest digest = Digests.sha256();
    ModelProto model;
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      model = ModelProto.parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      throw new Refusal("this is no whole ONNX file; export or fetch it again");
    }
    if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
      throw new Refusal("this file holds no network; export it again");
    }
    sha256 = HexFormat.of().formatHex(digest.digest());
    graph = model.getGraph();
    opset = opset(model.getOpsetImportList());
    metadata = entries(model.getMetadataPropsList());
  }

  private static int opset(List<OperatorSetIdProto> imports) {
    for (OperatorSetIdProto one : imports) {
      if (isStandard(one.getDomain())) {
        if (one.getVersion() < OLDEST || one.getVersion() > NEWEST) {
          throw new Refusal(
              "the file uses operator set %d, and this program knows %d to %d; export it with"
                  + " opset_version=17",
              one.getVersion(), OLDEST, NEWEST);
        }
        return (int) one.getVersion();
      }
    }
    throw new Refusal("the file names no operator set; export it again");
  }

  /** The SHA-256 of what was read; arrays in files beside it do not count. */
  String sha256() {
    return sha256;
  }

  static boolean isStandard(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  GraphProto graph() {
    return graph;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  private static Map<String, String> entries(List<StringStringEntryProto> list) {
    Map<String, String> entries = new HashMap<>();
    list.forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
    return entries;
  }

  int opset() {
    return opset;
  }

  Constant constant(DataType type, double[] values) {
    return Constant.of(manager, type, values, values.length);
  }

  /** Whole numbers are read as they are; floating point must be float32, or float64 to be cast. */
  Constant constant(TensorProto tensor) {
    try {
      return read(tensor);
    } catch (Refusal e) {
      throw new Refusal("array '%s': %s", tensor.getName(), e.getMessage());
    }
  }

  private Constant read(TensorProto tensor) {
    DataType type = DataType.forNumber(tensor.getDataType());
    if (!Constant.TYPES.contains(type)) {
      throw refused(type);
    }
    long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    int size = Constant.size(shape);
    double[] values =
        tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
            ? decoded(external(tensor, (long) size * bytes(type)), type)
            : tensor.hasRawData()
                ? decoded(tensor.getRawData().asReadOnlyByteBuffer(), type)
                : listed(tensor, type);
    if (type == DataType.FLOAT || type == DataType.DOUBLE) {
      for (double value : values) {
        if (Double.isNaN(value)) {
          throw new Refusal(
              "an entry is not a number (NaN), so the network computes nothing; training has"
                  + " diverged or the file is damaged");
        }
      }
    }
    return Constant.of(manager, type, values, shape);
  }

  /** What to say of a type that is not read. */
  static Refusal refused(DataType type) {
    if (type == null) {
      return new Refusal("its type is unknown to this program; export the network in float32");
    }
    String name = type.name().toLowerCase(Locale.ROOT);
    return new Refusal(
        HALF.contains(type)
            ? "%s is half precision, and certificates are about float32; export the network in"
                + " float32"
            : "%s belongs to a quantised network, and certificates are about float32; export it"
                + " before quantisation",
        name);
  }

  private static int bytes(DataType type) {
    return switch (type) {
      case BOOL -> 1;
      case FLOAT, INT32 -> Integer.BYTES;
      default -> Long.BYTES;
    };
  }

  private static double[] decoded(ByteBuffer buffer, DataType type) {
    ByteBuffer bytes = buffer.order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[bytes.remaining() / bytes(type)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case BOOL -> bytes.get();
            case FLOAT -> bytes.getFloat();
            case INT32 -> bytes.getInt();
            case INT64 -> bytes.getLong();
            default -> bytes.getDouble();
          };
    }
    return values;
  }

  private static double[] listed(TensorProto tensor, DataType type) {
    List<? extends Number> values =
        switch (type) {
          case FLOAT -> tensor.getFloatDataList();
          case DOUBLE -> tensor.getDoubleDataList();
          case INT64 -> tensor.getInt64DataList();
          default -> tensor.getInt32DataList();
        };
    return values.stream().mapToDouble(Number::doubleValue).toArray();
  }

  private ByteBuffer external(TensorProto tensor, long length) {
    Map<String, String> entries = entries(tensor.getExternalDataList());
    String location = entries.getOrDefault("location", "");
    try {
      Path file = folder.resolve(location).normalize();
      boolean inside = file.startsWith(folder);
      if (inside && !Files.isRegularFile(file)) {
        throw new Refusal("its data should lie in '%s', which is not there; copy it too", location);
      }
      if (!inside || !file.toRealPath().startsWith(folder)) {
        throw new Refusal(
            "its data should lie in '%s', outside the model's folder, where nothing is read; move it"
                + " there",
            location);
      }
      long offset = Long.parseLong(entries.getOrDefault("offset", "0"));
      long said = Long.parseLong(entries.getOrDefault("length", String.valueOf(length)));
      try (FileChannel channel = FileChannel.open(file)) {
        if (offset < 0 || said != length || offset > channel.size() - length) {
          throw new Refusal(
              "%d bytes at %d of %s should hold %d bytes of data, and it has %d; copy it again",
              said, offset, location, length, channel.size());
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(length));
        while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {}
        return bytes.flip();
      }
    } catch (IOException | InvalidPathException | NumberFormatException e) {
      throw new Refusal("its data in %s cannot be read: %s", location, e.getMessage());
    }
  }
}
