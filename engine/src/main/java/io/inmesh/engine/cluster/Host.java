package io.inmesh.engine.cluster;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * An endpoint at run time. It keeps counts, health and birth over endpoint updates as long as its
 * address stays. Thread-safe.
 */
public final class Host {
  private static final AtomicIntegerFieldUpdater<Host> ACTIVE =
      AtomicIntegerFieldUpdater.newUpdater(Host.class, "active");

  private final Cluster cluster;
  private final long birthNanos;
  private volatile Endpoint endpoint;
  private volatile TransportSocket transportSocket;
  private volatile Locality locality;
  private volatile int priority;
  private volatile int active;

  Host(Cluster cluster, Endpoint endpoint, Locality locality, int priority, long birthNanos) {
    this.cluster = cluster;
    this.birthNanos = birthNanos;
    this.endpoint = endpoint;
    this.locality = locality;
    this.priority = priority;
    this.transportSocket = cluster.transportSecurity().socketFor(endpoint);
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

  /** Whether it stands for the address that the app itself connects to. */
  public boolean isOriginalDestination() {
    return cluster.type() == Cluster.Type.ORIGINAL_DST;
  }

  /** When it was added. */
  public long birthNanos() {
    return birthNanos;
  }

  /** Requests under way. */
  public int activeRequests() {
    return active;
  }

  /** A request starts. */
  public void requestStarted() {
    ACTIVE.incrementAndGet(this);
  }

  /** A request ended, once for each start. */
  public void requestEnded() {
    ACTIVE.decrementAndGet(this);
  }

  /** Whether discovery calls it healthy (or says nothing). */
  public Health health() {
    return switch (endpoint.health()) {
      case UNKNOWN, HEALTHY -> Health.HEALTHY;
      case DEGRADED -> Health.DEGRADED;
      case UNHEALTHY, TIMEOUT, DRAINING -> Health.UNHEALTHY;
    };
  }

  /** Whether it does not count at all. */
  public boolean isExcluded() {
    return endpoint.health() == HealthStatus.DRAINING;
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
