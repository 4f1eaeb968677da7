package org.lipkit.io;

import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;

/**
 * A state dict as {@code torch.save(model.state_dict(), file)} writes it: a zip archive with one
 * pickle that names the tensors and one entry for the numbers of each. A pickle is a program that
 * may call anything; this reader knows the few calls that a state dict needs and refuses all others
 * before they are looked up.
 */
final class StateDict {

  private static final int LONGEST_PICKLE = 1 << 26;
  private static final int MOST_NAMES = 100_000;
  private static final int DEEPEST = 8;

  private static final Map<String, IObjectConstructor> ALLOWED = new HashMap<>();

  static {
    ALLOWED.put("collections.OrderedDict", arguments -> new LinkedHashMap<>());
    ALLOWED.put("torch._utils._rebuild_tensor_v2", Tensor::of);
    ALLOWED.put("torch._utils._rebuild_parameter", arguments -> arguments[0]);
    Map<String, String> types =
        Map.of(
            "Float",
            "float32",
            "Double",
            "float64",
            "Int",
            "int32",
            "Long",
            "int64",
            "Half",
            "float16",
            "BFloat16",
            "bfloat16",
            "Bool",
            "bool",
            "Char",
            "int8",
            "Byte",
            "uint8",
            "Short",
            "int16");
    types.forEach((name, type) -> ALLOWED.put("torch." + name + "Storage", new Type(type)));
  }

  private StateDict() {}

  static Map<String, StoredArray> arrays(Archive archive) throws IOException {
    String pickle =
        archive.names().stream()
            .filter(name -> name.endsWith("/data.pkl"))
            .findFirst()
            .orElseThrow();
    String prefix = pickle.substring(0, pickle.length() - "data.pkl".length());
    if (archive.names().contains(prefix + "constants.pkl")) {
      throw new IllegalArgumentException(
          "it is a TorchScript program; save its weights, torch.save(model.state_dict(), file)");
    }
    if (archive.names().contains(prefix + "byteorder")
        && new String(archive.whole(prefix + "byteorder", archive.size(prefix + "byteorder")))
            .startsWith("big")) {
      throw new IllegalArgumentException("its numbers have their big end first");
    }
    if (archive.size(pickle) > LONGEST_PICKLE) {
      throw new IllegalArgumentException("its pickle has more than " + LONGEST_PICKLE + " bytes");
    }
    byte[] program = archive.whole(pickle, archive.size(pickle));
    Map<String, StoredArray> arrays = new TreeMap<>();
    try {
      Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
      Object root = new Reader().load(new ByteArrayInputStream(program));
      collect("", root, seen, 0, archive, prefix, arrays);
    } catch (PickleException | ClassCastException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          e instanceof PickleException ? e.getMessage() : "its pickle is damaged", e);
    }
    return arrays;
  }

  /**
   * Dictionaries in dictionaries are flattened, names joined by dots; other values are left out,
   * and so is a dictionary that was seen before, which may lie in itself.
   */
  private static void collect(
      String name,
      Object value,
      Set<Object> seen,
      int depth,
      Archive archive,
      String prefix,
      Map<String, StoredArray> arrays) {
    if (value instanceof Tensor tensor) {
      arrays.put(name, tensor.stored(archive, prefix));
    } else if (value instanceof Map<?, ?> dictionary && depth < DEEPEST && seen.add(dictionary)) {
      for (Map.Entry<?, ?> entry : dictionary.entrySet()) {
        if (arrays.size() >= MOST_NAMES) {
          throw new IllegalArgumentException("it has more than " + MOST_NAMES + " arrays");
        }
        String inner = name.isEmpty() ? "" + entry.getKey() : name + "." + entry.getKey();
        collect(inner, entry.getValue(), seen, depth + 1, archive, prefix, arrays);
      }
    }
  }

  /** The machine that reads the pickle, with the few instructions that it needs. */
  private static final class Reader extends Unpickler {

    private static final Set<Short> INSTRUCTIONS =
        Set.of(
            Opcodes.PROTO,
            Opcodes.STOP,
            Opcodes.MARK,
            Opcodes.POP,
            Opcodes.NONE,
            Opcodes.NEWTRUE,
            Opcodes.NEWFALSE,
            Opcodes.BININT,
            Opcodes.BININT1,
            Opcodes.BININT2,
            Opcodes.LONG1,
            Opcodes.BINFLOAT,
            Opcodes.BINUNICODE,
            Opcodes.EMPTY_TUPLE,
            Opcodes.TUPLE1,
            Opcodes.TUPLE2,
            Opcodes.TUPLE3,
            Opcodes.TUPLE,
            Opcodes.EMPTY_LIST,
            Opcodes.APPEND,
            Opcodes.APPENDS,
            Opcodes.EMPTY_DICT,
            Opcodes.SETITEM,
            Opcodes.SETITEMS,
            Opcodes.BINGET,
            Opcodes.LONG_BINGET,
            Opcodes.BINPUT,
            Opcodes.LONG_BINPUT,
            Opcodes.BINPERSID,
            Opcodes.GLOBAL,
            Opcodes.REDUCE,
            Opcodes.BUILD);

    @Override
    protected Object dispatch(short key) throws IOException {
      if (!INSTRUCTIONS.contains(key)) {
        throw new PickleException(
            "its pickle has the instruction "
                + key
                + ", which no state dict needs; save torch.save(model.state_dict(), file)");
      }
      if (key == Opcodes.BINUNICODE) {
        input.mark(Integer.BYTES);
        int length = PickleUtils.bytes_to_integer(PickleUtils.readbytes(input, Integer.BYTES));
        if (length < 0 || length > input.available()) {
          throw new PickleException("its pickle is cut");
        }
        input.reset();
      }
      if (key == Opcodes.GLOBAL) {
        stack.add(allowed(PickleUtils.readline(input) + "." + PickleUtils.readline(input)));
        return NO_RETURN_VALUE;
      }
      if (key == Opcodes.BUILD) {
        stack.pop(); // notes of PyTorch on versions
        return NO_RETURN_VALUE;
      }
      return super.dispatch(key);
    }

    private static IObjectConstructor allowed(String name) {
      IObjectConstructor constructor = ALLOWED.get(name);
      if (constructor == null) {
        throw new PickleException(
            "its pickle calls "
                + name
                + ", which no state dict needs and which is not executed; save"
                + " torch.save(model.state_dict(), file)");
      }
      return constructor;
    }

    /** A storage is named by ("storage", type, key, device, number of entries). */
    @Override
    protected Object persistentLoad(Object id) {
      Object[] parts = (Object[]) id;
      return new Storage(((Type) parts[1]).name, (String) parts[2]);
    }
  }

  /** A class of storages, which stands for the type of its numbers and makes nothing. */
  private record Type(String name) implements IObjectConstructor {

    @Override
    public Object construct(Object[] arguments) {
      throw new PickleException("its pickle makes a storage of its own");
    }
  }

  private record Storage(String type, String key) {}

  private record Tensor(Storage storage, long offset, long[] shape, long[] strides) {

    static Tensor of(Object[] arguments) {
      return new Tensor(
          (Storage) arguments[0],
          ((Number) arguments[1]).longValue(),
          longs(arguments[2]),
          longs(arguments[3]));
    }

    private static long[] longs(Object tuple) {
      return Arrays.stream((Object[]) tuple).mapToLong(n -> ((Number) n).longValue()).toArray();
    }

    StoredArray stored(Archive archive, String prefix) {
      String entry = prefix + "data/" + storage.key;
      StoredArray array =
          new StoredArray(
              storage.type,
              new Shape(shape),
              strides,
              length -> {
                if (offset == 0 && archive.size(entry) == length) {
                  return archive.whole(entry, length);
                }
                try (InputStream in = archive.open(entry)) {
                  in.skipNBytes(offset * StoredArray.bytes(storage.type));
                  byte[] content = in.readNBytes(length);
                  if (content.length < length) {
                    throw new IOException(entry + " is cut");
                  }
                  return content;
                }
              });
      if (offset < 0
          || offset > Integer.MAX_VALUE / Long.BYTES
          || strides.length != shape.length
          || !array.isDense()) {
        throw new IllegalArgumentException(
            "a tensor is a view into a larger one; save it with .contiguous()");
      }
      return array;
    }
  }
}
