package io.inmesh.engine.route;

import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.QueryParameterMatcher;
import java.util.List;

/** What an entry of a rate limit descriptor is made of. */
public sealed interface RateLimitAction {
  /** The value of a header; absent, the descriptor falls away or goes on without the entry. */
  record RequestHeader(String name, String key, boolean skipIfAbsent) implements RateLimitAction {}

  /** A fixed value. */
  record GenericKey(String key, String value) implements RateLimitAction {}

  /** The cluster of the route. */
  record DestinationCluster() implements RateLimitAction {}

  /** The address of the caller. */
  record RemoteAddress() implements RateLimitAction {}

  /** A fixed value where the headers match, or do not. */
  record HeaderValueMatch(String key, String value, boolean expect, List<HeaderMatcher> headers)
      implements RateLimitAction {
    public HeaderValueMatch {
      headers = List.copyOf(headers);
    }
  }

  /** A fixed value where the query matches, or does not. */
  record QueryValueMatch(
      String key, String value, boolean expect, List<QueryParameterMatcher> parameters)
      implements RateLimitAction {
    public QueryValueMatch {
      parameters = List.copyOf(parameters);
    }
  }

  /**
   * Envoy's {@code RateLimit}: one descriptor.
   *
   * @param stage it counts for filters of this stage
   */
  record Descriptor(int stage, List<RateLimitAction> actions) {
    public Descriptor {
      actions = List.copyOf(actions);
    }
  }
}
