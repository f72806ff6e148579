package io.inmesh.agent.config;

import io.inmesh.agent.AgentLog;
import io.inmesh.engine.CaptureRules;
import io.inmesh.engine.HttpsHosts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Every setting of the agent, read once at start. Names and defaults are those of the contracts
 * page.
 *
 * @param yields whether a sidecar found in the same pod makes the mesh observe: in a pod, where
 *     nobody has set the mode
 * @param excludeOutbound destinations never captured
 * @param httpsRoutes hosts whose https calls take the routes of their HTTP port
 * @param onDisconnectFail how long the last configuration stays without a control plane; empty
 *     keeps it for ever
 * @param prefetch how many clusters' endpoints are kept beyond those called, at least 0
 * @param localCluster the cluster that this workload is a host of, or empty
 * @param retryBuffer bytes that request bodies held for retries may take in the whole process
 * @param admin empty switches the endpoint off
 * @param telemetry empty switches the endpoint off
 * @param modulesOff names of library modules turned off
 */
public record Settings(
    Mode mode,
    boolean yields,
    InboundSettings inbound,
    boolean outbound,
    Workload workload,
    ControlPlane controlPlane,
    CaptureRules excludeOutbound,
    HttpsHosts httpsRoutes,
    Startup startup,
    Optional<Duration> onDisconnectFail,
    Duration firstUse,
    int prefetch,
    String localCluster,
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
    Workload workload = Workload.read(source);
    return new Settings(
        mode(source.get("mode", "on")),
        inPod && source.get("mode").isEmpty(),
        InboundSettings.read(source, workload),
        source.get("outbound", "on").isOn(),
        workload,
        ControlPlane.read(source),
        excluded(source.get("exclude-outbound", ""), workload),
        httpsRoutes(source.get("https-routes", "")),
        Startup.read(source.get("startup", "wait=10s")),
        onDisconnect(source.get("on-disconnect", "keep")),
        source.get("first-use", "2s").duration(),
        source.get("prefetch", "500").count(),
        source.get("local-cluster", "").value(),
        source.get("retry-buffer", "16m").bytes(),
        source.get("failures", "envoy").is("native", "envoy"),
        source.get("unsupported", "contain").is("nack", "contain"),
        modulesOff(source.get("modules", "")),
        level(source.get("log", "info")),
        source.get("admin", "127.0.0.1:15000").listen(),
        source.get("telemetry", inPod ? "0.0.0.0:15020" : "127.0.0.1:15020").listen());
  }

  private static Mode mode(Setting setting) {
    for (Mode mode : Mode.values()) {
      if (mode.name().equalsIgnoreCase(setting.value())) {
        return mode;
      }
    }
    throw setting.refused("none of on, observe, off");
  }

  private static CaptureRules excluded(Setting setting, Workload workload) {
    List<String> all = excluded(setting, "");
    all.addAll(excluded(workload.traffic("excludeOutboundPorts"), ":"));
    all.addAll(excluded(workload.traffic("excludeOutboundIPRanges"), ""));
    return CaptureRules.of(all);
  }

  /** What a list excludes, refused in its own name. */
  private static List<String> excluded(Setting setting, String prefix) {
    List<String> all = new ArrayList<>();
    for (String item : setting.list()) {
      all.add(prefix + item);
    }
    try {
      CaptureRules.of(all);
      return all;
    } catch (IllegalArgumentException e) {
      throw setting.refused(String.valueOf(e.getMessage()));
    }
  }

  private static HttpsHosts httpsRoutes(Setting setting) {
    try {
      return HttpsHosts.parse(setting.value());
    } catch (IllegalArgumentException e) {
      throw setting.refused(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<Duration> onDisconnect(Setting setting) {
    if (setting.value().equals("keep")) {
      return Optional.empty();
    }
    if (setting.value().startsWith("fail=")) {
      return Optional.of(setting.durationAfter("fail="));
    }
    throw setting.refused("neither keep nor fail=DURATION");
  }

  private static AgentLog.Level level(Setting setting) {
    try {
      return AgentLog.Level.parse(setting.value());
    } catch (IllegalArgumentException e) {
      throw setting.refused("none of error, warn, info, debug, trace");
    }
  }

  private static Set<String> modulesOff(Setting setting) {
    Set<String> off = new LinkedHashSet<>();
    for (String module : setting.list()) {
      if (!module.startsWith("-")) {
        throw setting.refused("not -NAME, which turns a module off");
      }
      off.add(module.substring(1));
    }
    return off;
  }
}
