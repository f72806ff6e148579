package io.inmesh.control.client.transport;

import io.inmesh.engine.net.IpAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the control plane, or whoever else speaks gRPC with the agent, is and how it is trusted.
 *
 * @param host name or ip literal
 * @param port 1 to 65535
 * @param tls whether the connection is TLS
 * @param rootCa PEM file of the trusted roots, needed for TLS; null trusts what the JVM trusts
 * @param tokenFile a bearer token, read anew for each stream where the file exists; null for none
 * @param unixSocket takes the place of host and port; null for none
 */
public record ControlPlaneAddress(
    String host,
    int port,
    boolean tls,
    @Nullable Path rootCa,
    @Nullable Path tokenFile,
    @Nullable Path unixSocket) {
  public ControlPlaneAddress {
    if (unixSocket != null) {
      // Nobody else can be at the other end.
      host = "localhost";
      port = 0;
    } else if (host.isEmpty() || port < 1 || port > 65535) {
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
        v6 ? host.substring(1, host.length() - 1) : host,
        uri.getPort(),
        tls,
        rootCa,
        tokenFile,
        null);
  }

  /**
   * Parses {@code unix:///path} or {@code tcp://127.0.0.1:port}, the endpoint of a SPIFFE Workload
   * API.
   *
   * @throws IllegalArgumentException saying what is wrong with the text
   */
  public static ControlPlaneAddress workloadApi(String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(url + " is no URL: " + e.getMessage(), e);
    }
    String path = uri.getPath() == null ? uri.getSchemeSpecificPart() : uri.getPath();
    if ("unix".equals(uri.getScheme()) && uri.getHost() == null && path.startsWith("/")) {
      return new ControlPlaneAddress("", 0, false, null, null, Path.of(path));
    }
    IpAddress ip = uri.getHost() == null ? null : IpAddress.parse(uri.getHost());
    if ("tcp".equals(uri.getScheme()) && ip != null && ip.isLoopback()) {
      return parse("http" + url.substring("tcp".length()), null, null);
    }
    throw new IllegalArgumentException(
        url
            + " is neither unix:///PATH nor tcp://127.0.0.1:PORT; from further away keys would come"
            + " in clear");
  }

  SocketAddress socketAddress() {
    return unixSocket == null
        ? InetSocketAddress.createUnresolved(host, port)
        : UnixDomainSocketAddress.of(unixSocket);
  }

  /** {@code host:port}, IPv6 in brackets; of a Unix socket its host alone. */
  public String authority() {
    if (unixSocket != null) {
      return host;
    }
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    if (unixSocket != null) {
      return "unix://" + unixSocket;
    }
    return (tls ? "https://" : "http://") + authority();
  }
}
