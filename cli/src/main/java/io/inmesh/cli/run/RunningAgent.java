package io.inmesh.cli.run;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * A JVM in the mesh, as its run file tells.
 *
 * @param workload NAME.NAMESPACE
 * @param admin HOST:PORT, or "off"
 * @param telemetry HOST:PORT, or "off"
 * @param version of the agent
 * @param startedMillis since the epoch
 * @param main class or jar
 */
public record RunningAgent(
    long pid,
    String workload,
    String admin,
    String telemetry,
    String version,
    long startedMillis,
    String main) {

  static RunningAgent read(Properties properties) {
    return new RunningAgent(
        Long.parseLong(properties.getProperty("pid")),
        properties.getProperty("workload", "?"),
        properties.getProperty("admin", "off"),
        properties.getProperty("telemetry", "off"),
        properties.getProperty("version", "?"),
        millis(properties.getProperty("started", "0")),
        properties.getProperty("main", "?"));
  }

  private static long millis(String text) {
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  /** For output in JSON. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("pid", pid);
    map.put("workload", workload);
    map.put("admin", admin);
    map.put("telemetry", telemetry);
    map.put("version", version);
    map.put("started", startedMillis);
    map.put("main", main);
    return map;
  }
}
