package io.inmesh.benchmarks.path;

import io.inmesh.cli.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Envoy's configuration with a virtual host and a cluster for each service, and Istio's default
 * retry policy. It leaves out what Istio adds (telemetry filters, access log), in Envoy's favour.
 */
final class EnvoyConfig {
  private EnvoyConfig() {}

  static String json(int port, int clusters, int targetPort, EnvoyTls tls) {
    List<Object> hosts = new ArrayList<>();
    List<Object> all = new ArrayList<>();
    for (int i = 0; i < clusters; i++) {
      String service = i == 0 ? "target" : "other-" + i;
      hosts.add(virtualHost(service));
      all.add(cluster(service, targetPort, tls));
    }
    return Json.write(
        Map.of(
            "static_resources",
            Map.of("listeners", List.of(listener(port, hosts, tls)), "clusters", all)));
  }

  private static Object listener(int port, List<Object> virtualHosts, EnvoyTls tls) {
    Object manager =
        EnvoyTls.with(
            tls.forwarding(),
            Map.of(
                "@type",
                "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3"
                    + ".HttpConnectionManager",
                "stat_prefix",
                "bench",
                "route_config",
                Map.of("name", "bench", "virtual_hosts", virtualHosts),
                "http_filters",
                List.of(
                    Map.of(
                        "name",
                        "envoy.filters.http.router",
                        "typed_config",
                        Map.of(
                            "@type",
                            "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router")))));
    return Map.of(
        "name",
        "bench",
        "address",
        address(port),
        "filter_chains",
        List.of(
            EnvoyTls.with(
                tls.downstream(),
                Map.of(
                    "filters",
                    List.of(
                        Map.of(
                            "name",
                            "envoy.filters.network.http_connection_manager",
                            "typed_config",
                            manager))))));
  }

  private static Object virtualHost(String service) {
    String host = Services.host(service);
    return Map.of(
        "name",
        host,
        "domains",
        List.of(host, host + ":*"),
        "routes",
        List.of(
            Map.of(
                "match",
                Map.of("prefix", "/"),
                "route",
                Map.of(
                    "cluster",
                    service,
                    "timeout",
                    "0s",
                    "retry_policy",
                    Map.of(
                        "retry_on",
                        "connect-failure,refused-stream,unavailable,cancelled",
                        "num_retries",
                        2)))));
  }

  private static Object cluster(String service, int port, EnvoyTls tls) {
    Object endpoint = Map.of("endpoint", Map.of("address", address(port)));
    return EnvoyTls.with(
        tls.upstream(),
        Map.of(
            "name",
            service,
            "type",
            "STATIC",
            "connect_timeout",
            "10s",
            "lb_policy",
            "LEAST_REQUEST",
            "load_assignment",
            Map.of(
                "cluster_name",
                service,
                "endpoints",
                List.of(Map.of("lb_endpoints", List.of(endpoint))))));
  }

  private static Object address(int port) {
    return Map.of("socket_address", Map.of("address", "127.0.0.1", "port_value", port));
  }
}
