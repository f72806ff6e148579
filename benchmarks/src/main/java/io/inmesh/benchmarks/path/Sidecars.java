package io.inmesh.benchmarks.path;

/**
 * An Envoy beside the client and one beside the server.
 *
 * @param outbound where the client calls
 */
record Sidecars(Envoy outbound, Envoy inbound) implements AutoCloseable {
  /** A pair in clear. */
  static Sidecars start(Lab lab, int serverPort) {
    return start(lab, "envoy", serverPort, EnvoyTls.NONE, EnvoyTls.NONE);
  }

  /** A pair with mutual TLS between the two. */
  static Sidecars secured(Lab lab, int serverPort, Keys keys) {
    return start(
        lab, "envoy-tls", serverPort, EnvoyTls.originating(keys), EnvoyTls.terminating(keys));
  }

  private static Sidecars start(
      Lab lab, String name, int serverPort, EnvoyTls originating, EnvoyTls terminating) {
    Envoy inbound =
        Envoy.start(lab.envoy(), lab.programs(), name + "-server", 1, serverPort, terminating);
    try {
      return new Sidecars(
          Envoy.start(
              lab.envoy(),
              lab.programs(),
              name + "-client",
              Plan.CLUSTERS,
              inbound.port(),
              originating),
          inbound);
    } catch (RuntimeException e) {
      inbound.close();
      throw e;
    }
  }

  int port() {
    return outbound.port();
  }

  /** CPU time of both so far. */
  long cpuNanos() {
    return outbound.process().cpuNanos() + inbound.process().cpuNanos();
  }

  @Override
  public void close() {
    outbound.close();
    inbound.close();
  }
}
