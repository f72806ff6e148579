package io.inmesh.engine;

import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.match.Ascii;
import io.inmesh.engine.route.VirtualHost;
import io.inmesh.engine.trace.Trace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The routes that https calls to the hosts of the setting {@code https-routes} take: those of the
 * lowest HTTP port that has a virtual host for the name. Found when a snapshot is built, asked
 * without allocation. Immutable.
 */
final class HttpsRoutes {
  private static final HttpsRoutes NONE = new HttpsRoutes(HttpsHosts.NONE, Map.of());

  private final HttpsHosts hosts;
  private final Map<String, HttpPort> byHost;

  private record HttpPort(int number, HttpRoutes routes) {}

  private HttpsRoutes(HttpsHosts hosts, Map<String, HttpPort> byHost) {
    this.hosts = hosts;
    this.byHost = byHost;
  }

  /** Those of a snapshot whose connection managers are resolved. */
  static HttpsRoutes of(HttpsHosts hosts, MeshSnapshot snapshot) {
    if (hosts.names().isEmpty()) {
      return NONE;
    }
    List<HttpPort> ports = httpPorts(snapshot);
    ServicePorts services = new ServicePorts(snapshot.clusters());
    Map<String, HttpPort> byHost = new HashMap<>();
    for (String host : hosts.names()) {
      HttpPort lowest = lowest(host, ports, services);
      if (lowest != null) {
        byHost.put(host, lowest);
      }
    }
    return new HttpsRoutes(hosts, byHost);
  }

  /** The routes of a request, or null where it is not over https or its host has none. */
  @Nullable HttpRoutes of(RequestHead head, Trace trace) {
    if (this == NONE || !head.scheme().equals("https")) {
      return null;
    }
    String host = Ascii.lower(head.host());
    HttpPort port = byHost.get(host);
    if (trace.on() && hosts.names().contains(host)) {
      trace.add(
          "https-routes",
          host,
          port == null
              ? "no HTTP port has a virtual host for it"
              : "the routes of its HTTP port " + port.number() + " decide");
    }
    return port == null ? null : port.routes();
  }

  private static List<HttpPort> httpPorts(MeshSnapshot snapshot) {
    List<HttpPort> ports = new ArrayList<>();
    for (Listener listener : snapshot.listeners()) {
      if (listener.direction() != Listener.Direction.INBOUND) {
        for (FilterChain chain : listener.chains()) {
          if (chain.action() instanceof HttpConnectionManager manager) {
            ports.add(new HttpPort(listener.port(), snapshot.routesOf(manager)));
          }
        }
      }
    }
    ports.sort(Comparator.comparingInt(HttpPort::number));
    return ports;
  }

  private static @Nullable HttpPort lowest(
      String host, List<HttpPort> ports, ServicePorts services) {
    for (HttpPort port : ports) {
      VirtualHost found = port.routes().virtualHost(host);
      // That of any host is nobody's own.
      if (found != null && !found.domains().contains("*")) {
        return new HttpPort(port.number(), port.routes().over(new OwnTls(found, services)));
      }
    }
    return null;
  }
}
