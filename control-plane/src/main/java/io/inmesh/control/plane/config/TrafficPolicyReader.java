package io.inmesh.control.plane.config;

import io.inmesh.control.plane.model.TrafficPolicy;
import io.inmesh.control.plane.model.TrafficPolicy.ClientTls;
import io.inmesh.control.plane.model.TrafficPolicy.ConnectionPool;
import io.inmesh.control.plane.model.TrafficPolicy.ConsistentHash;
import io.inmesh.control.plane.model.TrafficPolicy.Distribute;
import io.inmesh.control.plane.model.TrafficPolicy.Failover;
import io.inmesh.control.plane.model.TrafficPolicy.HttpCookie;
import io.inmesh.control.plane.model.TrafficPolicy.LoadBalancer;
import io.inmesh.control.plane.model.TrafficPolicy.LocalityLb;
import io.inmesh.control.plane.model.TrafficPolicy.OutlierDetection;
import io.inmesh.control.plane.model.TrafficPolicy.Simple;
import io.inmesh.control.plane.model.TrafficPolicy.TcpKeepalive;
import io.inmesh.control.plane.model.TrafficPolicy.Upgrade;
import io.inmesh.control.plane.model.TrafficPolicy.Warmup;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a TrafficPolicy and its parts. */
final class TrafficPolicyReader {
  private TrafficPolicyReader() {}

  static TrafficPolicy read(Fields fields) {
    Map<Integer, TrafficPolicy> ports = new LinkedHashMap<>();
    fields.list(
        "portLevelSettings",
        level -> {
          Integer port = level.object("port", p -> p.integer("number", 0, 1, 65535));
          if (port == null || port == 0) {
            level.error("port", "port.number is required");
          }
          TrafficPolicy policy = parts(level, Map.of());
          return ports.put(port == null ? 0 : port, policy) == null;
        });
    fields.notUsedYet("tunnel", "proxyProtocol", "retryBudget");
    return parts(fields, Map.copyOf(ports));
  }

  private static TrafficPolicy parts(Fields fields, Map<Integer, TrafficPolicy> ports) {
    return new TrafficPolicy(
        fields.object("loadBalancer", TrafficPolicyReader::loadBalancer),
        fields.object("connectionPool", TrafficPolicyReader::connectionPool),
        fields.object("outlierDetection", TrafficPolicyReader::outlierDetection),
        fields.object("tls", TrafficPolicyReader::tls),
        ports);
  }

  private static LoadBalancer loadBalancer(Fields fields) {
    Simple simple = fields.choice("simple", Simple.class, Simple.UNSPECIFIED);
    ConsistentHash hash = fields.object("consistentHash", TrafficPolicyReader::consistentHash);
    if (hash != null && fields.has("simple")) {
      fields.error("consistentHash", "cannot be given with simple");
    }
    Warmup warmup =
        fields.object(
            "warmup",
            w -> {
              Duration duration = w.duration("duration");
              if (duration == null) {
                w.error("duration", "is required");
              }
              return new Warmup(
                  duration == null ? Duration.ZERO : duration,
                  w.decimal("minimumPercent", 10, 0, 100),
                  w.decimal("aggression", 1, 1, Double.MAX_VALUE));
            });
    Duration old = fields.duration("warmupDurationSecs");
    if (warmup == null && old != null) {
      warmup = new Warmup(old, 10, 1);
    }
    return new LoadBalancer(
        simple, hash, fields.object("localityLbSetting", TrafficPolicyReader::localityLb), warmup);
  }

  private static ConsistentHash consistentHash(Fields fields) {
    HttpCookie cookie =
        fields.object(
            "httpCookie",
            c -> {
              c.notUsedYet("attributes");
              return new HttpCookie(c.requiredString("name"), c.string("path"), c.duration("ttl"));
            });
    String header = fields.string("httpHeaderName");
    String query = fields.string("httpQueryParameterName");
    boolean sourceIp = fields.bool("useSourceIp", false);
    int keys =
        (header.isEmpty() ? 0 : 1)
            + (query.isEmpty() ? 0 : 1)
            + (cookie == null ? 0 : 1)
            + (sourceIp ? 1 : 0);
    if (keys != 1) {
      fields.error(
          "",
          "exactly one of httpHeaderName, httpCookie, useSourceIp and httpQueryParameterName is"
              + " required");
    }
    Integer ring =
        fields.object("ringHash", r -> r.integer("minimumRingSize", 0, 0, Integer.MAX_VALUE));
    int oldRing = fields.integer("minimumRingSize", 0, 0, Integer.MAX_VALUE);
    Integer table = fields.object("maglev", m -> m.integer("tableSize", 0, 0, Integer.MAX_VALUE));
    return new ConsistentHash(
        header,
        cookie,
        sourceIp,
        query,
        ring == null ? oldRing : ring,
        table != null,
        table == null ? 0 : table);
  }

  static LocalityLb localityLb(Fields fields) {
    List<Distribute> distribute =
        fields.list(
            "distribute", d -> new Distribute(d.string("from"), Map.copyOf(d.percentMap("to"))));
    for (Distribute rule : distribute) {
      int total = rule.to().values().stream().mapToInt(Integer::intValue).sum();
      if (total != 100) {
        fields.error("distribute", "the shares from " + rule.from() + " add up to " + total);
      }
    }
    List<Failover> failover =
        fields.list("failover", f -> new Failover(f.string("from"), f.string("to")));
    List<String> priority = fields.strings("failoverPriority");
    if (!distribute.isEmpty() && (!failover.isEmpty() || !priority.isEmpty())) {
      fields.error("distribute", "cannot be given with failover or failoverPriority");
    }
    return new LocalityLb(fields.boolOrNull("enabled"), distribute, failover, priority);
  }

  private static ConnectionPool connectionPool(Fields fields) {
    boolean[] http = new boolean[1];
    Tcp tcp = fields.object("tcp", TrafficPolicyReader::tcp);
    Tcp limits = tcp == null ? new Tcp(0, null, null, null, null) : tcp;
    ConnectionPool pool =
        fields.object(
            "http",
            h -> {
              http[0] = true;
              return new ConnectionPool(
                  limits.maxConnections,
                  limits.connectTimeout,
                  limits.keepalive,
                  limits.maxDuration,
                  limits.idleTimeout,
                  true,
                  count(h, "http1MaxPendingRequests"),
                  count(h, "http2MaxRequests"),
                  count(h, "maxRequestsPerConnection"),
                  count(h, "maxRetries"),
                  h.duration("idleTimeout"),
                  h.choice("h2UpgradePolicy", Upgrade.class, Upgrade.DEFAULT),
                  h.bool("useClientProtocol", false),
                  count(h, "maxConcurrentStreams"));
            });
    return pool != null
        ? pool
        : new ConnectionPool(
            limits.maxConnections,
            limits.connectTimeout,
            limits.keepalive,
            limits.maxDuration,
            limits.idleTimeout,
            false,
            0,
            0,
            0,
            0,
            null,
            Upgrade.DEFAULT,
            false,
            0);
  }

  private record Tcp(
      int maxConnections,
      @org.jspecify.annotations.Nullable Duration connectTimeout,
      @org.jspecify.annotations.Nullable TcpKeepalive keepalive,
      @org.jspecify.annotations.Nullable Duration maxDuration,
      @org.jspecify.annotations.Nullable Duration idleTimeout) {}

  private static Tcp tcp(Fields fields) {
    return new Tcp(
        count(fields, "maxConnections"),
        fields.duration("connectTimeout"),
        fields.object(
            "tcpKeepalive",
            k -> new TcpKeepalive(count(k, "probes"), k.duration("time"), k.duration("interval"))),
        fields.duration("maxConnectionDuration"),
        fields.duration("idleTimeout"));
  }

  private static int count(Fields fields, String name) {
    return fields.integer(name, 0, 0, Integer.MAX_VALUE);
  }

  private static OutlierDetection outlierDetection(Fields fields) {
    fields.ignore("consecutiveErrors");
    return new OutlierDetection(
        fields.integerOrNull("consecutive5xxErrors"),
        fields.integerOrNull("consecutiveGatewayErrors"),
        fields.integerOrNull("consecutiveLocalOriginFailures"),
        fields.bool("splitExternalLocalOriginErrors", false),
        fields.duration("interval"),
        fields.duration("baseEjectionTime"),
        fields.integer("maxEjectionPercent", 0, 0, 100),
        fields.integer("minHealthPercent", 0, 0, 100));
  }

  private static ClientTls tls(Fields fields) {
    ClientTls.Mode mode = fields.choice("mode", ClientTls.Mode.class, ClientTls.Mode.DISABLE);
    ClientTls tls =
        new ClientTls(
            mode,
            fields.string("clientCertificate"),
            fields.string("privateKey"),
            fields.string("caCertificates"),
            fields.string("credentialName"),
            fields.string("sni"),
            fields.strings("subjectAltNames"),
            fields.bool("insecureSkipVerify", false));
    fields.notUsedYet("caCrl");
    if (!tls.credentialName().isEmpty()) {
      // istiod's sidecars would call in clear here
      fields.error(
          "credentialName",
          "secrets are not served to workloads; name files by clientCertificate, privateKey and"
              + " caCertificates");
    }
    if (mode == ClientTls.Mode.ISTIO_MUTUAL
        && !(tls.clientCertificate().isEmpty()
            && tls.privateKey().isEmpty()
            && tls.caCertificates().isEmpty())) {
      fields.error(
          "mode", "ISTIO_MUTUAL uses the workload's own certificate; no files can be given");
    }
    if (mode == ClientTls.Mode.MUTUAL
        && tls.credentialName().isEmpty()
        && (tls.clientCertificate().isEmpty() || tls.privateKey().isEmpty())) {
      fields.error("clientCertificate", "MUTUAL needs clientCertificate and privateKey");
    }
    return tls;
  }
}
