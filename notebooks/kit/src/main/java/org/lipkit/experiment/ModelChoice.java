package org.lipkit.experiment;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.lipkit.layer.Classifier;
import org.lipkit.model.Models;
import org.lipkit.text.Given;

/**
 * The network of an experiment: one of the library by its name in {@link Models}, or one's own
 * under a name. In JSON the library's name alone, or an object with the name.
 *
 * @param name the name
 * @param isOwn whether it is one's own
 * @param own makes one's own network, null where only its name is known
 */
record ModelChoice(String name, boolean isOwn, Supplier<Classifier> own) {

  static ModelChoice of(String name) {
    return new ModelChoice(Given.notNull("The model's name", name), false, null);
  }

  static ModelChoice of(String name, Supplier<Classifier> own) {
    Given.notNull("The name of your model", name);
    Given.notNull("What makes your model", own);
    Experiment.requireFree(name, "network", () -> Models.create(name, 32, 10, 1));
    return new ModelChoice(name, true, own);
  }

  @JsonCreator
  static ModelChoice read(JsonNode json) {
    return json.isTextual()
        ? of(json.textValue())
        : new ModelChoice(json.required("name").textValue(), true, null);
  }

  @JsonValue
  Object json() {
    if (!isOwn) {
      return name;
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("own", true);
    return json;
  }

  boolean isHere() {
    return !isOwn || own != null;
  }

  Classifier create(Inputs inputs, long seed) {
    if (!isOwn) {
      return Models.create(name, inputs.height(), inputs.classes(), seed);
    }
    if (own == null) {
      throw Absent.refusal(name, "network");
    }
    return own.get();
  }
}
