package io.inmesh.control.plane.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Istio's TrafficPolicy; what is not written is null.
 *
 * @param ports policies by port number; each replaces the whole policy for its port
 */
public record TrafficPolicy(
    @Nullable LoadBalancer loadBalancer,
    @Nullable ConnectionPool connectionPool,
    @Nullable OutlierDetection outlierDetection,
    @Nullable ClientTls tls,
    Map<Integer, TrafficPolicy> ports) {

  public static final TrafficPolicy EMPTY = new TrafficPolicy(null, null, null, null, Map.of());

  /** The policy in force on a port: a port-level one inherits nothing. */
  public TrafficPolicy onPort(int port) {
    return ports.getOrDefault(port, this);
  }

  /** This policy, on a port, with what a subset's policy says written over it. */
  public TrafficPolicy mergedWith(TrafficPolicy subset, int port) {
    TrafficPolicy own = subset.ports.get(port);
    if (own != null) {
      return own;
    }
    return new TrafficPolicy(
        subset.loadBalancer != null ? subset.loadBalancer : loadBalancer,
        subset.connectionPool != null ? subset.connectionPool : connectionPool,
        subset.outlierDetection != null ? subset.outlierDetection : outlierDetection,
        subset.tls != null ? subset.tls : tls,
        Map.of());
  }

  /** The simple policies; UNSPECIFIED is least request. */
  public enum Simple {
    UNSPECIFIED,
    RANDOM,
    PASSTHROUGH,
    ROUND_ROBIN,
    LEAST_REQUEST,
    LEAST_CONN
  }

  /** How endpoints are chosen. */
  public record LoadBalancer(
      Simple simple,
      @Nullable ConsistentHash consistentHash,
      @Nullable LocalityLb localityLb,
      @Nullable Warmup warmup) {}

  /**
   * Hash on one property of the request.
   *
   * @param minimumRingSize 0 when not given
   * @param maglevTableSize 0 when not given; counts only with {@code maglev}
   */
  public record ConsistentHash(
      String httpHeaderName,
      @Nullable HttpCookie httpCookie,
      boolean useSourceIp,
      String httpQueryParameterName,
      long minimumRingSize,
      boolean maglev,
      long maglevTableSize) {}

  /** The cookie to hash on; a null ttl means it is never generated. */
  public record HttpCookie(String name, String path, @Nullable Duration ttl) {}

  /** Slow start of new endpoints; percent 0 to 100. */
  public record Warmup(Duration duration, double minimumPercent, double aggression) {}

  /** Istio's LocalityLoadBalancerSetting; {@code enabled} null is the default, on. */
  public record LocalityLb(
      @Nullable Boolean enabled,
      List<Distribute> distribute,
      List<Failover> failover,
      List<String> failoverPriority) {
    /** The mesh's default: failover by distance, when there is outlier detection. */
    public static final LocalityLb DEFAULT = new LocalityLb(null, List.of(), List.of(), List.of());
  }

  /** Shares, in percent, of destination localities for callers of a locality. */
  public record Distribute(String from, Map<String, Integer> to) {}

  /** A region and the one that stands in for it. */
  public record Failover(String from, String to) {}

  /** TCP and HTTP limits; 0 means not given. */
  public record ConnectionPool(
      int maxConnections,
      @Nullable Duration connectTimeout,
      @Nullable TcpKeepalive tcpKeepalive,
      @Nullable Duration maxConnectionDuration,
      @Nullable Duration tcpIdleTimeout,
      boolean http,
      int http1MaxPendingRequests,
      int http2MaxRequests,
      int maxRequestsPerConnection,
      int maxRetries,
      @Nullable Duration idleTimeout,
      Upgrade h2UpgradePolicy,
      boolean useClientProtocol,
      int maxConcurrentStreams) {}

  /** Whether HTTP/1.1 services are called by HTTP/2. */
  public enum Upgrade {
    DEFAULT,
    DO_NOT_UPGRADE,
    UPGRADE
  }

  /** Probes 0 means the system's default. */
  public record TcpKeepalive(int probes, @Nullable Duration time, @Nullable Duration interval) {}

  /** Istio's OutlierDetection; null means not given. */
  public record OutlierDetection(
      @Nullable Integer consecutive5xxErrors,
      @Nullable Integer consecutiveGatewayErrors,
      @Nullable Integer consecutiveLocalOriginFailures,
      boolean splitExternalLocalOriginErrors,
      @Nullable Duration interval,
      @Nullable Duration baseEjectionTime,
      int maxEjectionPercent,
      int minHealthPercent) {}

  /** TLS towards the destination. */
  public record ClientTls(
      Mode mode,
      String clientCertificate,
      String privateKey,
      String caCertificates,
      String credentialName,
      String sni,
      List<String> subjectAltNames,
      boolean insecureSkipVerify) {
    /** Istio's modes. */
    public enum Mode {
      DISABLE,
      SIMPLE,
      MUTUAL,
      ISTIO_MUTUAL
    }
  }
}
