package org.lipkit.experiment;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.lipkit.loss.Loss;
import org.lipkit.train.LearningRateDecay;
import org.lipkit.train.Optimizer;
import org.lipkit.train.RadiusRamp;
import org.lipkit.train.Regularizer;

/**
 * The parts of an experiment that anybody may write as JSON: losses, optimizers, regularizers,
 * decays and ramps.
 *
 * <p>A public record beside its interface or in it, as the library's are, is written with its type
 * and its fields, {@code {"type": "Emma", "floor": 0.01}}, and read back. Nothing registers it: the
 * type is the name of its class. Anything else is one's own, {@code {"name": "squared hinge",
 * "own": true}}, with its fields where it is a record, and is read back as {@link Absent}.
 */
final class Parts extends SimpleModule {

  private static final long serialVersionUID = 1;

  private static final List<Class<?>> KINDS =
      List.of(
          Loss.class,
          Optimizer.class,
          Regularizer.class,
          LearningRateDecay.class,
          RadiusRamp.class);

  Parts() {
    KINDS.forEach(this::add);
  }

  private <T> void add(Class<T> kind) {
    addSerializer(kind, new Writer<>(kind));
    addDeserializer(kind, new Reader<>(kind));
  }

  /** "learning rate decay" for LearningRateDecay. */
  static String word(Class<?> kind) {
    return kind.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }

  /**
   * The name of a part for tables: its {@code toString}, or its class's name where it has none.
   *
   * @throws IllegalArgumentException if it is a lambda or a class without a name
   */
  static String label(Object part) {
    Class<?> type = part.getClass();
    try {
      if (type.getMethod("toString").getDeclaringClass() != Object.class) {
        return part.toString();
      }
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
    if (type.isHidden() || type.isAnonymousClass()) {
      throw new IllegalArgumentException(
          "What a run was made with needs a name to be recorded by; name a loss with"
              + " Loss.named(\"my loss\", ...), or make it a record.");
    }
    return type.getSimpleName();
  }

  private static final class Writer<T> extends StdSerializer<T> {

    private static final long serialVersionUID = 1;
    private final Class<T> kind;

    Writer(Class<T> kind) {
      super(kind);
      this.kind = kind;
    }

    @Override
    public void serialize(T part, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      Class<?> type = part.getClass();
      JsonNode absent = Absent.json(part);
      if (absent != null) {
        json.writeTree(absent);
        return;
      }
      json.writeStartObject();
      if (type.isRecord()
          && Modifier.isPublic(type.getModifiers())
          && type.getPackage().equals(kind.getPackage())) {
        json.writeStringField("type", type.getSimpleName());
        writeFields(part, json, provider);
      } else {
        json.writeStringField("name", label(part));
        json.writeBooleanField("own", true);
        if (type.isRecord() && type.getRecordComponents().length > 0) {
          json.writeObjectFieldStart("fields");
          writeFields(part, json, provider);
          json.writeEndObject();
        }
      }
      json.writeEndObject();
    }

    private static void writeFields(Object part, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      for (RecordComponent field : part.getClass().getRecordComponents()) {
        Object value = value(part, field);
        boolean readable =
            value instanceof Number
                || value instanceof Boolean
                || value instanceof Collection
                || KINDS.stream().anyMatch(other -> other.isInstance(value));
        provider.defaultSerializeField(
            field.getName(), readable ? value : String.valueOf(value), json);
      }
    }

    private static Object value(Object part, RecordComponent field) {
      try {
        field.getAccessor().setAccessible(true);
        return field.getAccessor().invoke(part);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static final class Reader<T> extends StdDeserializer<T> {

    private static final long serialVersionUID = 1;
    private final Class<T> kind;

    Reader(Class<T> kind) {
      super(kind);
      this.kind = kind;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      JsonNode json = parser.readValueAsTree();
      if (json.path("own").asBoolean()) {
        return Absent.of(kind, json);
      }
      Class<?> type = type(json.path("type").asText(), context);
      RecordComponent[] fields = type.getRecordComponents();
      if (json.size() != fields.length + 1) {
        throw JsonMappingException.from(context, json + " has other fields than " + type);
      }
      Class<?>[] types = new Class<?>[fields.length];
      Object[] values = new Object[fields.length];
      for (int i = 0; i < fields.length; i++) {
        types[i] = fields[i].getType();
        values[i] =
            context.readTreeAsValue(
                json.required(fields[i].getName()),
                context.getTypeFactory().constructType(fields[i].getGenericType()));
      }
      try {
        return kind.cast(type.getDeclaredConstructor(types).newInstance(values));
      } catch (ReflectiveOperationException e) {
        throw JsonMappingException.from(context, "cannot make " + json, e);
      }
    }

    private Class<?> type(String name, DeserializationContext context) throws JsonMappingException {
      for (String place : List.of(kind.getPackageName() + ".", kind.getName() + "$")) {
        try {
          Class<?> type = Class.forName(place + name, false, kind.getClassLoader());
          if (type.isRecord() && kind.isAssignableFrom(type)) {
            return type;
          }
        } catch (ClassNotFoundException | LinkageError e) {
          continue; // look in the other place
        }
      }
      throw JsonMappingException.from(
          context, "there is no " + word(kind) + " of type \"" + name + "\"");
    }
  }
}
