package io.inmesh.engine;

import io.inmesh.engine.match.Ascii;
import io.inmesh.engine.net.Cidr;
import io.inmesh.engine.net.IpAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which destinations the mesh leaves alone. Loopback literals always are; a name that resolves to
 * loopback is not.
 */
public final class CaptureRules {
  /** Nothing but loopback literals is excluded. */
  public static final CaptureRules ALL = of(List.of());

  private final List<Cidr> prefixes = new ArrayList<>();
  private final Set<String> hosts = new HashSet<>();
  private final List<String> suffixes = new ArrayList<>();
  private final Set<Integer> ports = new HashSet<>();

  private CaptureRules() {}

  /**
   * Parses exclusions.
   *
   * @param exclusions each a CIDR or an ip, a HOST ({@code *.suffix} permitted), or {@code :PORT}
   * @throws IllegalArgumentException naming the entry that is none of these
   */
  public static CaptureRules of(List<String> exclusions) {
    CaptureRules rules = new CaptureRules();
    for (String exclusion : exclusions) {
      String rule = Ascii.lower(exclusion.strip());
      if (rule.isEmpty()) {
        throw new IllegalArgumentException("exclude-outbound: an empty entry");
      } else if (rule.startsWith(":") && IpAddress.parse(rule) == null) {
        rules.ports.add(port(exclusion, rule.substring(1)));
      } else if (rule.indexOf('/') >= 0 || IpAddress.parse(rule) != null) {
        rules.prefixes.add(Cidr.parse(rule));
      } else if (rule.startsWith("*.")) {
        rules.suffixes.add(rule.substring(1));
      } else {
        rules.hosts.add(rule);
      }
    }
    return rules;
  }

  /**
   * Whether a destination is excluded.
   *
   * @param literal the host as an address, null where it is a name
   */
  public boolean excludes(String host, @Nullable IpAddress literal, int port) {
    if (!ports.isEmpty() && ports.contains(port)) {
      return true;
    }
    if (literal != null) {
      for (int i = 0; i < prefixes.size(); i++) {
        if (prefixes.get(i).contains(literal)) {
          return true;
        }
      }
    }
    if (hosts.isEmpty() && suffixes.isEmpty()) {
      return false;
    }
    String name = Ascii.lower(host);
    if (hosts.contains(name)) {
      return true;
    }
    for (int i = 0; i < suffixes.size(); i++) {
      if (name.endsWith(suffixes.get(i))) {
        return true;
      }
    }
    return false;
  }

  private static int port(String exclusion, String digits) {
    try {
      int port = Integer.parseInt(digits);
      if (port > 0 && port < 65536) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("exclude-outbound: not a port: " + exclusion, e);
    }
    throw new IllegalArgumentException("exclude-outbound: not a port: " + exclusion);
  }
}
