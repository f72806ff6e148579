package io.inmesh.engine.cluster;

/**
 * Where the active health checks of an endpoint go: Envoy's {@code HealthCheckConfig}.
 *
 * @param address an ip literal, or empty for that of the endpoint
 * @param port 0 for that of the endpoint
 * @param hostname the authority of the checks, or empty
 * @param disabled whether it is not checked and counts as healthy
 */
public record HealthCheckTarget(String address, int port, String hostname, boolean disabled) {
  /** The endpoint itself. */
  public static final HealthCheckTarget SAME = new HealthCheckTarget("", 0, "", false);

  public HealthCheckTarget {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException(
          "HealthCheckConfig.port_value: value must be less than or equal to 65535: " + port);
    }
  }
}
