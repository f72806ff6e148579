package io.inmesh.engine;

import io.inmesh.engine.cluster.ResourceManager;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.http.ResponseHeadView;
import io.inmesh.engine.match.Ascii;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.route.RetryOn;
import io.inmesh.engine.route.RetryPolicy;
import java.time.InstantSource;
import java.util.EnumSet;
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
    LIMIT,
    /** It would be retried, but so many other requests are. */
    OVERFLOW
  }

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final RetryPolicy NO_POLICY = RetryPolicy.builder().build();

  private final RetryPolicy policy;
  private final Set<RetryOn> on;
  private final CallerOptions caller;
  private final long random;
  private final InstantSource wallClock;
  private final ResourceManager resources;
  private final long maxIntervalMillis;
  private long remaining;
  private int retries;
  private boolean retrying;
  private long intervalMillis;
  private long dictatedMillis;

  private RetryState(
      RetryPolicy policy,
      Set<RetryOn> on,
      CallerOptions caller,
      long random,
      InstantSource wallClock,
      ResourceManager resources) {
    this.resources = resources;
    this.policy = policy;
    this.on = on;
    this.caller = caller;
    this.random = random;
    this.wallClock = wallClock;
    Long asked = caller.maxRetries();
    remaining = asked == null ? policy.numRetries() : asked;
    intervalMillis = policy.backOff().base().toMillis();
    maxIntervalMillis = policy.backOff().max().toMillis();
  }

  /**
   * Null where nothing of this request is ever retried.
   *
   * @param wallClock for responses that say when to come back
   * @param resources limits the retries of all requests
   */
  static @Nullable RetryState of(
      @Nullable RetryPolicy configured,
      CallerOptions caller,
      RequestHead head,
      long random,
      InstantSource wallClock,
      ResourceManager resources) {
    RetryPolicy policy = configured == null ? NO_POLICY : configured;
    Set<RetryOn> on = policy.retryOn();
    if (!caller.retryOn().isEmpty()) {
      EnumSet<RetryOn> both = EnumSet.copyOf(caller.retryOn());
      both.addAll(on);
      on = both;
    }
    if (on.isEmpty()) {
      return null;
    }
    List<HeaderMatcher> gates = policy.retriableRequestHeaders();
    boolean open = gates.isEmpty();
    for (HeaderMatcher gate : gates) {
      open |= gate.matches(head);
    }
    return open ? new RetryState(policy, on, caller, random, wallClock, resources) : null;
  }

  Verdict onResponse(int status, ResponseHeadView headers) {
    Verdict verdict = decide(wouldRetry(status, headers));
    RetryPolicy.RateLimitedBackOff limited = policy.rateLimitedBackOff();
    dictatedMillis = verdict == Verdict.RETRY && limited != null ? dictated(limited, headers) : 0;
    return verdict;
  }

  /**
   * @param nothingSent whether no byte of any try went upstream
   */
  Verdict onReset(ResetReason reason, boolean nothingSent) {
    return decide(retriable(reason, nothingSent));
  }

  /** A try that goes on beside the next one needs no reason but that its time is over. */
  Verdict onHedge() {
    return decide(true);
  }

  /** The wait before the retry that was granted last: uniform below an interval that doubles. */
  long backOffNanos() {
    long draw = Draws.backOff(random, retries);
    if (dictatedMillis > 1) {
      long jitter = Long.remainderUnsigned(draw, dictatedMillis >> 1);
      long wait = dictatedMillis + jitter;
      dictatedMillis = 0;
      return wait * NANOS_PER_MILLI;
    }
    long millis = Long.remainderUnsigned(draw, intervalMillis);
    intervalMillis = Math.min(2 * intervalMillis, maxIntervalMillis);
    return millis * NANOS_PER_MILLI;
  }

  // The first header that says when, unless that is too far off.
  private long dictated(RetryPolicy.RateLimitedBackOff limited, ResponseHeadView headers) {
    for (RetryPolicy.ResetHeader header : limited.resetHeaders()) {
      Long said = CallerOptions.number(headers.header(Ascii.lower(header.name())));
      if (said == null || said > Long.MAX_VALUE / 1000) {
        continue;
      }
      long seconds = header.unixTimestamp() ? said - wallClock.instant().getEpochSecond() : said;
      if (seconds >= 0 && seconds * 1000 <= limited.maxInterval().toMillis()) {
        return seconds * 1000;
      }
    }
    return 0;
  }

  /** No retry is waiting or under way any more. */
  void release() {
    if (retrying) {
      retrying = false;
      resources.releaseRetry();
    }
  }

  // An outcome is that of the retry before, which therewith is over.
  private Verdict decide(boolean retriable) {
    release();
    if (!retriable) {
      return Verdict.NO;
    }
    if (remaining == 0) {
      return Verdict.LIMIT;
    }
    remaining--;
    if (!resources.tryRetry()) {
      return Verdict.OVERFLOW;
    }
    retrying = true;
    retries++;
    return Verdict.RETRY;
  }

  // Looks for headers only where they can change the answer: most responses are good ones.
  boolean wouldRetry(int status, ResponseHeadView headers) {
    boolean asked = on.contains(RetryOn.ENVOY_RATELIMITED);
    if (!asked && !failureOf(status, headers)) {
      return false;
    }
    boolean limited = headers.header("x-envoy-ratelimited") != null;
    return limited ? asked : !asked || failureOf(status, headers);
  }

  private boolean failureOf(int status, ResponseHeadView headers) {
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
        && (policy.retriableStatusCodes().contains(status)
            || caller.retriableStatusCodes().contains(status))) {
      return true;
    }
    return (on.contains(RetryOn.RETRIABLE_HEADERS) && headersMatch(status, headers))
        || grpcStatusMatches(headers.header("grpc-status"));
  }

  private boolean headersMatch(int status, ResponseHeadView headers) {
    ResponseHeadView withStatus =
        name -> name.equals(":status") ? Integer.toString(status) : headers.header(name);
    for (HeaderMatcher matcher : policy.retriableHeaders()) {
      if (matcher.matches(withStatus)) {
        return true;
      }
    }
    for (String name : caller.retriableHeaderNames()) {
      if (headers.header(Ascii.lower(name)) != null) {
        return true;
      }
    }
    return false;
  }

  private boolean grpcStatusMatches(@Nullable String grpcStatus) {
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
