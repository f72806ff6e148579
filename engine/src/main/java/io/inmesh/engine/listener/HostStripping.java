package io.inmesh.engine.listener;

/**
 * What a connection manager takes off the host of a request; virtual hosts and the upstream see the
 * rest.
 *
 * @param trailingDot whether a dot at the end of the name goes
 */
public record HostStripping(boolean trailingDot, Port port) {
  /** Which port goes. */
  public enum Port {
    NONE,
    /** That of the listener. */
    MATCHING,
    ANY
  }

  /** Nothing goes. */
  public static final HostStripping NONE = new HostStripping(false, Port.NONE);

  /**
   * What is left of a host, itself where nothing goes.
   *
   * @param listenerPort the port that the app connects to
   */
  public String of(String method, String authority, int listenerPort) {
    String host = trailingDot ? withoutTrailingDot(authority) : authority;
    return port == Port.NONE || method.equals("CONNECT") ? host : withoutPort(host, listenerPort);
  }

  private static String withoutTrailingDot(String host) {
    int dot = host.lastIndexOf('.');
    boolean trails = dot >= 0 && (dot == host.length() - 1 || host.charAt(dot + 1) == ':');
    return trails ? host.substring(0, dot) + host.substring(dot + 1) : host;
  }

  private String withoutPort(String host, int listenerPort) {
    int colon = host.lastIndexOf(':');
    if (colon < 0 || host.indexOf(']', colon) >= 0) {
      return host;
    }
    try {
      int number = Integer.parseUnsignedInt(host, colon + 1, host.length(), 10);
      return port == Port.ANY || number == listenerPort ? host.substring(0, colon) : host;
    } catch (NumberFormatException e) {
      return host;
    }
  }
}
