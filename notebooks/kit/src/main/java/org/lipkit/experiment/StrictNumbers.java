package org.lipkit.experiment;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Numbers in CSV files: decimal digits as records have them. Java's parsers also take hexadecimal
 * digits, blanks and 0.64f, and round what has more digits than the type holds.
 */
final class StrictNumbers extends SimpleModule {

  private static final long serialVersionUID = 1;
  private static final Pattern WHOLE = Pattern.compile("-?[0-9]+");
  private static final Pattern DECIMAL =
      Pattern.compile("-?[0-9]+([.][0-9]+)?(E-?[0-9]+)?|-?Infinity|NaN");

  /** So many significant digits tell every float32 number from its neighbours. */
  private static final int FLOAT32_DIGITS = 9;

  StrictNumbers() {
    add(Integer.class, WHOLE, "a whole number", Integer::valueOf);
    add(int.class, WHOLE, "a whole number", Integer::valueOf);
    add(Float.class, DECIMAL, "a decimal number of float32", StrictNumbers::float32);
    add(float.class, DECIMAL, "a decimal number of float32", StrictNumbers::float32);
    add(Double.class, DECIMAL, "a decimal number", Double::valueOf);
    add(double.class, DECIMAL, "a decimal number", Double::valueOf);
  }

  private static Float float32(String text) {
    float value = Float.parseFloat(text);
    boolean isDecimal = Character.isDigit(text.charAt(text.length() - 1));
    if (isDecimal && new BigDecimal(text).stripTrailingZeros().precision() > FLOAT32_DIGITS) {
      throw new NumberFormatException("more digits than float32 has");
    }
    return value;
  }

  private <T> void add(
      Class<T> type, Pattern pattern, String what, Function<String, ? extends T> parse) {
    addDeserializer(type, new Reader<>(type, pattern, what, parse));
  }

  private static final class Reader<T> extends StdScalarDeserializer<T> {

    private static final long serialVersionUID = 1;
    private final transient Pattern pattern;
    private final String what;
    private final transient Function<String, ? extends T> parse;

    Reader(Class<T> type, Pattern pattern, String what, Function<String, ? extends T> parse) {
      super(type);
      this.pattern = pattern;
      this.what = what;
      this.parse = parse;
    }

    @Override
    public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
      String text = json.getText();
      if (pattern.matcher(text).matches()) {
        try {
          return parse.apply(text);
        } catch (NumberFormatException e) {
          // Said below.
        }
      }
      throw JsonMappingException.from(context, "\"" + text + "\" is not " + what);
    }

    @Override
    public T getNullValue(DeserializationContext context) throws JsonMappingException {
      if (_valueClass.isPrimitive()) {
        throw JsonMappingException.from(context, "a number is missing");
      }
      return null;
    }
  }
}
