package io.inmesh.agent.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is done with connections that the app accepts.
 *
 * @param on false leaves them all alone
 * @param excludedPorts whose connections are left alone
 * @param plaintextPaths what may be asked for in clear where TLS is required
 * @param captureLoopback whether connections from this machine's loopback are decided about too
 * @param handshakeTimeout from the first byte to the end of the handshake
 * @param handshakeLimit how many connections may be between these two at once
 */
public record InboundSettings(
    boolean on,
    Set<Integer> excludedPorts,
    List<PlaintextPath> plaintextPaths,
    boolean captureLoopback,
    Duration handshakeTimeout,
    int handshakeLimit) {
  /** A path that probes and scrapes ask for. */
  public record PlaintextPath(int port, String path) {}

  public InboundSettings {
    excludedPorts = Set.copyOf(excludedPorts);
    plaintextPaths = List.copyOf(plaintextPaths);
  }

  /**
   * @param workload where its ip is loopback itself, loopback is the network and is captured
   */
  static InboundSettings read(SettingsSource source, Workload workload) {
    boolean local = workload.ip().startsWith("127.") || workload.ip().equals("::1");
    return new InboundSettings(
        source.get("inbound", "on").isOn(),
        excluded(source.get("exclude-inbound-ports", "15020,15021,15090"), workload),
        paths(source.get("plaintext-paths", "")),
        source.get("capture-loopback", local ? "on" : "off").isOn(),
        source.get("handshake-timeout", "10s").duration(),
        source.get("handshake-limit", "1000").count());
  }

  private static Set<Integer> excluded(Setting setting, Workload workload) {
    Set<Integer> ports = new LinkedHashSet<>();
    for (Setting each : List.of(setting, workload.traffic("excludeInboundPorts"))) {
      for (String item : each.list()) {
        ports.add(port(each, item));
      }
    }
    return ports;
  }

  private static List<PlaintextPath> paths(Setting setting) {
    List<PlaintextPath> paths = new ArrayList<>();
    for (String item : setting.list()) {
      int colon = item.indexOf(":/");
      if (colon <= 0) {
        throw setting.refused("not PORT:/path");
      }
      paths.add(
          new PlaintextPath(port(setting, item.substring(0, colon)), item.substring(colon + 1)));
    }
    return paths;
  }

  private static int port(Setting setting, String text) {
    try {
      int port = Integer.parseInt(text);
      if (port > 0 && port < 65536) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw setting.refused("no list of ports: " + text);
    }
    throw setting.refused("no list of ports: " + text);
  }

  /** Whether something may be asked for on this port in clear although TLS is required. */
  public boolean hasPlaintextPath(int port) {
    for (PlaintextPath path : plaintextPaths) {
      if (path.port() == port) {
        return true;
      }
    }
    return false;
  }

  /** Whether this request may be made in clear although TLS is required: probes only read. */
  public boolean allowsInClear(int port, String method, String path) {
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return false;
    }
    for (PlaintextPath allowed : plaintextPaths) {
      if (allowed.port() == port && allowed.path().equals(path)) {
        return true;
      }
    }
    return false;
  }
}
