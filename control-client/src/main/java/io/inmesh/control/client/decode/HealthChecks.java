package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.cluster.HealthCheck;
import io.inmesh.engine.cluster.HealthCheckTarget;
import io.inmesh.engine.cluster.HealthProbe;
import io.inmesh.engine.cluster.Payload;
import io.inmesh.engine.match.StringMatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The active health checks of a cluster and of its endpoints. */
final class HealthChecks {
  private static final String MESSAGE = "HealthCheck.";

  private HealthChecks() {}

  /** Null where hosts are not checked, or in a way that is not known here. */
  static @Nullable HealthCheck of(WireMessage cluster) {
    List<WireMessage> all = cluster.messages("health_checks");
    if (all.isEmpty()) {
      return null;
    }
    if (all.size() > 1) {
      throw new IllegalArgumentException("Multiple health checks not supported");
    }
    WireMessage check = all.get(0);
    HealthProbe probe = probe(check);
    if (probe == null) {
      return null;
    }
    Duration interval = required(check, "interval");
    Duration noTraffic =
        Matchers.duration(check, "no_traffic_interval", HealthCheck.DEFAULT_NO_TRAFFIC_INTERVAL);
    Duration unhealthy = Matchers.duration(check, "unhealthy_interval", interval);
    return new HealthCheck(
        required(check, "timeout"),
        interval,
        Matchers.duration(check, "initial_jitter", Duration.ZERO),
        Matchers.duration(check, "interval_jitter", Duration.ZERO),
        (int) Math.min(check.number("interval_jitter_percent"), Integer.MAX_VALUE),
        threshold(check, "unhealthy_threshold"),
        threshold(check, "healthy_threshold"),
        check.wrappedBool("reuse_connection", true),
        noTraffic,
        Matchers.duration(check, "no_traffic_healthy_interval", noTraffic),
        unhealthy,
        Matchers.duration(check, "unhealthy_edge_interval", unhealthy),
        Matchers.duration(check, "healthy_edge_interval", interval),
        probe);
  }

  /** Where the checks of an endpoint go. */
  static HealthCheckTarget target(WireMessage endpoint, Interner interner) {
    WireMessage config = endpoint.message("health_check_config");
    if (config == null) {
      return HealthCheckTarget.SAME;
    }
    WireMessage address = config.messageOrEmpty("address").messageOrEmpty("socket_address");
    long port = config.number("port_value");
    return new HealthCheckTarget(
        interner.of(address.string("address")),
        (int) (port == 0 ? address.number("port_value") : port),
        interner.of(config.string("hostname")),
        config.bool("disable_active_health_check"));
  }

  private static Duration required(WireMessage check, String field) {
    Duration value = Matchers.duration(check, field);
    if (value == null) {
      throw new IllegalArgumentException(MESSAGE + field + ": value is required");
    }
    return value;
  }

  private static int threshold(WireMessage check, String field) {
    if (!check.has(field)) {
      throw new IllegalArgumentException(MESSAGE + field + ": value is required");
    }
    return (int) Math.min(check.wrappedNumber(field, 0), Integer.MAX_VALUE);
  }

  private static @Nullable HealthProbe probe(WireMessage check) {
    switch (check.which("health_checker")) {
      case "http_health_check":
        return http(check.messageOrEmpty("http_health_check"));
      case "tcp_health_check":
        WireMessage tcp = check.messageOrEmpty("tcp_health_check");
        return new HealthProbe.Tcp(payload(tcp.message("send")), payloads(tcp.messages("receive")));
      case "grpc_health_check":
        WireMessage grpc = check.messageOrEmpty("grpc_health_check");
        return new HealthProbe.Grpc(
            grpc.string("service_name"),
            grpc.string("authority"),
            Mutations.adds(grpc.messages("initial_metadata")));
      case "custom_health_check":
        return null;
      default:
        throw new IllegalArgumentException(MESSAGE + "health_checker: is required");
    }
  }

  private static @Nullable HealthProbe http(WireMessage http) {
    String codec = http.enumName("codec_client_type");
    if (codec.equals("HTTP3")) {
      return null;
    }
    String method = http.enumName("method");
    WireMessage service = http.message("service_name_matcher");
    StringMatcher matcher = service == null ? null : Matchers.string(service);
    return new HealthProbe.Http(
        method.equals("METHOD_UNSPECIFIED") ? "GET" : method,
        http.string("host"),
        http.string("path"),
        Mutations.request(http),
        statuses(http.messages("expected_statuses")),
        statuses(http.messages("retriable_statuses")),
        payload(http.message("send")),
        payloads(http.messages("receive")),
        http.wrappedNumber("response_buffer_size", HealthProbe.DEFAULT_BUFFER_SIZE),
        codec.equals("HTTP2"),
        matcher);
  }

  private static List<HealthProbe.Statuses> statuses(List<WireMessage> ranges) {
    List<HealthProbe.Statuses> out = new ArrayList<>(ranges.size());
    for (WireMessage range : ranges) {
      out.add(new HealthProbe.Statuses(range.number("start"), range.number("end")));
    }
    return out;
  }

  private static List<Payload> payloads(List<WireMessage> all) {
    List<Payload> out = new ArrayList<>(all.size());
    for (WireMessage one : all) {
      out.add(payload(one));
    }
    return out;
  }

  private static Payload payload(@Nullable WireMessage payload) {
    if (payload == null) {
      return Payload.NONE;
    }
    return switch (payload.which("payload")) {
      case "text" -> Payload.hex(payload.string("text"));
      case "binary" -> Payload.of(payload.bytes("binary"));
      default -> throw new IllegalArgumentException(MESSAGE + "Payload.payload: is required");
    };
  }
}
