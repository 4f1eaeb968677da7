package org.lipkit.experiment;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lipkit.data.Dataset;
import org.lipkit.data.Datasets;
import org.lipkit.text.Given;

/**
 * The data of an experiment: a data set of the library by its id, or one's own under a name. In
 * JSON the id alone, or an object with the name and the shapes.
 *
 * @param name the id or the name
 * @param inputs the shapes of one's own data, null for the library's
 * @param own one's own data, null where only their name is known
 */
record DataChoice(String name, Inputs inputs, Dataset own) {

  static DataChoice of(String id) {
    Datasets.standIn(id); // refuses an id that no data set has
    return new DataChoice(id, null, null);
  }

  static DataChoice of(String name, Dataset own) {
    Given.notNull("The name of your data", name);
    Given.notNull("Your data", own);
    Experiment.requireFree(name, "data set", () -> Datasets.standIn(name));
    return new DataChoice(name, Inputs.of(own), own);
  }

  @JsonCreator
  static DataChoice read(JsonNode json) {
    if (json.isTextual()) {
      return of(json.textValue());
    }
    Inputs inputs =
        new Inputs(
            json.required("channels").intValue(),
            json.required("height").intValue(),
            json.required("width").intValue(),
            json.required("classes").intValue());
    return new DataChoice(json.required("name").textValue(), inputs, null);
  }

  @JsonValue
  Object json() {
    if (inputs == null) {
      return name;
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("own", true);
    json.put("channels", inputs.channels());
    json.put("height", inputs.height());
    json.put("width", inputs.width());
    json.put("classes", inputs.classes());
    return json;
  }

  Inputs shapes() {
    return inputs == null ? Inputs.of(Datasets.standIn(name)) : inputs;
  }

  /** Whether drawn pictures would stand there instead of the files that the id means. */
  boolean isStoodInForBy(boolean madeUp) {
    return inputs == null && Datasets.isOfficial(name) && madeUp;
  }

  boolean isHere() {
    return inputs == null || own != null;
  }

  /**
   * The data, or what stands in for official ones.
   *
   * @param madeUp whether to stand in for official data even where their files are here
   */
  Dataset load(boolean madeUp) {
    if (inputs == null) {
      return madeUp ? Datasets.standIn(name) : Datasets.loadOrMadeUp(name);
    }
    if (own == null) {
      throw Absent.refusal(name, "data set");
    }
    return own;
  }
}
