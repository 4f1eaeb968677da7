package org.lipkit.onnx;

import java.util.Arrays;
import org.lipkit.text.Text;

/** A network that cannot be read, with one sentence that says why and what to do. */
final class Refusal extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  /** A format of the sentence without its end, and what stands in it; arrays are written out. */
  Refusal(String format, Object... parts) {
    super(Text.of(format, Arrays.stream(parts).map(Refusal::text).toArray()));
  }

  private static Object text(Object part) {
    return part instanceof long[] numbers ? Arrays.toString(numbers) : part;
  }
}
