package io.inmesh.instrumentation.grpc;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a channel leads, as the app wrote it down.
 *
 * @param host a name, or an ip; IPv6 in brackets
 */
record Destination(String host, int port) {
  private static final String DNS = "dns:";

  /**
   * Null for targets that name no host and port: what resolvers of other schemes make of theirs is
   * their own affair.
   *
   * @param direct the address that the channel was given in place of a target, or null
   * @param defaultPort for a target without one
   */
  static @Nullable Destination of(String target, @Nullable SocketAddress direct, int defaultPort) {
    if (direct != null) {
      return direct instanceof InetSocketAddress address
          ? new Destination(address.getHostString(), address.getPort())
          : null;
    }
    String name = target;
    if (target.startsWith(DNS)) {
      name = target.substring(DNS.length());
      if (name.startsWith("//")) {
        // What may stand between the slashes is the server to ask.
        name = name.substring(name.indexOf('/', 2) + 1);
      }
    }
    return name.isEmpty() || name.indexOf('/') >= 0 ? null : parse(name, defaultPort);
  }

  private static @Nullable Destination parse(String name, int defaultPort) {
    int colon = name.lastIndexOf(':');
    if (colon < 0 || name.endsWith("]")) {
      return new Destination(name, defaultPort);
    }
    String host = name.substring(0, colon);
    int port = port(name.substring(colon + 1));
    boolean many = host.indexOf(':') >= 0 && !host.endsWith("]");
    return port < 0 || many || host.isEmpty() ? null : new Destination(host, port);
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      return port > 0 && port < 65536 ? port : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
