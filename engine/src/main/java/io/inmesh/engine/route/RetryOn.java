package io.inmesh.engine.route;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The tokens of {@code retry_on}. */
public enum RetryOn {
  FIVE_XX("5xx"),
  GATEWAY_ERROR("gateway-error"),
  RESET("reset"),
  RESET_BEFORE_REQUEST("reset-before-request"),
  CONNECT_FAILURE("connect-failure"),
  ENVOY_RATELIMITED("envoy-ratelimited"),
  RETRIABLE_4XX("retriable-4xx"),
  REFUSED_STREAM("refused-stream"),
  RETRIABLE_STATUS_CODES("retriable-status-codes"),
  RETRIABLE_HEADERS("retriable-headers"),
  HTTP3_POST_CONNECT_FAILURE("http3-post-connect-failure"),
  CANCELLED("cancelled"),
  DEADLINE_EXCEEDED("deadline-exceeded"),
  RESOURCE_EXHAUSTED("resource-exhausted"),
  UNAVAILABLE("unavailable"),
  INTERNAL("internal");

  private final String token;

  RetryOn(String token) {
    this.token = token;
  }

  /** The token as written. */
  public String token() {
    return token;
  }

  /** Whether it asks for a gRPC status. */
  public boolean isGrpc() {
    return compareTo(CANCELLED) >= 0;
  }

  /** Parses a comma-separated list; unknown tokens are ignored, as Envoy ignores them. */
  public static Set<RetryOn> parse(String list) {
    Set<RetryOn> found = EnumSet.noneOf(RetryOn.class);
    for (String part : list.split(",", -1)) {
      for (RetryOn candidate : values()) {
        if (candidate.token.equals(part.strip())) {
          found.add(candidate);
        }
      }
    }
    return Collections.unmodifiableSet(found);
  }
}
