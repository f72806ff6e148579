package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.Cluster.DnsPolicy;
import io.inmesh.engine.cluster.Cluster.OriginalDst;
import io.inmesh.engine.cluster.LbPolicy;
import io.inmesh.engine.match.Ascii;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clusters. What is refused leaves the cluster without hosts; TLS that is not there yet is left to
 * the endpoints.
 */
public final class ClusterDecoder implements ResourceDecoder<Cluster> {
  private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final String ORIGINAL_DST_HEADER = "x-envoy-original-dst-host";
  private static final String HTTP_OPTIONS =
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

  private final FieldTable table;
  private final Interner interner;
  private final EndpointDecoder endpoints;

  public ClusterDecoder(FieldTable table, Interner interner) {
    this.table = table;
    this.interner = interner;
    this.endpoints = new EndpointDecoder(table, interner);
  }

  @Override
  public Decoded<Cluster> decode(String name, WireMessage message) {
    Containment containment = new Containment(table, message);
    Cluster.Type type = type(message);
    WireMessage eds = message.message("eds_cluster_config");
    if (type == Cluster.Type.EDS && eds == null) {
      throw new IllegalArgumentException("cannot create an EDS cluster without an EDS config");
    }
    String clusterName = interner.of(message.string("name"));
    checkProvided(clusterName, type, message);
    String serviceName = eds == null ? "" : eds.string("service_name");
    Cluster.Builder out =
        Cluster.builder(clusterName, type)
            .serviceName(serviceName.isEmpty() ? clusterName : interner.of(serviceName))
            .connectTimeout(Matchers.duration(message, "connect_timeout", DEFAULT_CONNECT_TIMEOUT))
            .lbPolicy(lbPolicy(message))
            .circuitBreakers(Limits.circuitBreakers(message, interner))
            .outlierDetection(Limits.outlierDetection(message, httpOptions(message)))
            .healthCheck(HealthChecks.of(message))
            .ignoreHealthOnHostRemoval(message.bool("ignore_health_on_host_removal"))
            .subsets(LbSubsetConfigs.of(message))
            .transportSecurity(
                Transports.of(message, upstreamHttpOptions(message), interner, containment))
            .protocol(protocol(message))
            .services(services(message))
            .originalDst(originalDst(message.message("original_dst_lb_config")))
            .maxStreamDuration(maxStreamDuration(message))
            .unsupported(
                containment.belowExcept(
                    "", "load_assignment", "transport_socket", "transport_socket_matches"));
    common(message.messageOrEmpty("common_lb_config"), out);
    WireMessage assignment = message.message("load_assignment");
    if (assignment != null && type != Cluster.Type.EDS) {
      out.loadAssignment(endpoints.assignment(assignment, containment, "load_assignment"));
    }
    if (type == Cluster.Type.STRICT_DNS || type == Cluster.Type.LOGICAL_DNS) {
      out.dns(dns(message));
    }
    return new Decoded<>(out.build(), containment.findings());
  }

  private static DnsPolicy dns(WireMessage message) {
    DnsPolicy standard = DnsPolicy.DEFAULT;
    Duration rate = Matchers.duration(message, "dns_refresh_rate", standard.rate());
    WireMessage failures = message.message("dns_failure_refresh_rate");
    Duration base = failures == null ? rate : Matchers.duration(failures, "base_interval", rate);
    Duration max =
        failures == null
            ? rate
            : Matchers.duration(failures, "max_interval", base.multipliedBy(10));
    return new DnsPolicy(
        rate,
        base,
        max,
        Matchers.duration(message, "dns_jitter", standard.jitter()),
        DnsPolicy.LookupFamily.valueOf(message.enumName("dns_lookup_family")));
  }

  // Only a cluster of the original destination brings a load balancer of its own.
  private static void checkProvided(String name, Cluster.Type type, WireMessage message) {
    String policy = message.enumName("lb_policy");
    boolean provided = policy.equals("CLUSTER_PROVIDED");
    if (type == Cluster.Type.ORIGINAL_DST) {
      if (!provided) {
        throw new IllegalArgumentException(
            "cluster: LB policy "
                + policy
                + " is not valid for Cluster type ORIGINAL_DST. Only 'CLUSTER_PROVIDED' is allowed"
                + " with cluster type 'ORIGINAL_DST'");
      }
      if (message.has("load_assignment")) {
        throw new IllegalArgumentException(
            "ORIGINAL_DST clusters must have no load assignment configured");
      }
    } else if (provided && !message.has("cluster_type")) {
      throw new IllegalArgumentException(
          "cluster manager: cluster provided LB specified but cluster '"
              + name
              + "' did not provide one. Check cluster documentation.");
    }
    if (provided && message.has("lb_subset_config")) {
      throw new IllegalArgumentException(
          "cluster: LB policy CLUSTER_PROVIDED cannot be combined with lb_subset_config");
    }
  }

  private static OriginalDst originalDst(@Nullable WireMessage message) {
    if (message == null) {
      return OriginalDst.DEFAULT;
    }
    String header = message.string("http_header_name");
    boolean used = message.bool("use_http_header");
    if (!used && !header.isEmpty()) {
      throw new IllegalArgumentException(
          "ORIGINAL_DST cluster: invalid config http_header_name="
              + header
              + " and use_http_header is false. Set use_http_header to true if http_header_name is"
              + " desired.");
    }
    String name = header.isEmpty() ? ORIGINAL_DST_HEADER : Ascii.lower(header);
    return new OriginalDst(
        used ? name : "",
        (int) message.wrappedNumber("upstream_port_override", OriginalDst.ANY_PORT));
  }

  private static Cluster.Type type(WireMessage message) {
    if (message.which("cluster_discovery_type").equals("cluster_type")) {
      // Refused as a whole; a cluster without hosts needs no discovery.
      return Cluster.Type.STATIC;
    }
    return switch (message.enumName("type")) {
      case "EDS" -> Cluster.Type.EDS;
      case "STRICT_DNS" -> Cluster.Type.STRICT_DNS;
      case "LOGICAL_DNS" -> Cluster.Type.LOGICAL_DNS;
      case "ORIGINAL_DST" -> Cluster.Type.ORIGINAL_DST;
      default -> Cluster.Type.STATIC;
    };
  }

  private static LbPolicy lbPolicy(WireMessage message) {
    switch (message.enumName("lb_policy")) {
      case "LEAST_REQUEST":
        if (!message.has("least_request_lb_config")) {
          return LbPolicy.LeastRequest.DEFAULT;
        }
        WireMessage least = message.messageOrEmpty("least_request_lb_config");
        WireMessage bias = least.message("active_request_bias");
        return new LbPolicy.LeastRequest(
            (int) Math.min(least.wrappedNumber("choice_count", 2), Integer.MAX_VALUE),
            bias == null ? 1.0 : bias.real("default_value"),
            false,
            slowStart(least.message("slow_start_config")));
      case "RANDOM":
        return new LbPolicy.RandomChoice();
      case "RING_HASH":
        WireMessage ring = message.messageOrEmpty("ring_hash_lb_config");
        return new LbPolicy.RingHash(
            ring.wrappedNumber("minimum_ring_size", 1024),
            ring.wrappedNumber("maximum_ring_size", 8L * 1024 * 1024),
            ring.enumName("hash_function").equals("MURMUR_HASH_2"),
            hashHostname(message),
            balanceFactor(message));
      case "MAGLEV":
        return new LbPolicy.Maglev(
            message.messageOrEmpty("maglev_lb_config").wrappedNumber("table_size", 65537),
            hashHostname(message),
            balanceFactor(message));
      case "CLUSTER_PROVIDED":
        return new LbPolicy.ClusterProvided();
      case "LOAD_BALANCING_POLICY_CONFIG":
        return LbPolicy.LeastRequest.DEFAULT;
      default:
        return new LbPolicy.RoundRobin(
            slowStart(
                message.messageOrEmpty("round_robin_lb_config").message("slow_start_config")));
    }
  }

  private static WireMessage consistent(WireMessage message) {
    return message
        .messageOrEmpty("common_lb_config")
        .messageOrEmpty("consistent_hashing_lb_config");
  }

  private static boolean hashHostname(WireMessage message) {
    return consistent(message).bool("use_hostname_for_hashing");
  }

  private static int balanceFactor(WireMessage message) {
    if (!consistent(message).has("hash_balance_factor")) {
      return 0;
    }
    long factor = consistent(message).wrappedNumber("hash_balance_factor", 0);
    if (factor < 100) {
      throw new IllegalArgumentException(
          "ConsistentHashingLbConfig.hash_balance_factor: value must be greater than or equal to"
              + " 100: "
              + factor);
    }
    return (int) Math.min(factor, Integer.MAX_VALUE);
  }

  private static LbPolicy.@Nullable SlowStart slowStart(@Nullable WireMessage config) {
    if (config == null || !config.has("slow_start_window")) {
      return null;
    }
    WireMessage aggression = config.message("aggression");
    WireMessage least = config.message("min_weight_percent");
    return new LbPolicy.SlowStart(
        Matchers.duration(config, "slow_start_window", Duration.ZERO),
        aggression == null ? 1.0 : aggression.real("default_value"),
        least == null ? 10 : least.real("value"));
  }

  private static void common(WireMessage common, Cluster.Builder out) {
    WireMessage panic = common.message("healthy_panic_threshold");
    if (panic != null) {
      out.panicThreshold(panic.real("value"));
    }
    out.ignoreNewHostsUntilFirstCheck(common.bool("ignore_new_hosts_until_first_hc"));
    switch (common.which("locality_config_specifier")) {
      case "locality_weighted_lb_config" -> out.localityWeighted(true);
      case "zone_aware_lb_config" -> {
        WireMessage zone = common.messageOrEmpty("zone_aware_lb_config");
        WireMessage enabled = zone.message("routing_enabled");
        out.failTrafficOnPanic(zone.bool("fail_traffic_on_panic"));
        out.zoneAware(
            new Cluster.ZoneAware(
                enabled == null ? 100 : enabled.real("value"),
                zone.wrappedNumber("min_cluster_size", 6)));
      }
      default -> {
        // Neither is Envoy's default too.
      }
    }
  }

  private static Cluster.Protocol protocol(WireMessage message) {
    if (message.has("http2_protocol_options")) {
      return Cluster.Protocol.HTTP2;
    }
    WireMessage options = httpOptions(message);
    if (options == null) {
      return Cluster.Protocol.HTTP1;
    }
    switch (options.which("upstream_protocol_options")) {
      case "explicit_http_config":
        boolean two = options.messageOrEmpty("explicit_http_config").has("http2_protocol_options");
        return two ? Cluster.Protocol.HTTP2 : Cluster.Protocol.HTTP1;
      case "use_downstream_protocol_config":
        return Cluster.Protocol.USE_DOWNSTREAM;
      case "auto_config":
        return Cluster.Protocol.AUTO;
      default:
        return Cluster.Protocol.HTTP1;
    }
  }

  private static Duration maxStreamDuration(WireMessage message) {
    WireMessage options = httpOptions(message);
    return options == null
        ? Duration.ZERO
        : Matchers.duration(
            options.messageOrEmpty("common_http_protocol_options"),
            "max_stream_duration",
            Duration.ZERO);
  }

  /** Where the extension is given, Envoy reads the cluster's own field no more. */
  private static WireMessage upstreamHttpOptions(WireMessage message) {
    WireMessage options = httpOptions(message);
    return (options == null ? message : options).messageOrEmpty("upstream_http_protocol_options");
  }

  private static @Nullable WireMessage httpOptions(WireMessage message) {
    WireMessage any = message.map("typed_extension_protocol_options").get(HTTP_OPTIONS);
    return any != null && any.anyType().equals(HTTP_OPTIONS) ? any.anyContent() : null;
  }

  private List<Cluster.Service> services(WireMessage message) {
    WireMessage istio = message.messageOrEmpty("metadata").map("filter_metadata").get("istio");
    List<Cluster.Service> out = new ArrayList<>(1);
    if (istio != null) {
      for (WireMessage service : Structs.structs(istio, "services")) {
        out.add(
            new Cluster.Service(
                interner.of(Structs.text(service, "host")),
                interner.of(Structs.text(service, "name")),
                interner.of(Structs.text(service, "namespace"))));
      }
    }
    return out;
  }
}
