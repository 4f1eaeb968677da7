package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Optimizers by the names that the papers and the run records use. */
public final class Optimizers {

  /** A number at least 0 in a name, as one group. */
  static final String NUMBER = "(\\d+(?:\\.\\d+)?(?:[eE]-?\\d+)?)";

  private static final Pattern SGD = Pattern.compile("(SGD|Nesterov) " + NUMBER);
  private static final Pattern LOOKAHEAD =
      Pattern.compile("Lookahead (\\d{1,6}) " + NUMBER + " (.+)");

  private Optimizers() {}

  /**
   * Finds an optimizer by name.
   *
   * @param name "AdamW" (Adam if the decay is 0), "NAdam", with its momentum "SGD 0.9" or "Nesterov
   *     0.9", or one of these in Lookahead with its steps and share, "Lookahead 6 0.5 NAdam"
   * @param weights the leaf arrays to train
   * @param decay the weight decay, at least 0: decoupled for AdamW and NAdam, L2 for SGD and
   *     Nesterov
   * @return the optimizer at its start
   * @throws IllegalArgumentException if the name is unknown or one of its numbers impossible
   */
  public static Optimizer create(String name, List<NDArray> weights, double decay) {
    Matcher lookahead = LOOKAHEAD.matcher(name);
    if (lookahead.matches()) {
      return new Lookahead(
          create(lookahead.group(3), weights, decay),
          weights,
          Integer.parseInt(lookahead.group(1)),
          Double.parseDouble(lookahead.group(2)));
    }
    Matcher sgd = SGD.matcher(name);
    if (sgd.matches()) {
      double momentum = Double.parseDouble(sgd.group(2));
      return new Sgd(weights, momentum, sgd.group(1).equals("Nesterov"), decay);
    }
    return switch (name) {
      case "AdamW" -> new AdamW(weights, decay);
      case "NAdam" -> new NAdam(weights, decay);
      default ->
          throw new IllegalArgumentException(
              "There is no optimizer \""
                  + name
                  + "\"; use AdamW, NAdam, SGD <momentum>, Nesterov <momentum> or Lookahead <steps>"
                  + " <share> <one of these>.");
    };
  }

  /** The arrays by name: the prefix and their place. */
  static Map<String, NDArray> named(String prefix, List<NDArray> arrays) {
    Map<String, NDArray> named = new LinkedHashMap<>();
    for (NDArray array : arrays) {
      named.put(prefix + named.size(), array);
    }
    return named;
  }

  /** Zeros of the weights' shapes, in the weights' managers. */
  static List<NDArray> zeros(List<NDArray> weights) {
    return weights.stream().map(NDArray::zerosLike).toList();
  }
}
