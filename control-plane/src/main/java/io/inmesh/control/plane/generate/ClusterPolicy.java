package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.cluster.v3.UpstreamConnectionOptions;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.RuntimeDouble;
import io.envoyproxy.envoy.config.core.v3.TcpKeepalive;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.envoyproxy.envoy.type.v3.Percent;
import io.inmesh.control.plane.model.MeshConfig;
import io.inmesh.control.plane.model.ServicePort;
import io.inmesh.control.plane.model.TrafficPolicy;
import io.inmesh.control.plane.model.TrafficPolicy.ClientTls;
import io.inmesh.control.plane.model.TrafficPolicy.ConnectionPool;
import io.inmesh.control.plane.model.TrafficPolicy.ConsistentHash;
import io.inmesh.control.plane.model.TrafficPolicy.LoadBalancer;
import io.inmesh.control.plane.model.TrafficPolicy.Simple;
import io.inmesh.control.plane.model.TrafficPolicy.Upgrade;
import io.inmesh.control.plane.model.TrafficPolicy.Warmup;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Writes a traffic policy into a cluster: limits, ejection, balancing, HTTP options. */
final class ClusterPolicy {
  static final String HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
  private static final int UNLIMITED = -1;
  private static final long DEFAULT_RING_SIZE = 1024;

  private ClusterPolicy() {}

  /** Thresholds that never trip, as istiod sends where nothing is configured. */
  static CircuitBreakers unlimited() {
    return breakers(0, 0, 0, 0);
  }

  private static CircuitBreakers breakers(int connections, int pending, int requests, int retries) {
    return CircuitBreakers.newBuilder()
        .addThresholds(
            CircuitBreakers.Thresholds.newBuilder()
                .setMaxConnections(limit(connections))
                .setMaxPendingRequests(limit(pending))
                .setMaxRequests(limit(requests))
                .setMaxRetries(limit(retries)))
        .build();
  }

  private static com.google.protobuf.UInt32Value limit(int value) {
    return Protos.uint32(value == 0 ? UNLIMITED : value);
  }

  static void connectionPool(Cluster.Builder cluster, @Nullable ConnectionPool pool) {
    cluster.setCircuitBreakers(unlimited());
    if (pool == null) {
      return;
    }
    cluster.setCircuitBreakers(
        breakers(
            pool.maxConnections(),
            pool.http1MaxPendingRequests(),
            pool.http2MaxRequests(),
            pool.maxRetries()));
    Duration connect = pool.connectTimeout();
    if (connect != null) {
      cluster.setConnectTimeout(Protos.duration(connect));
    }
    TrafficPolicy.TcpKeepalive keepalive = pool.tcpKeepalive();
    if (keepalive != null) {
      TcpKeepalive.Builder out = TcpKeepalive.newBuilder();
      if (keepalive.probes() > 0) {
        out.setKeepaliveProbes(Protos.uint32(keepalive.probes()));
      }
      Duration time = keepalive.time();
      if (time != null) {
        out.setKeepaliveTime(Protos.uint32((int) time.toSeconds()));
      }
      Duration interval = keepalive.interval();
      if (interval != null) {
        out.setKeepaliveInterval(Protos.uint32((int) interval.toSeconds()));
      }
      cluster.setUpstreamConnectionOptions(
          UpstreamConnectionOptions.newBuilder().setTcpKeepalive(out));
    }
  }

  static void outlierDetection(
      Cluster.Builder cluster, TrafficPolicy.@Nullable OutlierDetection policy) {
    if (policy == null) {
      return;
    }
    OutlierDetection.Builder out = OutlierDetection.newBuilder();
    Integer errors = policy.consecutive5xxErrors();
    if (errors != null) {
      out.setConsecutive5Xx(Protos.uint32(errors))
          .setEnforcingConsecutive5Xx(Protos.uint32(errors > 0 ? 100 : 0));
    }
    Integer gateway = policy.consecutiveGatewayErrors();
    if (gateway != null) {
      out.setConsecutiveGatewayFailure(Protos.uint32(gateway))
          .setEnforcingConsecutiveGatewayFailure(Protos.uint32(gateway > 0 ? 100 : 0));
    }
    out.setEnforcingSuccessRate(Protos.uint32(0));
    Duration interval = policy.interval();
    if (interval != null) {
      out.setInterval(Protos.duration(interval));
    }
    Duration ejection = policy.baseEjectionTime();
    if (ejection != null) {
      out.setBaseEjectionTime(Protos.duration(ejection));
    }
    if (policy.maxEjectionPercent() > 0) {
      out.setMaxEjectionPercent(Protos.uint32(policy.maxEjectionPercent()));
    }
    if (policy.splitExternalLocalOriginErrors()) {
      out.setSplitExternalLocalOriginErrors(true)
          .setEnforcingLocalOriginSuccessRate(Protos.uint32(0));
      Integer local = policy.consecutiveLocalOriginFailures();
      if (local != null) {
        out.setConsecutiveLocalOriginFailure(Protos.uint32(local))
            .setEnforcingConsecutiveLocalOriginFailure(Protos.uint32(local > 0 ? 100 : 0));
      }
    }
    cluster.setOutlierDetection(out);
    cluster
        .getCommonLbConfigBuilder()
        .setHealthyPanicThreshold(Percent.newBuilder().setValue(policy.minHealthPercent()));
  }

  static void loadBalancing(Cluster.Builder cluster, TrafficPolicy policy, MeshConfig mesh) {
    if (cluster.getType() == Cluster.DiscoveryType.ORIGINAL_DST) {
      cluster.setLbPolicy(LbPolicy.CLUSTER_PROVIDED);
      return;
    }
    if (LocalityBalance.weighted(
        LocalityBalance.setting(policy, mesh), policy.outlierDetection() != null)) {
      cluster
          .getCommonLbConfigBuilder()
          .setLocalityWeightedLbConfig(
              Cluster.CommonLbConfig.LocalityWeightedLbConfig.getDefaultInstance());
    }
    LoadBalancer balancer = policy.loadBalancer();
    ConsistentHash hash = balancer == null ? null : balancer.consistentHash();
    if (hash != null) {
      consistentHash(cluster, hash);
      return;
    }
    Warmup warmup = balancer == null ? null : balancer.warmup();
    switch (balancer == null ? Simple.UNSPECIFIED : balancer.simple()) {
      case ROUND_ROBIN -> {
        cluster.setLbPolicy(LbPolicy.ROUND_ROBIN);
        if (warmup != null) {
          cluster.getRoundRobinLbConfigBuilder().setSlowStartConfig(slowStart(warmup));
        }
      }
      case RANDOM -> cluster.setLbPolicy(LbPolicy.RANDOM);
      case PASSTHROUGH -> {
        cluster.setLbPolicy(LbPolicy.CLUSTER_PROVIDED);
        cluster.setType(Cluster.DiscoveryType.ORIGINAL_DST);
        cluster.clearEdsClusterConfig();
      }
      default -> {
        cluster.setLbPolicy(LbPolicy.LEAST_REQUEST);
        if (warmup != null) {
          cluster.getLeastRequestLbConfigBuilder().setSlowStartConfig(slowStart(warmup));
        }
      }
    }
  }

  private static void consistentHash(Cluster.Builder cluster, ConsistentHash hash) {
    if (hash.maglev()) {
      cluster.setLbPolicy(LbPolicy.MAGLEV);
      if (hash.maglevTableSize() > 0) {
        cluster
            .getMaglevLbConfigBuilder()
            .setTableSize(com.google.protobuf.UInt64Value.of(hash.maglevTableSize()));
      }
      return;
    }
    cluster.setLbPolicy(LbPolicy.RING_HASH);
    long size = hash.minimumRingSize() > 0 ? hash.minimumRingSize() : DEFAULT_RING_SIZE;
    cluster
        .getRingHashLbConfigBuilder()
        .setMinimumRingSize(com.google.protobuf.UInt64Value.of(size));
  }

  private static Cluster.SlowStartConfig slowStart(Warmup warmup) {
    return Cluster.SlowStartConfig.newBuilder()
        .setSlowStartWindow(Protos.duration(warmup.duration()))
        .setAggression(
            RuntimeDouble.newBuilder()
                .setDefaultValue(warmup.aggression())
                .setRuntimeKey("slow_start_aggression"))
        .setMinWeightPercent(Percent.newBuilder().setValue(warmup.minimumPercent()))
        .build();
  }

  /** Whether the cluster is called by HTTP/2 although its port says HTTP. */
  static boolean upgrades(ServicePort port, @Nullable ConnectionPool pool, MeshConfig mesh) {
    if (port.protocol() != ServicePort.Protocol.HTTP) {
      return false;
    }
    Upgrade own = pool == null ? Upgrade.DEFAULT : pool.h2UpgradePolicy();
    return own == Upgrade.UPGRADE
        || (own == Upgrade.DEFAULT && mesh.h2UpgradePolicy() == Upgrade.UPGRADE);
  }

  /** Sets the HTTP options; none when all of them are Envoy's defaults. */
  static void httpOptions(
      Cluster.Builder cluster,
      ServicePort port,
      @Nullable ConnectionPool pool,
      boolean http2,
      @Nullable ClientTls originated) {
    var out = io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.newBuilder();
    boolean needed = false;
    HttpProtocolOptions.Builder common = HttpProtocolOptions.newBuilder();
    if (pool != null) {
      Duration idle = pool.idleTimeout() != null ? pool.idleTimeout() : pool.tcpIdleTimeout();
      if (idle != null) {
        common.setIdleTimeout(Protos.duration(idle));
      }
      if (pool.maxRequestsPerConnection() > 0) {
        common.setMaxRequestsPerConnection(Protos.uint32(pool.maxRequestsPerConnection()));
      }
      Duration longest = pool.maxConnectionDuration();
      if (longest != null) {
        common.setMaxConnectionDuration(Protos.duration(longest));
      }
    }
    if (!common.build().equals(HttpProtocolOptions.getDefaultInstance())) {
      out.setCommonHttpProtocolOptions(common);
      needed = true;
    }
    if (originated != null
        && (originated.sni().isEmpty() || originated.subjectAltNames().isEmpty())) {
      UpstreamHttpProtocolOptions.Builder sni = UpstreamHttpProtocolOptions.newBuilder();
      sni.setAutoSni(originated.sni().isEmpty());
      sni.setAutoSanValidation(
          originated.subjectAltNames().isEmpty() && !originated.insecureSkipVerify());
      out.setUpstreamHttpProtocolOptions(sni);
      needed = true;
    }
    Http2ProtocolOptions.Builder h2 = Http2ProtocolOptions.newBuilder();
    if (pool != null && pool.maxConcurrentStreams() > 0) {
      h2.setMaxConcurrentStreams(Protos.uint32(pool.maxConcurrentStreams()));
    }
    if (http2) {
      out.getExplicitHttpConfigBuilder().setHttp2ProtocolOptions(h2);
      needed = true;
    } else if (port.protocol().isSniffed()
        || (port.protocol().isHttp() && pool != null && pool.useClientProtocol())) {
      out.getUseDownstreamProtocolConfigBuilder()
          .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance())
          .setHttp2ProtocolOptions(h2);
      needed = true;
    } else {
      out.getExplicitHttpConfigBuilder()
          .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance());
    }
    if (needed) {
      cluster.putTypedExtensionProtocolOptions(HTTP_OPTIONS, Protos.any(out.build()));
    }
  }
}
