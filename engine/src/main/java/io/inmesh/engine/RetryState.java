package io.inmesh.engine;

import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.http.ResponseHeadView;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.route.RetryOn;
import io.inmesh.engine.route.RetryPolicy;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The retries of one request: what is retried, how often, and after how long. */
final class RetryState {
  /** What a look at a failure comes to. */
  enum Verdict {
    RETRY,
    NO,
    /** It would be retried, but the limit is reached. */
    LIMIT
  }

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final RetryPolicy policy;
  private final long random;
  private final long maxIntervalMillis;
  private int remaining;
  private int retries;
  private long intervalMillis;

  private RetryState(RetryPolicy policy, long random) {
    this.policy = policy;
    this.random = random;
    remaining = policy.numRetries();
    intervalMillis = policy.backOff().base().toMillis();
    maxIntervalMillis = policy.backOff().max().toMillis();
  }

  /** Null where nothing of this request is ever retried. */
  static @Nullable RetryState of(@Nullable RetryPolicy policy, RequestHead head, long random) {
    if (policy == null || policy.retryOn().isEmpty()) {
      return null;
    }
    List<HeaderMatcher> gates = policy.retriableRequestHeaders();
    boolean open = gates.isEmpty();
    for (HeaderMatcher gate : gates) {
      open |= gate.matches(head);
    }
    return open ? new RetryState(policy, random) : null;
  }

  Verdict onResponse(int status, ResponseHeadView headers) {
    return decide(retriable(status, headers));
  }

  /**
   * @param nothingSent whether no byte of any try went upstream
   */
  Verdict onReset(ResetReason reason, boolean nothingSent) {
    return decide(retriable(reason, nothingSent));
  }

  /** The wait before the retry that was granted last: uniform below an interval that doubles. */
  long backOffNanos() {
    long millis = Long.remainderUnsigned(Draws.backOff(random, retries), intervalMillis);
    intervalMillis = Math.min(2 * intervalMillis, maxIntervalMillis);
    return millis * NANOS_PER_MILLI;
  }

  private Verdict decide(boolean retriable) {
    if (!retriable) {
      return Verdict.NO;
    }
    if (remaining == 0) {
      return Verdict.LIMIT;
    }
    remaining--;
    retries++;
    return Verdict.RETRY;
  }

  // Looks for headers only where they can change the answer: most responses are good ones.
  private boolean retriable(int status, ResponseHeadView headers) {
    boolean asked = policy.retryOn().contains(RetryOn.ENVOY_RATELIMITED);
    if (!asked && !failureOf(status, headers)) {
      return false;
    }
    boolean limited = headers.header("x-envoy-ratelimited") != null;
    return limited ? asked : !asked || failureOf(status, headers);
  }

  private boolean failureOf(int status, ResponseHeadView headers) {
    Set<RetryOn> on = policy.retryOn();
    if (on.contains(RetryOn.FIVE_XX) && status >= 500 && status < 600) {
      return true;
    }
    if (on.contains(RetryOn.GATEWAY_ERROR) && status >= 502 && status <= 504) {
      return true;
    }
    if (on.contains(RetryOn.RETRIABLE_4XX) && status == 409) {
      return true;
    }
    if (on.contains(RetryOn.RETRIABLE_STATUS_CODES)
        && policy.retriableStatusCodes().contains(status)) {
      return true;
    }
    return (on.contains(RetryOn.RETRIABLE_HEADERS) && headersMatch(status, headers))
        || grpcStatusMatches(on, headers.header("grpc-status"));
  }

  private boolean headersMatch(int status, ResponseHeadView headers) {
    ResponseHeadView withStatus =
        name -> name.equals(":status") ? Integer.toString(status) : headers.header(name);
    for (HeaderMatcher matcher : policy.retriableHeaders()) {
      if (matcher.matches(withStatus)) {
        return true;
      }
    }
    return false;
  }

  private static boolean grpcStatusMatches(Set<RetryOn> on, @Nullable String grpcStatus) {
    if (grpcStatus == null) {
      return false;
    }
    return switch (grpcStatus) {
      case "1" -> on.contains(RetryOn.CANCELLED);
      case "4" -> on.contains(RetryOn.DEADLINE_EXCEEDED);
      case "8" -> on.contains(RetryOn.RESOURCE_EXHAUSTED);
      case "13" -> on.contains(RetryOn.INTERNAL);
      case "14" -> on.contains(RetryOn.UNAVAILABLE);
      default -> false;
    };
  }

  private boolean retriable(ResetReason reason, boolean nothingSent) {
    Set<RetryOn> on = policy.retryOn();
    if (reason == ResetReason.OVERFLOW) {
      return false;
    }
    return on.contains(RetryOn.RESET)
        || on.contains(RetryOn.FIVE_XX)
        || on.contains(RetryOn.GATEWAY_ERROR)
        || (on.contains(RetryOn.RESET_BEFORE_REQUEST) && nothingSent)
        || (on.contains(RetryOn.CONNECT_FAILURE) && reason.isConnectFailure())
        || (on.contains(RetryOn.REFUSED_STREAM)
            && reason == ResetReason.REMOTE_REFUSED_STREAM_RESET);
  }
}
