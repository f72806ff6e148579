package io.inmesh.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The one list of cases in which an engine is known to differ, each with the reason. */
final class Deviations {
  private final Map<String, String> reasons = new LinkedHashMap<>();

  private Deviations() {}

  /** Reads {@code deviations.yaml}: a list of {@code {case: "FILE: NAME", reason: …}}. */
  static Deviations read(Path file) {
    Deviations deviations = new Deviations();
    Object content;
    try {
      content = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (Object entry : content instanceof List<?> list ? list : List.of()) {
      Fields fields = Fields.of("deviations.yaml", entry);
      String reason = fields.text("reason", "");
      if (reason.isEmpty()) {
        throw new IllegalArgumentException("deviations.yaml: an entry without a reason: " + entry);
      }
      deviations.reasons.put(fields.text("case", ""), reason);
      fields.end();
    }
    return deviations;
  }

  boolean contains(VectorCase vector) {
    return reasons.containsKey(vector.toString());
  }

  /** The cases listed, as {@code FILE: NAME}. */
  List<String> cases() {
    return List.copyOf(reasons.keySet());
  }
}
