package io.inmesh.instrumentation.api;

import io.inmesh.engine.cluster.Host;

/**
 * The name under which a library knows an endpoint, {@code CLUSTER--IP:PORT.mesh}: it tells
 * clusters, endpoints and ways to connect apart, so that no pool keyed by it mixes two. The colon
 * cannot stand in a DNS name, so no app's host is one.
 */
public final class Label {
  private static final String SUFFIX = ".mesh";

  private Label() {}

  /** The label of a host; valid as a host name wherever it is only compared. */
  public static String of(Host host) {
    return host.cluster().name() + "--" + host.endpoint().socketAddress() + SUFFIX;
  }

  /** The endpoint's port if {@code name} is a label, else -1. */
  public static int port(String name) {
    if (!name.endsWith(SUFFIX)) {
      return -1;
    }
    int end = name.length() - SUFFIX.length();
    int colon = name.lastIndexOf(':', end);
    if (colon < 0) {
      return -1;
    }
    int port = 0;
    for (int i = colon + 1; i < end; i++) {
      int digit = name.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      port = port * 10 + digit;
    }
    return port;
  }
}
