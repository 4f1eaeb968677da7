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
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.lipkit.train.Recipe;

/**
 * Recipes and experiments as JSON: one field for each field of the class, in order. They are read
 * with the setters of the fields' names, which check them; no field may be missing but {@link
 * #LATER} ones.
 */
final class Fluent extends SimpleModule {

  private static final long serialVersionUID = 1;

  /** What older records do not have: it was then what it is at the beginning. */
  private static final Set<String> LATER = Set.of("unrolled");

  Fluent() {
    add(Recipe.class);
    add(Experiment.class);
  }

  private <T> void add(Class<T> type) {
    addSerializer(type, new Writer<>(type));
    addDeserializer(type, new Reader<>(type));
  }

  private static List<Field> fields(Class<?> type) {
    List<Field> fields =
        Arrays.stream(type.getDeclaredFields())
            .filter(field -> !Modifier.isStatic(field.getModifiers()))
            .toList();
    fields.forEach(field -> field.setAccessible(true));
    return fields;
  }

  private static final class Writer<T> extends StdSerializer<T> {

    private static final long serialVersionUID = 1;

    Writer(Class<T> type) {
      super(type);
    }

    @Override
    public void serialize(T value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeStartObject();
      for (Field field : fields(handledType())) {
        try {
          provider.defaultSerializeField(field.getName(), field.get(value), json);
        } catch (IllegalAccessException e) {
          throw new IllegalStateException(e);
        }
      }
      json.writeEndObject();
    }
  }

  private static final class Reader<T> extends StdDeserializer<T> {

    private static final long serialVersionUID = 1;
    private final Class<T> type;

    Reader(Class<T> type) {
      super(type);
      this.type = type;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      JsonNode json = parser.readValueAsTree();
      List<Field> fields =
          fields(type).stream()
              .filter(field -> json.has(field.getName()) || !LATER.contains(field.getName()))
              .toList();
      if (json.size() != fields.size()) {
        throw JsonMappingException.from(context, "there are other fields than those of " + type);
      }
      try {
        Constructor<T> begin = type.getDeclaredConstructor();
        begin.setAccessible(true);
        T value = begin.newInstance();
        for (Field field : fields) {
          Method setter = type.getDeclaredMethod(field.getName(), field.getType());
          setter.setAccessible(true);
          Object part = context.readTreeAsValue(json.required(field.getName()), field.getType());
          value = type.cast(setter.invoke(value, part));
        }
        return value;
      } catch (InvocationTargetException e) {
        throw JsonMappingException.from(context, e.getCause().getMessage(), e.getCause());
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
