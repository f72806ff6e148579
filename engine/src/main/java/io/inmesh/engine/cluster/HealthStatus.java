package io.inmesh.engine.cluster;

/** The health that endpoint discovery reports. */
public enum HealthStatus {
  UNKNOWN,
  HEALTHY,
  UNHEALTHY,
  DRAINING,
  TIMEOUT,
  DEGRADED
}
