package io.inmesh.conformance;

import java.util.List;
import java.util.Map;

/**
 * What was seen of one request.
 *
 * @param status 0 where the connection ended without a response
 * @param headers of the response, names in lower case
 * @param flags Envoy's response flags in the order in which they were set, joined with a comma, or
 *     {@code -}
 * @param route name of the route, empty for none
 * @param host address of the last upstream host, empty for none
 * @param attempts what the upstream saw, in order; copies of mirrors anywhere between
 * @param cut whether the response body ended too early
 * @param trace why it was decided so, a line an entry; empty where nobody can tell
 */
record Observation(
    int status,
    Map<String, String> headers,
    String body,
    String flags,
    String details,
    String cluster,
    String route,
    String host,
    int attemptCount,
    List<Attempt> attempts,
    boolean cut,
    List<String> trace) {
  /**
   * One attempt as an upstream saw it.
   *
   * @param host which host of the cluster, counted from 0
   */
  record Attempt(
      int host, String method, String target, String authority, Map<String, String> headers) {
    Attempt {
      headers = Map.copyOf(headers);
    }
  }

  /** Of a connection that ended before any request was read. */
  static Observation closed(String flags, String details, List<String> trace) {
    return new Observation(0, Map.of(), "", flags, details, "", "", "", 0, List.of(), true, trace);
  }

  Observation {
    headers = Map.copyOf(headers);
    attempts = List.copyOf(attempts);
    trace = List.copyOf(trace);
  }
}
