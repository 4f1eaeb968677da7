package org.lipkit.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.lipkit.text.Text;

/**
 * Stands for a loss, an optimizer or another part of one's own that a record names and whose code
 * is not here: it shows its name and refuses everything else.
 *
 * @param kind what it is a part of
 * @param json what the record says of it
 */
record Absent(Class<?> kind, JsonNode json) implements InvocationHandler {

  static <T> T of(Class<T> kind, JsonNode json) {
    Absent handler = new Absent(kind, json);
    return kind.cast(Proxy.newProxyInstance(kind.getClassLoader(), new Class<?>[] {kind}, handler));
  }

  /** What the record says of a part whose code is not here, or null if it is here. */
  static JsonNode json(Object part) {
    return Proxy.isProxyClass(part.getClass())
            && Proxy.getInvocationHandler(part) instanceof Absent absent
        ? absent.json
        : null;
  }

  static IllegalStateException refusal(String name, String what) {
    return new IllegalStateException(
        Text.of(
            "The %s \"%s\" is somebody's own, and the record has only its name; run the experiment"
                + " from the code that defines it.",
            what, name));
  }

  @Override
  public Object invoke(Object part, Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "toString" -> json.required("name").textValue();
      case "hashCode" -> json.hashCode();
      case "equals" -> json.equals(json(arguments[0]));
      default -> throw refusal(part.toString(), Parts.word(kind));
    };
  }
}
