package io.inmesh.upstream;

import io.inmesh.engine.cluster.Cluster.DnsPolicy.LookupFamily;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/** Which addresses of a name count, by Envoy's {@code dns_lookup_family}. */
final class Families {
  private Families() {}

  static List<String> select(LookupFamily family, List<InetAddress> addresses) {
    return switch (family) {
      case ALL -> text(addresses);
      case V4_ONLY -> of(addresses, false);
      case V6_ONLY -> of(addresses, true);
      case AUTO -> orElse(of(addresses, true), of(addresses, false));
      case V4_PREFERRED -> orElse(of(addresses, false), of(addresses, true));
    };
  }

  private static List<String> orElse(List<String> preferred, List<String> other) {
    return preferred.isEmpty() ? other : preferred;
  }

  private static List<String> of(List<InetAddress> addresses, boolean v6) {
    return text(addresses.stream().filter(a -> a instanceof Inet6Address == v6).toList());
  }

  // Without the zone, which a literal of another host does not have.
  private static List<String> text(List<InetAddress> addresses) {
    return addresses.stream().map(a -> a.getHostAddress().replaceFirst("%.*", "")).toList();
  }
}
