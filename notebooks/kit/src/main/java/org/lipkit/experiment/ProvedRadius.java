package org.lipkit.experiment;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;
import org.lipkit.certify.RoundedDown;

/** Writes certified radii: the decimal number in the file is at most what is proved. */
final class ProvedRadius extends JsonSerializer<Number> {

  @Override
  public void serialize(Number radius, JsonGenerator out, SerializerProvider provider)
      throws IOException {
    out.writeNumber(RoundedDown.exact(radius.doubleValue()));
  }
}
