package io.inmesh.engine.cluster;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint at run time. It keeps counts, health and birth over endpoint updates as long as its
 * address stays. Thread-safe.
 */
public final class Host {
  private static final AtomicIntegerFieldUpdater<Host> ACTIVE =
      AtomicIntegerFieldUpdater.newUpdater(Host.class, "active");

  private final Cluster cluster;
  private volatile long birthNanos;
  private final @Nullable OutlierMonitor outlierMonitor;
  private final @Nullable LongAdder clusterActive;
  private volatile Endpoint endpoint;
  private volatile TransportSocket transportSocket;
  private volatile Locality locality;
  private volatile int priority;
  private volatile int active;
  private volatile boolean ejected;
  private volatile HealthCheckState healthCheck;

  Host(Cluster cluster, Endpoint endpoint, Locality locality, int priority, long birthNanos) {
    this(cluster, endpoint, locality, priority, birthNanos, null, null, HealthCheckState.UNWATCHED);
  }

  /**
   * @param detector ejects the hosts of the cluster; null for none
   * @param clusterActive counts the requests under way of all hosts; null where nobody asks
   * @param healthCheck before the first active health check
   */
  Host(
      Cluster cluster,
      Endpoint endpoint,
      Locality locality,
      int priority,
      long birthNanos,
      @Nullable OutlierDetector detector,
      @Nullable LongAdder clusterActive,
      HealthCheckState healthCheck) {
    this.cluster = cluster;
    this.birthNanos = birthNanos;
    this.clusterActive = clusterActive;
    this.endpoint = endpoint;
    this.locality = locality;
    this.priority = priority;
    this.healthCheck = healthCheck;
    this.transportSocket = cluster.transportSecurity().socketFor(endpoint);
    outlierMonitor = detector == null ? null : detector.monitor(this);
  }

  void update(Endpoint newEndpoint, Locality newLocality, int newPriority) {
    endpoint = newEndpoint;
    locality = newLocality;
    priority = newPriority;
    transportSocket = cluster.transportSecurity().socketFor(newEndpoint);
  }

  /** The cluster it belongs to. */
  public Cluster cluster() {
    return cluster;
  }

  /** Its configuration in force. */
  public Endpoint endpoint() {
    return endpoint;
  }

  public Locality locality() {
    return locality;
  }

  public int priority() {
    return priority;
  }

  /** What carries the bytes to it. */
  public TransportSocket transportSocket() {
    return transportSocket;
  }

  /** Whether the mesh knows a workload here: Istio says so, or it is called by the mesh's TLS. */
  public boolean isWorkload() {
    return endpoint.isWorkload()
        || (transportSocket instanceof TransportSocket.Tls tls && tls.mesh());
  }

  /** Whether it stands for the address that the app itself connects to. */
  public boolean isOriginalDestination() {
    return cluster.type() == Cluster.Type.ORIGINAL_DST
        && endpoint.equals(Endpoint.ORIGINAL_DESTINATION);
  }

  /** When it was added. */
  public long birthNanos() {
    return birthNanos;
  }

  /** Requests under way. */
  public int activeRequests() {
    return active;
  }

  /** Requests under way to all hosts of the cluster, where the cluster bounds load. */
  long activeInCluster() {
    return clusterActive == null ? active : clusterActive.sum();
  }

  /** A request starts. */
  public void requestStarted() {
    ACTIVE.incrementAndGet(this);
    if (clusterActive != null) {
      clusterActive.increment();
    }
  }

  /** A request ended, once for each start. */
  public void requestEnded() {
    ACTIVE.decrementAndGet(this);
    if (clusterActive != null) {
      clusterActive.decrement();
    }
  }

  /** Who hears what becomes of its attempts; null where the cluster detects no outliers. */
  public @Nullable OutlierMonitor outlierMonitor() {
    return outlierMonitor;
  }

  /** Unhealthy where discovery, an active health check or outlier detection says so. */
  public Health health() {
    HealthCheckState checked = healthCheck;
    if (ejected || checked.failed()) {
      return Health.UNHEALTHY;
    }
    return switch (endpoint.health()) {
      case UNKNOWN, HEALTHY -> checked.degraded() ? Health.DEGRADED : Health.HEALTHY;
      case DEGRADED -> Health.DEGRADED;
      case UNHEALTHY, TIMEOUT, DRAINING -> Health.UNHEALTHY;
    };
  }

  /** Whether outlier detection keeps requests away from it. */
  public boolean isEjected() {
    return ejected;
  }

  /** Whether active health checks keep requests away from it. */
  public boolean failedActiveHealthCheck() {
    return healthCheck.failed();
  }

  /** Whether active health checks watch it. */
  @SuppressWarnings("ReferenceEquality")
  public boolean isHealthChecked() {
    return healthCheck != HealthCheckState.UNWATCHED;
  }

  /** What its active health checks have come to; {@link ClusterState#healthChecked} says so. */
  public HealthCheckState healthCheck() {
    return healthCheck;
  }

  /** How often it was ejected so far. */
  public int ejections() {
    return outlierMonitor == null ? 0 : outlierMonitor.ejections();
  }

  void setEjected(boolean value) {
    ejected = value;
  }

  void setHealthCheck(HealthCheckState value) {
    healthCheck = value;
  }

  /** Slow start begins anew. */
  void setBirth(long nanos) {
    birthNanos = nanos;
  }

  /** Whether it does not count at all. */
  public boolean isExcluded() {
    HealthCheckState checked = healthCheck;
    return endpoint.health() == HealthStatus.DRAINING || checked.pending() || checked.excluded();
  }

  /** Health, coarsely. */
  public enum Health {
    HEALTHY,
    DEGRADED,
    UNHEALTHY
  }

  @Override
  public String toString() {
    return endpoint.socketAddress();
  }
}
