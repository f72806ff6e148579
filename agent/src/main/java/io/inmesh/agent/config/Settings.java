package io.inmesh.agent.config;

import io.inmesh.agent.AgentLog;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Every setting of the agent, read once at start. Names and defaults are those of the contracts
 * page.
 *
 * @param excludeOutbound destinations never captured: CIDR, HOST or :PORT
 * @param onDisconnectFail how long the last configuration stays without a control plane; empty
 *     keeps it for ever
 * @param prefetch how many clusters' endpoints are kept beyond those called, at least 0
 * @param retryBuffer bytes that request bodies held for retries may take in the whole process
 * @param admin empty switches the endpoint off
 * @param telemetry empty switches the endpoint off
 * @param modulesOff names of library modules turned off
 */
public record Settings(
    Mode mode,
    boolean inbound,
    boolean outbound,
    Workload workload,
    ControlPlane controlPlane,
    List<String> excludeOutbound,
    Startup startup,
    Optional<Duration> onDisconnectFail,
    Duration firstUse,
    int prefetch,
    long retryBuffer,
    boolean nativeFailures,
    boolean nackUnsupported,
    Set<String> modulesOff,
    AgentLog.Level log,
    Optional<HostPort> admin,
    Optional<HostPort> telemetry) {

  /** Whether the mesh acts. */
  public enum Mode {
    ON,
    /** Decides, counts, explains, changes nothing. */
    OBSERVE,
    OFF
  }

  /** Reads all settings; a value that makes no sense is refused with the setting's name. */
  public static Settings read(SettingsSource source) {
    boolean inPod = source.environment("POD_NAME").isPresent();
    return new Settings(
        one(source, "mode", "on", v -> Mode.valueOf(v.toUpperCase(Locale.ROOT))),
        one(source, "inbound", "on", Settings::onOff),
        one(source, "outbound", "on", Settings::onOff),
        Workload.read(source),
        ControlPlane.read(source),
        list(source.get("exclude-outbound").orElse("")),
        one(source, "startup", "wait=10s", Startup::parse),
        one(source, "on-disconnect", "keep", Settings::onDisconnect),
        one(source, "first-use", "2s", Durations::parse),
        one(source, "prefetch", "500", v -> atLeastZero(Integer.parseInt(v))),
        one(source, "retry-buffer", "16777216", Settings::bytes),
        one(source, "failures", "envoy", v -> choice(v, "native", "envoy")),
        one(source, "unsupported", "contain", v -> choice(v, "nack", "contain")),
        modulesOff(source.get("modules").orElse("")),
        one(source, "log", "info", AgentLog.Level::parse),
        one(source, "admin", "127.0.0.1:15000", Settings::listen),
        one(source, "telemetry", inPod ? "0.0.0.0:15020" : "127.0.0.1:15020", Settings::listen));
  }

  /** Reads one setting; what the reader throws is told with the setting's name. */
  static <T> T one(
      SettingsSource source,
      String name,
      String otherwise,
      java.util.function.Function<String, T> reader) {
    String value = source.get(name).orElse(otherwise);
    try {
      return reader.apply(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "setting " + name + "=" + value + " is refused: " + e.getMessage(), e);
    }
  }

  private static boolean onOff(String value) {
    return choice(value, "on", "off");
  }

  private static boolean choice(String value, String yes, String no) {
    if (value.equals(yes)) {
      return true;
    }
    if (value.equals(no)) {
      return false;
    }
    throw new IllegalArgumentException("it is neither " + yes + " nor " + no);
  }

  private static Optional<Duration> onDisconnect(String value) {
    if (value.equals("keep")) {
      return Optional.empty();
    }
    if (value.startsWith("fail=")) {
      return Optional.of(Durations.parse(value.substring("fail=".length())));
    }
    throw new IllegalArgumentException("it is neither keep nor fail=DURATION");
  }

  private static int atLeastZero(int value) {
    if (value < 0) {
      throw new IllegalArgumentException("it is negative");
    }
    return value;
  }

  private static long bytes(String value) {
    String digits = value.toLowerCase(Locale.ROOT).replace("b", "").trim();
    long unit = 1;
    if (digits.endsWith("k")) {
      unit = 1 << 10;
    } else if (digits.endsWith("m")) {
      unit = 1 << 20;
    }
    return Long.parseLong(unit == 1 ? digits : digits.substring(0, digits.length() - 1).trim())
        * unit;
  }

  private static Optional<HostPort> listen(String value) {
    return value.equals("off") ? Optional.empty() : Optional.of(HostPort.parse(value));
  }

  private static List<String> list(String value) {
    return Stream.of(value.split(",")).map(String::trim).filter(v -> !v.isEmpty()).toList();
  }

  private static Set<String> modulesOff(String value) {
    Set<String> off = new LinkedHashSet<>();
    for (String module : list(value)) {
      if (!module.startsWith("-")) {
        throw new IllegalArgumentException(
            "setting modules=" + value + " is refused: write -NAME to turn a module off");
      }
      off.add(module.substring(1));
    }
    return off;
  }
}
