package io.inmesh.cli.demo;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One request that a service says it answered.
 *
 * @param atNanos when the line was read
 * @param scene the value of header x-call, "-" without
 * @param user the value of header x-user, "-" without
 * @param caller by the certificate that it showed
 */
record Served(
    long atNanos,
    String service,
    String version,
    String path,
    String host,
    String scene,
    String user,
    Caller caller,
    int status,
    long millis) {
  /** The headers that the services are told to log, for scene, user and caller. */
  static final String LOGGED_HEADERS = "x-call,x-user," + Caller.HEADER;

  /** Reads a line of a service's log; empty for any other line. */
  static Optional<Served> parse(String line, long nowNanos) {
    if (!line.startsWith("served ")) {
      return Optional.empty();
    }
    Map<String, String> pairs = new HashMap<>();
    for (String word : line.split(" ", -1)) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        pairs.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    return Optional.of(
        new Served(
            nowNanos,
            pairs.getOrDefault("name", ""),
            pairs.getOrDefault("version", ""),
            pairs.getOrDefault("path", ""),
            pairs.getOrDefault("host", ""),
            pairs.getOrDefault("x-call", "-"),
            pairs.getOrDefault("x-user", "-"),
            Caller.parse(pairs.getOrDefault(Caller.HEADER, "")),
            Integer.parseInt(pairs.getOrDefault("status", "0")),
            Long.parseLong(pairs.getOrDefault("ms", "0"))));
  }

  /** For example {@code shop > catalog}, by their service accounts. */
  String callerAndService() {
    return caller.account() + " > " + service;
  }

  boolean is(String wantedService, String wantedScene) {
    return service.equals(wantedService) && scene.equals(wantedScene);
  }
}
