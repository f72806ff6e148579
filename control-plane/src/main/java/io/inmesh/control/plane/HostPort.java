package io.inmesh.control.plane;

import java.net.InetSocketAddress;

/** A {@code HOST:PORT} setting; port 0 takes a free one. */
public record HostPort(String host, int port) {

  /**
   * The host, or loopback where the text names none, and the port.
   *
   * @throws IllegalArgumentException if the text is not {@code HOST:PORT}
   */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (colon >= 0 && port >= 0 && port <= 65535) {
        String host = text.substring(0, colon);
        return new HostPort(host.isEmpty() ? "127.0.0.1" : host, port);
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException("\"" + text + "\" is not HOST:PORT");
  }

  static HostPort of(InetSocketAddress address) {
    return new HostPort(address.getAddress().getHostAddress(), address.getPort());
  }

  InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
