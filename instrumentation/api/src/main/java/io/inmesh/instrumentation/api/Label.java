package io.inmesh.instrumentation.api;

import io.inmesh.engine.cluster.Host;
import java.time.Duration;

/**
 * The name under which a library knows an endpoint, {@code CLUSTER~WAY--IP:PORT+MILLIS.mesh}: it
 * tells clusters, endpoints and ways to connect apart, so that no pool keyed by it mixes two. The
 * colon cannot stand in a DNS name, so no app's host is one. The milliseconds are those of the
 * cluster's connect timeout, for threads that know nothing of the request.
 */
public final class Label {
  private static final String SUFFIX = ".mesh";

  private Label() {}

  /**
   * The label of a host; valid as a host name wherever it is only compared.
   *
   * @param way tells transport socket, names and identity's epoch apart; empty in clear
   */
  public static String of(Host host, String way) {
    Duration connect = host.cluster().connectTimeout();
    long millis = Math.max(1, Math.min(connect.toMillis(), Integer.MAX_VALUE));
    String cluster = host.cluster().name() + (way.isEmpty() ? "" : "~" + way);
    return cluster + "--" + host.endpoint().socketAddress() + '+' + millis + SUFFIX;
  }

  /** The endpoint's port if {@code name} is a label, else -1. */
  public static int port(String name) {
    int plus = plus(name);
    return plus < 0 ? -1 : number(name, name.lastIndexOf(':', plus) + 1, plus);
  }

  /** The connect timeout in milliseconds if {@code name} is a label, else -1. */
  public static int connectMillis(String name) {
    int plus = plus(name);
    return plus < 0 ? -1 : number(name, plus + 1, name.length() - SUFFIX.length());
  }

  private static int plus(String name) {
    return name.endsWith(SUFFIX) && name.indexOf(':') >= 0 ? name.lastIndexOf('+') : -1;
  }

  private static int number(String name, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      int digit = name.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return from < to ? number : -1;
  }
}
