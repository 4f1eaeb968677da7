package org.lipkit.cost;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * A device's published peak.
 *
 * @param device its name
 * @param arithmetic what is counted: dense matrix products of which type
 * @param peakTeraflops 1e12 operations per second; a multiply-add is two operations
 * @param source where its maker says so
 */
public record Accelerator(String device, String arithmetic, double peakTeraflops, String source) {

  private static final String RESOURCE = "accelerators.json";

  /**
   * The devices that come with the library.
   *
   * @return in the order of their peaks
   */
  public static List<Accelerator> published() {
    try (InputStream in = Accelerator.class.getResourceAsStream(RESOURCE)) {
      return List.of(new JsonMapper().readValue(in, Accelerator[].class));
    } catch (IOException e) {
      throw new IllegalStateException("The library's own " + RESOURCE + " cannot be read.", e);
    }
  }
}
