package io.inmesh.engine.route;

import io.inmesh.engine.http.GrpcContentType;
import io.inmesh.engine.http.RequestHead;
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
  private static final int PATH = 0;
  private static final int FRACTION = 1;
  private static final int GRPC = 2;
  private static final int FIRST_HEADER = 3;

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

  /** Whether all conditions hold; the random number decides the fraction. */
  public boolean matches(RequestHead head, String path, long random) {
    return firstFailure(head, path, random) < 0;
  }

  /** The condition that fails first, for traces, or null where all hold. */
  public @Nullable String failure(RequestHead head, String path, long random) {
    int failed = firstFailure(head, path, random);
    if (failed < 0) {
      return null;
    }
    return switch (failed) {
      case PATH -> this.path.describe();
      case FRACTION -> "runtime fraction " + runtimeFraction;
      case GRPC -> "grpc";
      default -> {
        int i = failed - FIRST_HEADER;
        yield i < headers.size()
            ? headers.get(i).describe()
            : queryParameters.get(i - headers.size()).describe();
      }
    };
  }

  // The conditions are a conjunction without effects, so a cheap path is asked before the headers
  // and an expensive one after all else.
  private int firstFailure(RequestHead head, String path, long random) {
    boolean expensive =
        this.path instanceof PathMatcher.Regex || this.path instanceof PathMatcher.UriTemplate;
    if (!expensive && !this.path.matches(path)) {
      return PATH;
    }
    if (runtimeFraction != null && !runtimeFraction.selects(random)) {
      return FRACTION;
    }
    if (grpc && !GrpcContentType.isGrpc(head.header("content-type"))) {
      return GRPC;
    }
    for (int i = 0; i < headers.size(); i++) {
      if (!headers.get(i).matches(head)) {
        return FIRST_HEADER + i;
      }
    }
    for (int i = 0; i < queryParameters.size(); i++) {
      if (!queryParameters.get(i).matches(head.query())) {
        return FIRST_HEADER + headers.size() + i;
      }
    }
    return expensive && !this.path.matches(path) ? PATH : -1;
  }
}
