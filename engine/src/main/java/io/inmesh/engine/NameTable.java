package io.inmesh.engine;

import io.inmesh.engine.cluster.Destination;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.match.Ascii;
import io.inmesh.engine.net.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Host names and their addresses, as the control plane's name discovery sends them. Short names of
 * Kubernetes services are expanded as a pod's resolver would. Immutable.
 */
public final class NameTable {
  /** No names. */
  public static final NameTable EMPTY = new NameTable(Map.of());

  /**
   * One entry of the table.
   *
   * @param host lower-case name; {@code *.} at the start is a wildcard
   * @param ips literals, at least one of them to be of use
   * @param kubernetes whether short names apply
   * @param shortName the service's name, or empty
   * @param namespace its namespace, or empty
   */
  public record Entry(
      String host, List<String> ips, boolean kubernetes, String shortName, String namespace) {
    public Entry {
      host = Ascii.lower(host);
      ips = List.copyOf(ips);
    }
  }

  private final Map<String, List<String>> ips;

  private NameTable(Map<String, List<String>> ips) {
    this.ips = ips;
  }

  /**
   * Builds the table of a workload.
   *
   * @param namespace the workload's own, in which bare service names resolve
   */
  public static NameTable of(List<Entry> entries, String namespace) {
    Map<String, List<String>> table = new HashMap<>(entries.size() * 2);
    for (Entry entry : entries) {
      table.put(entry.host(), entry.ips());
    }
    for (Entry entry : entries) {
      if (entry.kubernetes() && !entry.shortName().isEmpty() && !entry.namespace().isEmpty()) {
        String qualified = entry.shortName() + "." + entry.namespace();
        table.putIfAbsent(qualified, entry.ips());
        table.putIfAbsent(qualified + ".svc", entry.ips());
        if (entry.namespace().equals(namespace)) {
          table.putIfAbsent(entry.shortName(), entry.ips());
        }
      }
    }
    return new NameTable(table);
  }

  /** The addresses of a host; an exact name wins over a wildcard; empty where unknown. */
  public List<String> lookup(String host) {
    if (ips.isEmpty()) {
      return List.of();
    }
    String name = Ascii.lower(host);
    if (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    List<String> found = ips.get(name);
    for (int dot = name.indexOf('.'); found == null && dot >= 0; dot = name.indexOf('.', dot + 1)) {
      found = ips.get("*" + name.substring(dot));
    }
    return found == null ? List.of() : found;
  }

  /** The first address of a host, or null. */
  public @Nullable String firstIp(String host) {
    List<String> found = lookup(host);
    return found.isEmpty() ? null : found.get(0);
  }

  /** Where the app that makes a request connects to. */
  Destination destination(RequestHead head) {
    IpAddress literal = IpAddress.parse(head.host());
    List<String> named = literal == null ? lookup(head.host()) : List.of();
    String ip = named.isEmpty() ? ipOf(head, literal) : null;
    return new Destination(head.host(), ip == null ? named : List.of(ip), head.port());
  }

  /** The ip that a request goes to, or null where only the app's resolver knows it. */
  @Nullable String ipOf(RequestHead head) {
    return ipOf(head, IpAddress.parse(head.host()));
  }

  /**
   * The same.
   *
   * @param literal its host, parsed; null where that is a name
   */
  @Nullable String ipOf(RequestHead head, @Nullable IpAddress literal) {
    String host = head.host();
    if (literal != null) {
      boolean brackets = host.charAt(0) == '[';
      return brackets ? host.substring(1, host.length() - 1) : host;
    }
    String named = firstIp(host);
    return named != null ? named : head.ip();
  }

  /** Number of names, expanded ones included. */
  public int size() {
    return ips.size();
  }
}
