package io.inmesh.engine.route;

import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.match.HeaderMatcher;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's fault filter: the delay is decided first, the abort independently after it.
 *
 * @param upstreamCluster only requests to this cluster, where set
 * @param downstreamNodes only callers with one of these ids, where not empty
 * @param headers gates that must all hold
 * @param maxActiveFaults how many requests may suffer at once; Long.MAX_VALUE is no limit
 */
public record FaultPolicy(
    @Nullable Delay delay,
    @Nullable Abort abort,
    @Nullable String upstreamCluster,
    List<String> downstreamNodes,
    List<HeaderMatcher> headers,
    long maxActiveFaults) {
  /**
   * A delay.
   *
   * @param fixed greater than 0; null takes x-envoy-fault-delay-request, in milliseconds
   */
  public record Delay(@Nullable Duration fixed, FractionalPercent percentage) {
    public Delay {
      if (fixed != null && (fixed.isZero() || fixed.isNegative())) {
        throw new IllegalArgumentException("FaultDelay.fixed_delay: value must be greater than 0s");
      }
    }
  }

  /**
   * An abort by HTTP status or by gRPC status.
   *
   * @param httpStatus 200 to 599; of no meaning with a gRPC status or by header
   * @param grpcStatus null for an HTTP abort
   * @param byHeader whether x-envoy-fault-abort-request or -grpc-request says the status
   */
  public record Abort(
      int httpStatus,
      @Nullable Integer grpcStatus,
      FractionalPercent percentage,
      boolean byHeader) {
    public Abort(int httpStatus, @Nullable Integer grpcStatus, FractionalPercent percentage) {
      this(httpStatus, grpcStatus, percentage, false);
    }

    public Abort {
      if (!byHeader && grpcStatus == null && (httpStatus < 200 || httpStatus > 599)) {
        throw new IllegalArgumentException(
            "FaultAbort.http_status: value must be inside range [200, 600): " + httpStatus);
      }
    }
  }

  /** Never delays nor aborts. */
  public static final FaultPolicy NONE =
      new FaultPolicy(null, null, null, List.of(), List.of(), Long.MAX_VALUE);

  public FaultPolicy {
    downstreamNodes = List.copyOf(downstreamNodes);
    headers = List.copyOf(headers);
  }

  public FaultPolicy(@Nullable Delay delay, @Nullable Abort abort) {
    this(delay, abort, null, List.of(), List.of(), Long.MAX_VALUE);
  }
}
