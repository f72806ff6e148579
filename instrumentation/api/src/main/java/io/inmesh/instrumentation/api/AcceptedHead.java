package io.inmesh.instrumentation.api;

import io.inmesh.engine.http.RequestHead;

/**
 * The head of a request that a port of the app has received: it goes to the host and port that its
 * authority names, and in clear as far as the app knows.
 */
public abstract class AcceptedHead implements RequestHead {
  /** The port that has accepted the connection; that of an authority without one. */
  protected abstract int acceptedAt();

  @Override
  public final String scheme() {
    return "http";
  }

  @Override
  public final String host() {
    String authority = authority();
    int colon = portAt(authority);
    return colon < 0 ? authority : authority.substring(0, colon);
  }

  @Override
  public final int port() {
    String authority = authority();
    int colon = portAt(authority);
    try {
      return colon < 0 ? acceptedAt() : Integer.parseInt(authority.substring(colon + 1));
    } catch (NumberFormatException none) {
      return acceptedAt();
    }
  }

  /** Where the port begins, of an IPv6 literal after its bracket. */
  private static int portAt(String authority) {
    return authority.indexOf(':', authority.indexOf(']') + 1);
  }
}
