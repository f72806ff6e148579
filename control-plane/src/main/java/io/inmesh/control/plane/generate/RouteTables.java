package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.inmesh.control.plane.model.Service;
import io.inmesh.control.plane.model.ServicePort;
import io.inmesh.control.plane.model.VirtualService;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Route tables: by port, or by host and port for sniffed ports with an address of their own. */
final class RouteTables {
  private static final int MAX_DIRECT_BODY = 1 << 20;
  private static final int HTTP_PORT = 80;

  private final NodeScope scope;

  RouteTables(NodeScope scope) {
    this.scope = scope;
  }

  /** The table of a name; an unknown name gives a table without hosts. */
  RouteConfiguration build(String name) {
    int colon = name.lastIndexOf(':');
    try {
      if (colon > 0) {
        return single(name, name.substring(0, colon), Integer.parseInt(name.substring(colon + 1)));
      }
      return name.equals("http_proxy") ? byPort(name, 0) : byPort(name, Integer.parseInt(name));
    } catch (NumberFormatException e) {
      return RouteConfiguration.newBuilder().setName(name).build();
    }
  }

  private RouteConfiguration single(String name, String host, int port) {
    Service service = scope.service(host);
    Map<String, Service> services = scope.httpServices(port);
    if (service == null || !services.containsKey(host)) {
      return RouteConfiguration.newBuilder().setName(name).build();
    }
    VirtualHost.Builder built = host(service, port, services, List.of("*"));
    return table(name).addVirtualHosts(built).build();
  }

  private RouteConfiguration byPort(String name, int port) {
    Map<String, VirtualHost> hosts = new TreeMap<>();
    Set<String> domains = new HashSet<>();
    TreeMap<Integer, Map<String, Service>> ports = new TreeMap<>();
    if (port > 0) {
      ports.put(port, scope.httpServices(port));
    } else {
      allPorts().forEach(number -> ports.put(number, scope.httpServices(number)));
    }
    ports.forEach((number, services) -> addServices(hosts, domains, number, services, port == 0));
    if (port == HTTP_PORT || port == 0) {
      addUnknownHosts(hosts, domains);
    }
    RouteConfiguration.Builder out = table(name).addAllVirtualHosts(hosts.values());
    return out.addVirtualHosts(catchAll()).build();
  }

  private Set<Integer> allPorts() {
    Set<Integer> out = new LinkedHashSet<>();
    for (Service service : scope.services()) {
      for (ServicePort port : service.ports()) {
        if (port.protocol().isHttp()) {
          out.add(port.number());
        }
      }
    }
    return out;
  }

  private void addServices(
      Map<String, VirtualHost> hosts,
      Set<String> domains,
      int port,
      Map<String, Service> services,
      boolean withPort) {
    for (Service service : services.values()) {
      ServicePort found = service.port(port);
      boolean own = found != null && (found.protocol().isHttp() || service.vips().isEmpty());
      if (!own) {
        continue;
      }
      List<String> free = new ArrayList<>();
      for (String domain : domains(service)) {
        String wanted = withPort ? domain + ":" + port : domain;
        // Envoy refuses a domain that occurs twice; the first service keeps it
        if (domains.add(wanted)) {
          free.add(wanted);
        }
      }
      VirtualHost host = host(service, port, services, free).build();
      if (!free.isEmpty() && host.getRoutesCount() > 0) {
        hosts.put(host.getName(), host);
      }
    }
  }

  /** Hosts that only VirtualServices know are routed on port 80, as in istiod. */
  private void addUnknownHosts(Map<String, VirtualHost> hosts, Set<String> domains) {
    Map<String, Service> services = scope.httpServices(HTTP_PORT);
    for (VirtualService vs : scope.virtualServices()) {
      if (vs.http().isEmpty()) {
        continue;
      }
      boolean known =
          vs.hosts().stream()
              .anyMatch(host -> services.values().stream().anyMatch(s -> s.matches(host)));
      List<Route> routes = known ? List.of() : new HttpRoutes(scope, services, HTTP_PORT).of(vs);
      for (String host : vs.hosts()) {
        if (!routes.isEmpty() && domains.add(host)) {
          String name = host + ":" + HTTP_PORT;
          hosts.put(name, virtualHost(name).addDomains(host).addAllRoutes(routes).build());
        }
      }
    }
  }

  private VirtualHost.Builder host(
      Service service, int port, Map<String, Service> services, List<String> domains) {
    HttpRoutes routes = new HttpRoutes(scope, services, port);
    VirtualService vs = virtualService(service);
    List<Route> built = vs == null ? List.of() : routes.of(vs);
    // a VirtualService without a route for this caller leaves the service as it is
    if (built.isEmpty()) {
      built = List.of(routes.plain(service));
    }
    return virtualHost(service.host() + ":" + port).addAllDomains(domains).addAllRoutes(built);
  }

  /** The VirtualService with HTTP routes whose host is most specific. */
  private @Nullable VirtualService virtualService(Service service) {
    VirtualService found = null;
    String by = "";
    for (VirtualService vs : scope.virtualServices()) {
      if (vs.http().isEmpty()) {
        continue;
      }
      for (String host : vs.hosts()) {
        if (service.matches(host) && (found == null || moreSpecific(host, by))) {
          found = vs;
          by = host;
        }
      }
    }
    return found;
  }

  private static boolean moreSpecific(String host, String than) {
    boolean exact = !host.startsWith("*");
    return than.startsWith("*") && (exact || host.length() > than.length());
  }

  /** Every way in which callers may name the service in the Host header. */
  List<String> domains(Service service) {
    List<String> out = new ArrayList<>();
    out.add(service.host());
    out.add(service.host() + ".");
    String domain = scope.node().dnsDomain();
    int dot = domain.indexOf('.');
    String shared = dot < 0 ? "" : domain.substring(dot);
    if (shared.startsWith(".svc.") && service.host().endsWith(shared)) {
      String unique = service.host().substring(0, service.host().length() - shared.length());
      int namespaceDot = unique.lastIndexOf('.');
      if (namespaceDot > 0) {
        if (unique.substring(namespaceDot + 1).equals(domain.substring(0, dot))) {
          out.add(unique.substring(0, namespaceDot));
          out.add(unique + ".svc");
          out.add(unique);
        } else {
          out.add(unique);
          out.add(unique + ".svc");
        }
      }
    }
    out.addAll(service.vips());
    return out;
  }

  private VirtualHost catchAll() {
    boolean refuse = scope.mesh().registryOnly();
    String name = refuse ? "block_all" : "allow_any";
    Route.Builder route = Route.newBuilder().setName(name).setMatch(RouteMatches.of(null));
    if (refuse) {
      route.setDirectResponse(DirectResponseAction.newBuilder().setStatus(502));
    } else {
      RouteAction.Builder action = RouteAction.newBuilder().setCluster(Names.PASSTHROUGH);
      HttpRoutes.timeout(action, null);
      route.setRoute(action);
    }
    return virtualHost(name).addDomains("*").addRoutes(route).build();
  }

  private static RouteConfiguration.Builder table(String name) {
    return RouteConfiguration.newBuilder()
        .setName(name)
        .setValidateClusters(Protos.bool(false))
        .setMaxDirectResponseBodySizeBytes(Protos.uint32(MAX_DIRECT_BODY))
        .setIgnorePortInHostMatching(true);
  }

  private static VirtualHost.Builder virtualHost(String name) {
    return VirtualHost.newBuilder().setName(name).setIncludeRequestAttemptCount(true);
  }
}
