package io.inmesh.conformance;

import io.inmesh.engine.http.HeaderEditor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Headers that the engine edits, line by line. */
class EngineHeaders implements HeaderEditor {
  private final Map<String, List<String>> lines = new HashMap<>();

  /** All headers as they are read from the wire, several lines of a name joined with a comma. */
  Map<String, String> received() {
    Map<String, String> received = new HashMap<>();
    lines.forEach(
        (name, values) ->
            received.put(name, String.join(",", values.stream().map(String::strip).toList())));
    return received;
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    List<String> values = lines.get(lowerCaseName);
    return values == null ? null : String.join(",", values);
  }

  @Override
  public @Nullable String firstLine(String lowerCaseName) {
    List<String> values = lines.get(lowerCaseName);
    return values == null ? null : values.get(0);
  }

  @Override
  public void setHeader(String lowerCaseName, String value) {
    lines.put(lowerCaseName, new ArrayList<>(List.of(value)));
  }

  @Override
  public void addHeader(String lowerCaseName, String value) {
    lines.computeIfAbsent(lowerCaseName, unused -> new ArrayList<>()).add(value);
  }

  @Override
  public void removeHeader(String lowerCaseName) {
    lines.remove(lowerCaseName);
  }
}
