package io.inmesh.agent.telemetry;

import io.inmesh.agent.config.JsonReader;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the app has metrics of its own. Injection makes Prometheus ask the telemetry port instead,
 * and leaves the pod's annotations in {@code ISTIO_PROMETHEUS_ANNOTATIONS}.
 *
 * @param target path and query
 */
public record AppScrape(int port, String target) {
  /** Where Istio's injector leaves the annotations. */
  public static final String VARIABLE = "ISTIO_PROMETHEUS_ANNOTATIONS";

  // Those of Prometheus' own service discovery.
  private static final String DEFAULT_PORT = "80";
  private static final String DEFAULT_PATH = "/metrics";

  /**
   * Reads the variable's value.
   *
   * @return empty where the app is not to be asked
   * @throws IllegalArgumentException where it makes no sense
   */
  public static Optional<AppScrape> parse(String json) {
    Map<String, Object> fields = JsonReader.object(VARIABLE, json);
    if (!text(fields.get("scrape"), "false").equalsIgnoreCase("true")) {
      return Optional.empty();
    }
    String target = text(fields.get("path"), DEFAULT_PATH);
    try {
      return Optional.of(
          new AppScrape(
              Integer.parseInt(text(fields.get("port"), DEFAULT_PORT)),
              target.startsWith("/") ? target : "/" + target));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          VARIABLE + " is not usable: port " + fields.get("port") + " is no number", e);
    }
  }

  private static String text(@Nullable Object value, String otherwise) {
    return value instanceof String text && !text.isEmpty() ? text : otherwise;
  }
}
