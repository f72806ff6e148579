package io.inmesh.engine.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of one request as a sidecar would see it, before the mesh touched it. Library adapters
 * implement it over the library's own request; every method is called on the hot path and must
 * neither allocate nor block. The engine reads it on the calling thread only and does not keep it
 * beyond the request.
 */
public interface RequestHead {
  /** The method in upper case, {@code GET}. */
  String method();

  /** The scheme of the URI in lower case, {@code http} or {@code https}. */
  String scheme();

  /** The host of the URI, where the app connects to; an IPv6 literal may stand in brackets. */
  String host();

  /** The port of the URI, or the default port of the scheme. */
  int port();

  /** What goes on the wire as Host or :authority; an app-set Host wins over the URI. */
  String authority();

  /** The raw path without query and fragment; starts with a slash. */
  String path();

  /** The raw query without the question mark, or null where the URI has none. */
  @Nullable String query();

  /** The values of a header joined with a comma, or null where it is absent. */
  @Nullable String header(String lowerCaseName);

  /**
   * The lines of a header that occurs more than once, in order; null where it occurs once or not at
   * all. Asked only where {@link #header} gave a value with a comma.
   */
  default @Nullable List<String> lines(String lowerCaseName) {
    return null;
  }

  /** The first line of a header, or null where it is absent. */
  default @Nullable String firstValue(String lowerCaseName) {
    String joined = header(lowerCaseName);
    List<String> lines = joined == null || joined.indexOf(',') < 0 ? null : lines(lowerCaseName);
    return lines == null ? joined : lines.get(0);
  }

  /** The address that the app itself has resolved the host to, where it is known already. */
  default @Nullable String ip() {
    return null;
  }

  /** The protocol in Envoy's words: {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}. */
  default String protocol() {
    return "HTTP/1.1";
  }
}
