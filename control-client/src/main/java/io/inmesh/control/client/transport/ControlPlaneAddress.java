package io.inmesh.control.client.transport;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the control plane is and how it is trusted.
 *
 * @param host name or ip literal
 * @param port 1 to 65535
 * @param tls whether the connection is TLS
 * @param rootCa PEM file of the trusted roots, needed for TLS; null trusts what the JVM trusts
 * @param tokenFile a bearer token, read anew for each stream where the file exists; null for none
 */
public record ControlPlaneAddress(
    String host, int port, boolean tls, @Nullable Path rootCa, @Nullable Path tokenFile) {
  public ControlPlaneAddress {
    if (host.isEmpty() || port < 1 || port > 65535) {
      throw new IllegalArgumentException("not a control plane address: " + host + ":" + port);
    }
  }

  /**
   * Parses {@code http://host:port} (plaintext) or {@code https://host:port}.
   *
   * @throws IllegalArgumentException saying what is wrong with the text
   */
  public static ControlPlaneAddress parse(
      String url, @Nullable Path rootCa, @Nullable Path tokenFile) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("xds=" + url + " is no URL: " + e.getMessage(), e);
    }
    boolean tls = "https".equals(uri.getScheme());
    if (!tls && !"http".equals(uri.getScheme())) {
      throw new IllegalArgumentException(
          "xds=" + url + ": write http://HOST:PORT for plaintext or https://HOST:PORT");
    }
    String host = uri.getHost();
    if (host == null || uri.getPort() < 1 || uri.getPort() > 65535) {
      throw new IllegalArgumentException("xds=" + url + ": host or port is missing");
    }
    boolean v6 = host.startsWith("[");
    return new ControlPlaneAddress(
        v6 ? host.substring(1, host.length() - 1) : host, uri.getPort(), tls, rootCa, tokenFile);
  }

  /** {@code host:port}, IPv6 in brackets. */
  public String authority() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return (tls ? "https://" : "http://") + authority();
  }
}
