package io.inmesh.it.oracle;

import io.inmesh.engine.http.RequestHead;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request that both sides decide.
 *
 * @param ip where the app's connection goes
 * @param headers by lower-case name, without Host
 * @param every whether every possible choice is to be seen, and not one of them
 */
record OracleRequest(
    String method,
    String scheme,
    String host,
    @Nullable String ip,
    int port,
    String authority,
    String path,
    @Nullable String query,
    Map<String, String> headers,
    boolean every)
    implements RequestHead {
  OracleRequest {
    headers = Map.copyOf(headers);
  }

  /** GET / of a host as a client would send it. */
  static OracleRequest get(String scheme, String host, String ip, int port) {
    boolean defaultPort = port == (scheme.equals("https") ? 443 : 80);
    String authority = defaultPort ? host : host + ":" + port;
    return new OracleRequest("GET", scheme, host, ip, port, authority, "/", null, Map.of(), false);
  }

  OracleRequest withAuthority(String value) {
    return new OracleRequest(method, scheme, host, ip, port, value, path, query, headers, every);
  }

  OracleRequest withPath(String value) {
    return new OracleRequest(
        method, scheme, host, ip, port, authority, value, query, headers, every);
  }

  OracleRequest with(
      String newMethod, String newPath, @Nullable String newQuery, Map<String, String> newHeaders) {
    return new OracleRequest(
        newMethod, scheme, host, ip, port, authority, newPath, newQuery, newHeaders, every);
  }

  OracleRequest seenWhole() {
    return new OracleRequest(method, scheme, host, ip, port, authority, path, query, headers, true);
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return headers.get(lowerCaseName);
  }

  /** The request target. */
  String target() {
    return query == null ? path : path + "?" + query;
  }

  @Override
  public String toString() {
    return method
        + " "
        + scheme
        + "://"
        + host
        + ":"
        + port
        + target()
        + " ip="
        + ip
        + " host="
        + authority
        + (headers.isEmpty() ? "" : " " + headers);
  }
}
