package io.inmesh.engine.cluster;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as configured. Immutable.
 *
 * @param serviceName the name of the endpoints' resource
 * @param panicThreshold percent of healthy hosts below which health is ignored; 0 turns panic off
 * @param localityWeighted whether the weights of localities count
 * @param loadAssignment the endpoints of a STATIC or DNS cluster; null for the others
 * @param outlierDetection null is off
 * @param healthCheck null is off
 * @param ignoreNewHostsUntilFirstCheck whether hosts do not count before their first health check
 * @param ignoreHealthOnHostRemoval whether hosts that discovery removes go although they are
 *     healthy
 * @param subsets null is none
 * @param services Istio's names of the services behind it, hosts first
 * @param originalDst where an ORIGINAL_DST cluster goes
 * @param maxStreamDuration of one try, its response included; 0 is none
 * @param unsupported path of a field that is not supported: the cluster has no hosts; else null
 */
public record Cluster(
    String name,
    Type type,
    String serviceName,
    LbPolicy lbPolicy,
    Duration connectTimeout,
    double panicThreshold,
    boolean failTrafficOnPanic,
    boolean localityWeighted,
    ZoneAware zoneAware,
    CircuitBreakers circuitBreakers,
    @Nullable OutlierDetection outlierDetection,
    @Nullable HealthCheck healthCheck,
    boolean ignoreNewHostsUntilFirstCheck,
    boolean ignoreHealthOnHostRemoval,
    @Nullable LbSubsets subsets,
    TransportSecurity transportSecurity,
    Protocol protocol,
    DnsPolicy dns,
    @Nullable ClusterLoadAssignment loadAssignment,
    List<Service> services,
    OriginalDst originalDst,
    Duration maxStreamDuration,
    @Nullable String unsupported) {
  /** Where endpoints come from. */
  public enum Type {
    EDS,
    STATIC,
    STRICT_DNS,
    LOGICAL_DNS,
    ORIGINAL_DST
  }

  /** Which HTTP version goes upstream. */
  public enum Protocol {
    HTTP1,
    HTTP2,
    /** The caller's. */
    USE_DOWNSTREAM,
    /** By ALPN. */
    AUTO
  }

  /**
   * Zone-aware routing, which a {@link LocalCluster} turns on.
   *
   * @param routingEnabledPercent of the requests take part
   * @param minClusterSize zones do not matter where fewer hosts are healthy
   */
  public record ZoneAware(double routingEnabledPercent, long minClusterSize) {
    /** Envoy's defaults. */
    public static final ZoneAware DEFAULT = new ZoneAware(100, 6);
  }

  /**
   * How a DNS cluster resolves.
   *
   * @param rate after an answer; a time to live of the records is not visible in a JVM
   * @param failureBase after the first of several failures; it doubles, by chance, up to {@code
   *     failureMax}
   * @param jitter at most so much is added, by chance
   */
  public record DnsPolicy(
      Duration rate,
      Duration failureBase,
      Duration failureMax,
      Duration jitter,
      LookupFamily family) {
    /** Which addresses of a name count. */
    public enum LookupFamily {
      /** Those of IPv6, without one those of IPv4. */
      AUTO,
      V4_ONLY,
      V6_ONLY,
      /** Those of IPv4, without one those of IPv6. */
      V4_PREFERRED,
      ALL
    }

    /** Envoy's defaults. */
    public static final DnsPolicy DEFAULT =
        new DnsPolicy(
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ZERO,
            LookupFamily.AUTO);

    public DnsPolicy {
      if (rate.isNegative() || rate.isZero() || failureBase.isZero() || jitter.isNegative()) {
        throw new IllegalArgumentException(
            "Cluster.dns_refresh_rate: value must be greater than 1ms");
      }
      if (failureMax.compareTo(failureBase) < 0) {
        throw new IllegalArgumentException(
            "dns_failure_refresh_rate must have max_interval greater than or equal to the base_interval");
      }
    }
  }

  /**
   * What an ORIGINAL_DST cluster does with the address that the app connects to.
   *
   * @param header names ip and port to use instead; empty is none
   * @param port of all destinations; {@link #ANY_PORT} keeps theirs
   */
  public record OriginalDst(String header, int port) {
    /** No port of its own. */
    public static final int ANY_PORT = -1;

    /** Envoy's defaults. */
    public static final OriginalDst DEFAULT = new OriginalDst("", ANY_PORT);

    public OriginalDst {
      if (port > 65535) {
        throw new IllegalArgumentException(
            "OriginalDstLbConfig.upstream_port_override: value must be less than or equal to 65535");
      }
    }

    boolean changesDestinations() {
      return !header.isEmpty() || port != ANY_PORT;
    }
  }

  /** A service of Istio. */
  public record Service(String host, String name, String namespace) {}

  public Cluster {
    services = List.copyOf(services);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("Cluster.name: value length must be at least 1");
    }
    if (connectTimeout.isZero() || connectTimeout.isNegative()) {
      throw new IllegalArgumentException("Cluster.connect_timeout: value must be greater than 0s");
    }
    if (!(panicThreshold >= 0 && panicThreshold <= 100)) {
      throw new IllegalArgumentException(
          "Cluster.common_lb_config.healthy_panic_threshold: " + panicThreshold);
    }
    if (type == Type.LOGICAL_DNS && endpointCount(loadAssignment) != 1) {
      throw new IllegalArgumentException(
          "LOGICAL_DNS clusters must have a single locality_lb_endpoint and a single lb_endpoint");
    }
  }

  /** With Envoy's defaults. */
  public static Builder builder(String name, Type type) {
    return new Builder(name, type);
  }

  private static int endpointCount(@Nullable ClusterLoadAssignment assignment) {
    int count = 0;
    if (assignment != null) {
      for (LocalityEndpoints locality : assignment.localities()) {
        count += locality.endpoints().size();
      }
    }
    return count;
  }

  /** Collects the parts; not thread-safe. */
  public static final class Builder {
    private final String name;
    private final Type type;
    private String serviceName;
    private LbPolicy lbPolicy = new LbPolicy.RoundRobin(null);
    private Duration connectTimeout = Duration.ofSeconds(5);
    private double panicThreshold = 50;
    private boolean failTrafficOnPanic;
    private boolean localityWeighted;
    private ZoneAware zoneAware = ZoneAware.DEFAULT;
    private CircuitBreakers circuitBreakers = CircuitBreakers.DEFAULT;
    private @Nullable OutlierDetection outlierDetection;
    private @Nullable HealthCheck healthCheck;
    private boolean ignoreNewHostsUntilFirstCheck;
    private boolean ignoreHealthOnHostRemoval;
    private @Nullable LbSubsets subsets;
    private TransportSecurity transportSecurity = TransportSecurity.PLAINTEXT;
    private Protocol protocol = Protocol.HTTP1;
    private DnsPolicy dns = DnsPolicy.DEFAULT;
    private @Nullable ClusterLoadAssignment loadAssignment;
    private List<Service> services = List.of();
    private OriginalDst originalDst = OriginalDst.DEFAULT;
    private Duration maxStreamDuration = Duration.ZERO;
    private @Nullable String unsupported;

    private Builder(String name, Type type) {
      this.name = name;
      this.type = type;
      this.serviceName = name;
    }

    public Builder serviceName(String value) {
      serviceName = value;
      return this;
    }

    public Builder lbPolicy(LbPolicy value) {
      lbPolicy = value;
      return this;
    }

    public Builder connectTimeout(Duration value) {
      connectTimeout = value;
      return this;
    }

    public Builder panicThreshold(double percent) {
      panicThreshold = percent;
      return this;
    }

    public Builder failTrafficOnPanic(boolean value) {
      failTrafficOnPanic = value;
      return this;
    }

    public Builder localityWeighted(boolean value) {
      localityWeighted = value;
      return this;
    }

    public Builder zoneAware(ZoneAware value) {
      zoneAware = value;
      return this;
    }

    public Builder circuitBreakers(CircuitBreakers value) {
      circuitBreakers = value;
      return this;
    }

    public Builder outlierDetection(@Nullable OutlierDetection value) {
      outlierDetection = value;
      return this;
    }

    public Builder healthCheck(@Nullable HealthCheck value) {
      healthCheck = value;
      return this;
    }

    public Builder ignoreNewHostsUntilFirstCheck(boolean value) {
      ignoreNewHostsUntilFirstCheck = value;
      return this;
    }

    public Builder ignoreHealthOnHostRemoval(boolean value) {
      ignoreHealthOnHostRemoval = value;
      return this;
    }

    public Builder subsets(@Nullable LbSubsets value) {
      subsets = value;
      return this;
    }

    public Builder transportSecurity(TransportSecurity value) {
      transportSecurity = value;
      return this;
    }

    public Builder protocol(Protocol value) {
      protocol = value;
      return this;
    }

    public Builder dns(DnsPolicy value) {
      dns = value;
      return this;
    }

    public Builder loadAssignment(@Nullable ClusterLoadAssignment value) {
      loadAssignment = value;
      return this;
    }

    public Builder services(List<Service> value) {
      services = value;
      return this;
    }

    public Builder originalDst(OriginalDst value) {
      originalDst = value;
      return this;
    }

    public Builder maxStreamDuration(Duration value) {
      maxStreamDuration = value;
      return this;
    }

    public Builder unsupported(@Nullable String fieldPath) {
      unsupported = fieldPath;
      return this;
    }

    public Cluster build() {
      return new Cluster(
          name,
          type,
          serviceName,
          lbPolicy,
          connectTimeout,
          panicThreshold,
          failTrafficOnPanic,
          localityWeighted,
          zoneAware,
          circuitBreakers,
          outlierDetection,
          healthCheck,
          ignoreNewHostsUntilFirstCheck,
          ignoreHealthOnHostRemoval,
          subsets,
          transportSecurity,
          protocol,
          dns,
          loadAssignment,
          services,
          originalDst,
          maxStreamDuration,
          unsupported);
    }
  }
}
