package io.inmesh.engine;

import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.route.RetryPolicy;
import io.inmesh.engine.route.RouteTimeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The timeouts of one request, in nanoseconds; 0 is none.
 *
 * @param rewritesGrpcTimeout whether the grpc-timeout header is to say what is enforced
 */
record Timeouts(long globalNanos, long perTryNanos, boolean rewritesGrpcTimeout) {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int MAX_GRPC_DIGITS = 8;

  static Timeouts of(RouteTimeouts config, @Nullable RetryPolicy retry, RequestHead head) {
    boolean newTimeouts = config.maxStreamDuration() != null;
    Duration maxGrpc = config.maxGrpcTimeout();
    boolean byGrpc = !newTimeouts && maxGrpc != null && Grpc.isGrpc(head);
    long global;
    if (newTimeouts) {
      global = 0;
    } else if (maxGrpc != null && byGrpc) {
      global = grpcTimeout(head.header("grpc-timeout"), config.grpcTimeoutOffset(), maxGrpc);
    } else {
      global = nanos(config.timeout());
    }
    long perTry = retry == null ? 0 : nanos(retry.perTryTimeout());
    boolean useless = global != 0 && perTry >= global;
    return new Timeouts(global, useless ? 0 : perTry, byGrpc);
  }

  /** What upstream is told to expect after some time went by, in milliseconds; 0 says nothing. */
  long expectedMillis(long elapsedNanos) {
    long expected = perTryNanos == 0 ? globalNanos : perTryNanos;
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

  private static long grpcTimeout(@Nullable String header, Duration offset, Duration max) {
    long asked = header == null ? 0 : parseGrpc(header);
    long reduced = asked - nanos(offset);
    long timeout = asked > 0 && reduced > 0 ? reduced : asked;
    long cap = nanos(max);
    return cap != 0 && (timeout == 0 || timeout > cap) ? cap : timeout;
  }

  // Micro- and nanoseconds round up to milliseconds; what does not parse counts as absent.
  private static long parseGrpc(String text) {
    int digits = text.length() - 1;
    if (digits < 1 || digits > MAX_GRPC_DIGITS) {
      return 0;
    }
    long value = 0;
    for (int i = 0; i < digits; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return 0;
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
      default -> 0;
    };
  }

  static long nanos(Duration duration) {
    // Beyond 292 years the nanoseconds do not fit; nobody waits that long.
    return duration.getSeconds() > 9_000_000_000L ? Long.MAX_VALUE / 2 : duration.toNanos();
  }
}
