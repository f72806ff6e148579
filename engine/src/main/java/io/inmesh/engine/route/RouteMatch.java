package io.inmesh.engine.route;

import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.match.QueryParameterMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request must be for a route; all conditions must hold.
 *
 * @param grpc whether only gRPC requests match
 * @param runtimeFraction the part of requests that match, by the stream's random number
 */
public record RouteMatch(
    PathMatcher path,
    List<HeaderMatcher> headers,
    List<QueryParameterMatcher> queryParameters,
    boolean grpc,
    @Nullable FractionalPercent runtimeFraction) {
  public RouteMatch {
    headers = List.copyOf(headers);
    queryParameters = List.copyOf(queryParameters);
  }

  public RouteMatch(PathMatcher path) {
    this(path, List.of(), List.of(), false, null);
  }

  public RouteMatch(PathMatcher path, List<HeaderMatcher> headers) {
    this(path, headers, List.of(), false, null);
  }
}
