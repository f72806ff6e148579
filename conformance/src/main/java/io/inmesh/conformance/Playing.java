package io.inmesh.conformance;

import java.util.ArrayList;
import java.util.List;

/** Compares what was seen of a case with what it expects. */
final class Playing {
  private Playing() {}

  /** How the observations of the steps differ from what they expect. */
  static List<String> differences(VectorCase vector, List<List<Observation>> seen) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < seen.size(); i++) {
      VectorStep step = vector.steps().get(i);
      for (String difference :
          Expectation.differences(vector.toString(), step.expect(), seen.get(i))) {
        all.add((seen.size() > 1 ? "step " + (i + 1) + ": " : "") + difference);
      }
    }
    return all;
  }

  /** How the engine differs from what a case expects. */
  static List<String> differences(VectorCase vector, EngineSide engine) {
    if (vector.rejected().isEmpty()) {
      return differences(vector, engine.play(vector));
    }
    try {
      engine.snapshot(vector, 1);
      return List.of("the resources are accepted");
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage()).contains(vector.rejected())
          ? List.of()
          : List.of("the reason: " + e.getMessage());
    }
  }
}
