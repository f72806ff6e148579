package io.inmesh.instrumentation.api;

import io.inmesh.engine.cluster.Host;

/**
 * The name under which a library knows an endpoint: it tells clusters, endpoints and ways to
 * connect apart, so that no pool keyed by it mixes two.
 */
public final class Label {
  private Label() {}

  /** The label of a host; valid as a host name wherever it is only compared. */
  public static String of(Host host) {
    return host.cluster().name() + "--" + host.endpoint().socketAddress() + ".mesh";
  }
}
