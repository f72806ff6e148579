package io.inmesh.engine;

import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.route.RetryPolicy;
import io.inmesh.engine.route.RouteTimeouts;
import io.inmesh.engine.route.RouteTimeouts.MaxStreamDuration;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The timeouts of one request, in nanoseconds; 0 is none.
 *
 * @param globalNanos from the end of the request to the end of the response
 * @param perTryNanos of one try, until its response starts
 * @param perTryIdleNanos between two bytes of one try
 * @param streamIdleNanos between two bytes of the request or the response
 * @param streamNanos of the whole stream; {@link #NONE} is none, 0 is over at once
 * @param upstreamStreamNanos of one try, its response included
 * @param rewritesGrpcTimeout whether the grpc-timeout header is to say what is expected
 * @param streamGrpcTimeout what the grpc-timeout header is to say of the stream, or null
 */
record Timeouts(
    long globalNanos,
    long perTryNanos,
    long perTryIdleNanos,
    long streamIdleNanos,
    long streamNanos,
    long upstreamStreamNanos,
    boolean rewritesGrpcTimeout,
    @Nullable String streamGrpcTimeout,
    boolean hedged) {
  /** No limit. */
  static final long NONE = -1;

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int MAX_GRPC_DIGITS = 8;

  static Timeouts of(
      RouteDecision decision,
      @Nullable RetryPolicy retry,
      CallerOptions caller,
      boolean hedged,
      RequestHead head) {
    RouteTimeouts config = decision.action().timeouts();
    HttpConnectionManager manager = decision.manager();
    boolean newTimeouts = config.maxStreamDuration() != null;
    Duration maxGrpc = config.maxGrpcTimeout();
    boolean byGrpc = !newTimeouts && maxGrpc != null && Grpc.isGrpc(head);
    long global;
    if (caller.timeoutMillis() != null) {
      global = millis(caller.timeoutMillis());
    } else if (newTimeouts) {
      global = 0;
    } else if (maxGrpc != null && byGrpc) {
      global = grpcTimeout(head.header("grpc-timeout"), config.grpcTimeoutOffset(), maxGrpc);
    } else {
      global = nanos(config.timeout());
    }
    long perTry = retry == null ? 0 : nanos(retry.perTryTimeout());
    if (caller.perTryMillis() != null) {
      perTry = millis(caller.perTryMillis());
    }
    boolean useless = global != 0 && perTry >= global;
    long stream = stream(config.maxStreamDuration(), manager, head);
    Duration idle = config.idleTimeout();
    return new Timeouts(
        global,
        useless ? 0 : perTry,
        retry == null ? 0 : nanos(retry.perTryIdleTimeout()),
        nanos(idle == null ? manager.streamIdleTimeout() : idle),
        stream,
        upstreamStream(decision, caller),
        byGrpc,
        newTimeouts && stream != NONE && Grpc.isGrpc(head)
            ? grpcText(stream / NANOS_PER_MILLI)
            : null,
        hedged);
  }

  /** What upstream is told to expect after some time went by, in milliseconds; 0 says nothing. */
  long expectedMillis(long elapsedNanos) {
    long expected = perTryNanos == 0 || hedged ? globalNanos : perTryNanos;
    if (expected == 0) {
      return 0;
    }
    if (globalNanos > 0) {
      expected = Math.min(expected, globalNanos - elapsedNanos);
    }
    return Math.max(1, expected / NANOS_PER_MILLI);
  }

  /** A timeout as gRPC writes it: at most eight digits and a unit. */
  static String grpcText(long millis) {
    if (millis < 100_000_000) {
      return millis + "m";
    }
    long seconds = millis / 1000;
    return seconds < 100_000_000 ? seconds + "S" : Math.min(seconds / 3600, 99_999_999) + "H";
  }

  // A grpc-timeout decides where the route lets it; the route's own limit, then the listener's.
  private static long stream(
      @Nullable MaxStreamDuration route, HttpConnectionManager manager, RequestHead head) {
    Duration cap = route == null ? null : route.grpcTimeoutHeaderMax();
    long asked = cap == null ? -1 : parseGrpc(head.header("grpc-timeout"));
    if (route != null && cap != null && asked >= 0) {
      long limit = nanos(cap);
      long timeout = limit != 0 && asked > limit ? limit : asked;
      Duration offset = route.grpcTimeoutHeaderOffset();
      return offset == null ? timeout : Math.max(0, timeout - nanos(offset));
    }
    Duration own = route == null ? null : route.maxStreamDuration();
    long nanos = nanos(own == null ? manager.maxStreamDuration() : own);
    return nanos == 0 ? NONE : nanos;
  }

  private static long upstreamStream(RouteDecision decision, CallerOptions caller) {
    Long asked = caller.streamMillis();
    return asked != null ? millis(asked) : nanos(decision.cluster().cluster().maxStreamDuration());
  }

  private static long grpcTimeout(@Nullable String header, Duration offset, Duration max) {
    long asked = Math.max(0, parseGrpc(header));
    long reduced = asked - nanos(offset);
    long timeout = asked > 0 && reduced > 0 ? reduced : asked;
    long cap = nanos(max);
    return cap != 0 && (timeout == 0 || timeout > cap) ? cap : timeout;
  }

  // Micro- and nanoseconds round up to milliseconds; what does not parse counts as absent: -1.
  private static long parseGrpc(@Nullable String text) {
    int digits = text == null ? 0 : text.length() - 1;
    if (text == null || digits < 1 || digits > MAX_GRPC_DIGITS) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < digits; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return switch (text.charAt(digits)) {
      case 'H' -> nanos(Duration.ofHours(value));
      case 'M' -> nanos(Duration.ofMinutes(value));
      case 'S' -> nanos(Duration.ofSeconds(value));
      case 'm' -> value * NANOS_PER_MILLI;
      case 'u' -> (value + 999) / 1000 * NANOS_PER_MILLI;
      case 'n' -> (value + 999_999) / 1_000_000 * NANOS_PER_MILLI;
      default -> -1;
    };
  }

  private static long millis(long value) {
    return value > Long.MAX_VALUE / 2 / NANOS_PER_MILLI
        ? Long.MAX_VALUE / 2
        : value * NANOS_PER_MILLI;
  }

  static long nanos(Duration duration) {
    // Beyond 292 years the nanoseconds do not fit; nobody waits that long.
    return duration.toSeconds() > 9_000_000_000L ? Long.MAX_VALUE / 2 : duration.toNanos();
  }
}
