package io.inmesh.engine.route;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The timeouts of a route.
 *
 * @param timeout from the end of the request to the end of the response; 0 is none; Envoy's default
 *     is 15 s
 * @param maxGrpcTimeout caps the caller's grpc-timeout; 0 leaves it uncapped; null ignores it
 * @param grpcTimeoutOffset subtracted from the caller's grpc-timeout
 * @param idleTimeout of the stream; null is the listener's, 0 is none
 * @param maxStreamDuration turns {@code timeout} off where set
 */
public record RouteTimeouts(
    Duration timeout,
    @Nullable Duration maxGrpcTimeout,
    Duration grpcTimeoutOffset,
    @Nullable Duration idleTimeout,
    @Nullable MaxStreamDuration maxStreamDuration) {
  /** Envoy's defaults. */
  public static final RouteTimeouts DEFAULT = of(Duration.ofSeconds(15));

  /** No timeout at all, as Istio sends it. */
  public static final RouteTimeouts NONE = of(Duration.ZERO);

  /** Limits of the life of a stream; null is "not set". */
  public record MaxStreamDuration(
      @Nullable Duration maxStreamDuration,
      @Nullable Duration grpcTimeoutHeaderMax,
      @Nullable Duration grpcTimeoutHeaderOffset) {}

  public RouteTimeouts {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("RouteAction.timeout: must not be negative");
    }
  }

  /** This timeout and nothing else. */
  public static RouteTimeouts of(Duration timeout) {
    return new RouteTimeouts(timeout, null, Duration.ZERO, null, null);
  }
}
