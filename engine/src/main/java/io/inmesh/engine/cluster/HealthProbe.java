package io.inmesh.engine.cluster;

import io.inmesh.engine.http.ResponseHeadView;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.route.HeaderMutations;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an active health check asks a host. */
public sealed interface HealthProbe {
  /**
   * A range of status codes.
   *
   * @param start the first one, from 100 on
   * @param end the one behind the last, at most 600
   */
  record Statuses(long start, long end) {
    /** 200 alone. */
    public static final Statuses OK = new Statuses(200, 201);

    private void check(String kind) {
      String problem = "";
      if (start >= end) {
        problem = "start < end, but found start=" + start + " and end=" + end;
      } else if (start < 100) {
        problem = "start >= 100, but found start=" + start;
      } else if (end > 600) {
        problem = "end <= 600, but found end=" + end;
      }
      if (!problem.isEmpty()) {
        throw new IllegalArgumentException(
            "Invalid http " + kind + " status range: expecting " + problem);
      }
    }

    boolean contains(int status) {
      return status >= start && status < end;
    }
  }

  /**
   * A request.
   *
   * @param host the authority, or empty for the name of the cluster
   * @param expected statuses of a success, {@link Statuses#OK} where there are none
   * @param retriable statuses of a failure that counts towards the threshold; any other makes the
   *     host unhealthy at once
   * @param send a body, or empty
   * @param receive what the body of the response must hold, in this order
   * @param bufferSize how many bytes of that body are looked at; 0 is all
   * @param http2 whether it goes over HTTP/2 and not HTTP/1.1
   * @param service whom the response must come from, by its header {@code
   *     x-envoy-upstream-healthchecked-cluster}; null is anybody
   */
  record Http(
      String method,
      String host,
      String path,
      HeaderMutations headers,
      List<Statuses> expected,
      List<Statuses> retriable,
      Payload send,
      List<Payload> receive,
      long bufferSize,
      boolean http2,
      @Nullable StringMatcher service)
      implements HealthProbe {
    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH", "OPTIONS");

    /** The header of a host that is degraded. */
    public static final String DEGRADED = "x-envoy-degraded";

    /** The header of a host that is to be left out of all counts. */
    public static final String IMMEDIATE_FAIL = "x-envoy-immediate-health-check-fail";

    /** The header that names the cluster of a host. */
    public static final String CHECKED_CLUSTER = "x-envoy-upstream-healthchecked-cluster";

    public Http {
      expected = expected.isEmpty() ? List.of(Statuses.OK) : List.copyOf(expected);
      retriable = List.copyOf(retriable);
      receive = List.copyOf(receive);
      expected.forEach(range -> range.check("expected"));
      retriable.forEach(range -> range.check("retriable"));
      if (path.isEmpty()) {
        throw new IllegalArgumentException(
            "HealthCheck.HttpHealthCheck.path: value length must be at least 1");
      }
      if (method.equals("CONNECT")) {
        throw new IllegalArgumentException(
            "HealthCheck.HttpHealthCheck.method: value must not be in list [CONNECT]");
      }
      if (!send.isEmpty() && !WITH_BODY.contains(method)) {
        throw new IllegalArgumentException(
            "HTTP health check cannot specify a request payload with method '"
                + method
                + "'. Only methods that support a request body (POST, PUT, PATCH, OPTIONS) can be"
                + " used with payload.");
      }
    }

    /** GET of a path, 200 being a success. */
    public static Http get(String path) {
      return new Http(
          "GET",
          "",
          path,
          HeaderMutations.NONE,
          List.of(),
          List.of(),
          Payload.NONE,
          List.of(),
          DEFAULT_BUFFER_SIZE,
          false,
          null);
    }

    /** What a complete response means. */
    public HealthCheckResult judge(int status, ResponseHeadView response, byte[] body) {
      if (expected.stream().noneMatch(range -> range.contains(status))) {
        boolean again = retriable.stream().anyMatch(range -> range.contains(status));
        return new HealthCheckResult(
            again ? HealthCheckResult.Outcome.RETRIABLE : HealthCheckResult.Outcome.FAILURE,
            response.header(IMMEDIATE_FAIL) != null);
      }
      byte[] seen =
          bufferSize == 0 || body.length <= bufferSize
              ? body
              : Arrays.copyOf(body, (int) bufferSize);
      boolean known = service == null || service.matches(text(response.header(CHECKED_CLUSTER)));
      if (!known || !Payload.inOrder(receive, seen)) {
        return HealthCheckResult.FAILURE;
      }
      return response.header(DEGRADED) == null
          ? HealthCheckResult.SUCCESS
          : HealthCheckResult.DEGRADED;
    }

    private static String text(@Nullable String value) {
      return value == null ? "" : value;
    }
  }

  /** Envoy's default of {@code response_buffer_size}, in bytes. */
  long DEFAULT_BUFFER_SIZE = 1024;

  /**
   * A connection, and what is said on it.
   *
   * @param send empty sends nothing
   * @param receive what must come, in this order; empty is content with the connection
   */
  record Tcp(Payload send, List<Payload> receive) implements HealthProbe {
    public Tcp {
      receive = List.copyOf(receive);
    }
  }

  /**
   * A call of {@code grpc.health.v1.Health/Check}.
   *
   * @param service whom it asks about; empty is the whole server
   * @param authority empty for the name of the cluster
   */
  record Grpc(String service, String authority, HeaderMutations metadata) implements HealthProbe {}
}
