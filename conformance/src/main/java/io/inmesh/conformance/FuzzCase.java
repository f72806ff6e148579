package io.inmesh.conformance;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration and a request on which the engine and Envoy differ.
 *
 * @param resources as in a vector
 */
record FuzzCase(
    Map<String, @Nullable Object> resources,
    VectorRequest request,
    FuzzTarget.Answer envoy,
    FuzzTarget.Answer engine) {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  /** The case as a vector that says what Envoy does. */
  String toVector(String name) {
    Map<String, Object> expect = new LinkedHashMap<>();
    expect.put("status", envoy.status());
    expect.put("body", envoy.body());
    if (!envoy.headers().isEmpty()) {
      expect.put("headers", envoy.headers());
    }
    Map<String, Object> headers = new LinkedHashMap<>();
    for (VectorRequest.Header header : request.headers()) {
      headers.merge(
          header.name(),
          header.value(),
          (a, b) -> java.util.stream.Stream.of(a, b).flatMap(FuzzCase::values).toList());
    }
    StringBuilder yaml = new StringBuilder("- name: " + name + "\n");
    yaml.append("  resources: ").append(GSON.toJson(resources)).append('\n');
    yaml.append("  request: ")
        .append(GSON.toJson(request.method() + " " + request.authority() + request.target()))
        .append('\n');
    if (!headers.isEmpty()) {
      yaml.append("  headers: ").append(GSON.toJson(headers)).append('\n');
    }
    return yaml.append("  expect: ").append(GSON.toJson(expect)).append('\n').toString();
  }

  private static java.util.stream.Stream<?> values(Object value) {
    return value instanceof java.util.List<?> list
        ? list.stream()
        : java.util.stream.Stream.of(value);
  }

  @Override
  public String toString() {
    return toVector("fuzz") + "  # engine: " + engine + "\n";
  }
}
