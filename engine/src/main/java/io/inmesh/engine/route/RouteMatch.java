package io.inmesh.engine.route;

import io.inmesh.engine.http.GrpcContentType;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.match.QueryParameterMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request must be for a route; all conditions must hold. Immutable. */
public final class RouteMatch {
  /** How the path is asked; the two usual ways without a virtual call. */
  private enum PathKind {
    PREFIX,
    EXACT,
    OTHER,
    EXPENSIVE
  }

  private final PathMatcher path;
  private final boolean grpc;
  private final @Nullable FractionalPercent runtimeFraction;
  private final boolean holdsWithoutMetadata;

  private final PathKind kind;
  private final String pathValue;
  private final HeaderMatcher[] headerMatchers;
  private final QueryParameterMatcher[] queryMatchers;

  /**
   * All conditions.
   *
   * @param grpc whether only gRPC requests match
   * @param runtimeFraction the part of requests that match, by the stream's random number
   * @param holdsWithoutMetadata whether a request without dynamic metadata matches; none has any
   *     when its route is chosen
   */
  public RouteMatch(
      PathMatcher path,
      List<HeaderMatcher> headers,
      List<QueryParameterMatcher> queryParameters,
      boolean grpc,
      @Nullable FractionalPercent runtimeFraction,
      boolean holdsWithoutMetadata) {
    this.path = path;
    this.holdsWithoutMetadata = holdsWithoutMetadata;
    this.grpc = grpc;
    this.runtimeFraction = runtimeFraction;
    headerMatchers = headers.toArray(new HeaderMatcher[0]);
    queryMatchers = queryParameters.toArray(new QueryParameterMatcher[0]);
    if (path instanceof PathMatcher.Prefix prefix && prefix.caseSensitive()) {
      kind = PathKind.PREFIX;
      pathValue = prefix.value();
    } else if (path instanceof PathMatcher.Exact exact && exact.caseSensitive()) {
      kind = PathKind.EXACT;
      pathValue = exact.value();
    } else {
      boolean expensive =
          path instanceof PathMatcher.Regex || path instanceof PathMatcher.UriTemplate;
      kind = expensive ? PathKind.EXPENSIVE : PathKind.OTHER;
      pathValue = "";
    }
  }

  public RouteMatch(
      PathMatcher path,
      List<HeaderMatcher> headers,
      List<QueryParameterMatcher> queryParameters,
      boolean grpc,
      @Nullable FractionalPercent runtimeFraction) {
    this(path, headers, queryParameters, grpc, runtimeFraction, true);
  }

  public RouteMatch(PathMatcher path) {
    this(path, List.of(), List.of(), false, null);
  }

  public RouteMatch(PathMatcher path, List<HeaderMatcher> headers) {
    this(path, headers, List.of(), false, null);
  }

  public PathMatcher path() {
    return path;
  }

  public List<HeaderMatcher> headers() {
    return List.of(headerMatchers);
  }

  /** Whether the path, unless it is expensive, metadata and fraction hold. */
  boolean cheapConditionsHold(String requestPath, long random) {
    return (kind == PathKind.EXPENSIVE || cheapPathMatches(requestPath))
        && holdsWithoutMetadata
        && (runtimeFraction == null || runtimeFraction.selects(random));
  }

  HeaderMatcher[] headerMatchers() {
    return headerMatchers;
  }

  /** Whether all conditions hold but the cheap ones and the headers. */
  boolean otherConditionsHold(RequestHead head, String requestPath) {
    if (grpc && !GrpcContentType.isGrpc(head.header("content-type"))) {
      return false;
    }
    for (int i = 0; i < queryMatchers.length; i++) {
      if (!queryMatchers[i].matches(head.query())) {
        return false;
      }
    }
    return kind != PathKind.EXPENSIVE || path.matches(requestPath);
  }

  /**
   * The condition that fails first, for traces, or null where all hold. They are a conjunction
   * without effects, so a cheap path is asked before the headers and an expensive one after all
   * else.
   */
  public @Nullable String failure(RequestHead head, String requestPath, long random) {
    if (kind != PathKind.EXPENSIVE && !cheapPathMatches(requestPath)) {
      return path.describe();
    }
    if (!holdsWithoutMetadata) {
      return "dynamic metadata";
    }
    if (runtimeFraction != null && !runtimeFraction.selects(random)) {
      return "runtime fraction " + runtimeFraction.percent() + " %";
    }
    if (grpc && !GrpcContentType.isGrpc(head.header("content-type"))) {
      return "grpc";
    }
    for (HeaderMatcher matcher : headerMatchers) {
      if (!matcher.matches(head)) {
        return matcher.describe();
      }
    }
    for (QueryParameterMatcher matcher : queryMatchers) {
      if (!matcher.matches(head.query())) {
        return matcher.describe();
      }
    }
    return kind == PathKind.EXPENSIVE && !path.matches(requestPath) ? path.describe() : null;
  }

  private boolean cheapPathMatches(String requestPath) {
    if (kind == PathKind.PREFIX) {
      return requestPath.startsWith(pathValue);
    }
    return kind == PathKind.EXACT ? requestPath.equals(pathValue) : path.matches(requestPath);
  }
}
