package io.inmesh.engine;

import io.inmesh.engine.LocalReply.Cause;
import io.inmesh.engine.LocalReply.Header;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.PickContext;
import io.inmesh.engine.cluster.TransportSocket;
import io.inmesh.engine.http.HeadEditor;
import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.http.ResponseHeadView;
import io.inmesh.engine.route.FaultPolicy;
import io.inmesh.engine.route.RetryPolicy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: the state machine of Envoy's fault and router filters. The driver reports
 * events of the current attempt and does what the returned step says. Not thread-safe: the driver
 * serialises its calls; an event after the end comes to {@link Step.Nothing}.
 *
 * <p>A step that follows a response or a timeout and is not {@link Step.Forward} means that the
 * attempt is over: the driver cancels or drains it. {@link #onEnd} is reported exactly once.
 */
public final class RequestFlow {
  private static final String NO_TLS =
      "mutual TLS is required by this endpoint and is not available yet";
  private static final Step NOTHING = new Step.Nothing();
  private static final Step FORWARD = new Step.Forward(Set.of());

  private enum State {
    NEW,
    DELAYED,
    TRYING,
    BACKING_OFF,
    RESPONDING,
    DONE
  }

  /**
   * One attempt that was made.
   *
   * @param status of its response, 0 without one
   * @param reset why it ended without a response, or null
   */
  public record AttemptRecord(Host host, int status, @Nullable ResetReason reset) {}

  private final RouteDecision decision;
  private final RequestHead head;
  private final Timeouts timeouts;
  private final @Nullable FaultPolicy fault;
  private final @Nullable RetryPolicy retryPolicy;
  private @Nullable RetryState retry;
  private final PickContext picking = new Picking();
  private final EnumSet<ResponseFlag> flags = EnumSet.noneOf(ResponseFlag.class);
  private final List<AttemptRecord> made = new ArrayList<>(2);

  private State state = State.NEW;
  private @Nullable Host host;
  private boolean hostCounted;
  private int attempt;
  private boolean bytesSent;
  private boolean requestSent;
  private long requestSentNanos;
  private String details = "";
  private @Nullable String transportFailure;

  /** The flow of a request; nothing happens before {@link #begin}. */
  public RequestFlow(RouteDecision decision, RequestHead head) {
    this.decision = decision;
    this.head = head;
    RetryPolicy own = decision.action().retryPolicy();
    retryPolicy = own != null ? own : decision.virtualHost().retryPolicy();
    retry = RetryState.of(retryPolicy, head, decision.random());
    timeouts = Timeouts.of(decision.action().timeouts(), retryPolicy, head);
    fault = Faults.of(decision, head);
  }

  /** Starts: a fault, or the first attempt. */
  public Step begin(long nowNanos) {
    if (state != State.NEW) {
      return NOTHING;
    }
    FaultPolicy.Delay delay = fault == null ? null : fault.delay();
    if (delay != null && delay.percentage().selects(Draws.faultDelay(decision.random()))) {
      flags.add(ResponseFlag.DI);
      state = State.DELAYED;
      return new Step.Wait(Timeouts.nanos(delay.fixed()));
    }
    return abortOrTry();
  }

  /** The wait is over: of a fault delay, or before a retry. */
  public Step onDelayElapsed(long nowNanos) {
    if (state == State.DELAYED) {
      return abortOrTry();
    }
    return state == State.BACKING_OFF ? tryNext() : NOTHING;
  }

  /**
   * The app's request is complete: with a repeatable body, or none, that is so when the first
   * attempt starts. From here runs the route timeout; later calls change nothing.
   */
  public void onRequestSent(long nowNanos) {
    if (!requestSent) {
      requestSent = true;
      requestSentNanos = nowNanos;
    }
  }

  /** A byte of the request went upstream: from now on a reset is not "before request". */
  public void onBytesSent() {
    bytesSent = true;
  }

  /** The head of the attempt's response is here. */
  public Step onResponse(int status, ResponseHeadView headers, long nowNanos) {
    if (state != State.TRYING || host == null) {
      return NOTHING;
    }
    made.add(new AttemptRecord(host, status, null));
    RetryState.Verdict verdict =
        retry == null ? RetryState.Verdict.NO : retry.onResponse(status, headers);
    if (verdict == RetryState.Verdict.RETRY) {
      return backOff();
    }
    limitReached(verdict);
    state = State.RESPONDING;
    details = "via_upstream";
    return flags.isEmpty() ? FORWARD : new Step.Forward(flags());
  }

  /**
   * The attempt ended without a complete response.
   *
   * @param failure what the transport said, or null
   */
  public Step onReset(ResetReason reason, @Nullable String failure, long nowNanos) {
    if (state == State.RESPONDING) {
      flags.add(reason.flag());
      return cut("upstream_reset_after_response_started{" + reason.detail(failure) + "}");
    }
    if (state != State.TRYING || host == null) {
      return NOTHING;
    }
    transportFailure = failure;
    made.add(new AttemptRecord(host, 0, reason));
    RetryState.Verdict verdict =
        retry == null
            ? RetryState.Verdict.NO
            : retry.onReset(reason, !bytesSent && reason.isConnectFailure());
    if (verdict == RetryState.Verdict.RETRY) {
      return backOff();
    }
    limitReached(verdict);
    flags.add(reason.flag());
    List<Header> extra =
        reason == ResetReason.OVERFLOW
            ? List.of(new Header("x-envoy-overloaded", "true"))
            : List.of();
    Cause cause =
        reason == ResetReason.OVERFLOW
            ? Cause.NONE
            : reason == ResetReason.CONNECTION_TIMEOUT ? Cause.TIMEOUT : Cause.CONNECT;
    return reply(
        reason == ResetReason.PROTOCOL_ERROR ? 502 : 503,
        reason.body(failure, attempt > 1),
        extra,
        "upstream_reset_before_response_started{" + reason.detail(failure) + "}",
        cause,
        null);
  }

  /** The time of one try is over. */
  public Step onPerTryTimeout(long nowNanos) {
    if (state != State.TRYING || host == null) {
      return NOTHING;
    }
    made.add(new AttemptRecord(host, 0, ResetReason.LOCAL_RESET));
    RetryState.Verdict verdict =
        retry == null ? RetryState.Verdict.NO : retry.onReset(ResetReason.LOCAL_RESET, false);
    if (verdict == RetryState.Verdict.RETRY) {
      return backOff();
    }
    limitReached(verdict);
    return timedOut("upstream_per_try_timeout");
  }

  /** The route timeout is over. */
  public Step onTimeout(long nowNanos) {
    if (state == State.RESPONDING) {
      flags.add(ResponseFlag.UT);
      return cut("response_timeout");
    }
    if (state == State.NEW || state == State.DONE) {
      return NOTHING;
    }
    if (state == State.TRYING && host != null) {
      made.add(new AttemptRecord(host, 0, ResetReason.LOCAL_RESET));
    }
    return timedOut("response_timeout");
  }

  /** The body outgrew what can be kept: no retry from now on. */
  public Step bodyNotReplayable() {
    retry = null;
    if (state != State.BACKING_OFF) {
      return NOTHING;
    }
    return reply(
        507,
        "exceeded request buffer limit while retrying upstream",
        List.of(),
        "request_payload_exceeded_retry_buffer_limit",
        Cause.NONE,
        null);
  }

  /** The request is over: its response was read to the end, cut, or the app gave it up. */
  public void onEnd(long nowNanos) {
    release();
    if (state != State.DONE && state != State.RESPONDING) {
      flags.add(ResponseFlag.DC);
      details = "downstream_remote_disconnect";
    }
    state = State.DONE;
  }

  /** Edits the head of the current attempt. */
  public void editRequest(HeadEditor editor, long nowNanos) {
    if (host == null) {
      throw new IllegalStateException("no attempt is under way");
    }
    long elapsed = requestSent && attempt > 1 ? nowNanos - requestSentNanos : 0;
    RequestEdit.apply(decision, head, editor, host, attempt, timeouts, elapsed);
  }

  /** Whether {@link #editResponse} would change anything of a response. */
  public boolean editsResponse(ResponseHeadView headers) {
    return decision.mutatesResponse()
        || decision.virtualHost().includeAttemptCountInResponse()
        || headers.header("x-envoy-peer-metadata-id") != null
        || headers.header("x-envoy-peer-metadata") != null;
  }

  /** Edits the head of the response that is forwarded. */
  public void editResponse(int status, HeaderEditor editor) {
    editor.removeHeader("x-envoy-peer-metadata-id");
    editor.removeHeader("x-envoy-peer-metadata");
    RequestFormat context = new RequestFormat(decision.snapshot(), decision.route(), head);
    context.upstream(decision.clusterName(), host, attempt, transportFailure);
    context.response(status, editor::header, LocalReply.text(flags), details);
    Mutations.response(
        editor,
        context,
        decision.table(),
        decision.virtualHost(),
        decision.route(),
        decision.weighted());
    if (decision.virtualHost().includeAttemptCountInResponse()) {
      editor.setHeader("x-envoy-attempt-count", Integer.toString(attempt));
    }
  }

  /** The route timeout, which the driver arms at {@link #onRequestSent}; 0 is none. */
  public long timeoutNanos() {
    return timeouts.globalNanos();
  }

  /** Whether anything may be retried, so that the body is worth keeping. */
  public boolean mayRetry() {
    return retry != null;
  }

  public RouteDecision decision() {
    return decision;
  }

  /** Attempts that have ended or answered, in order. */
  public List<AttemptRecord> attempts() {
    return List.copyOf(made);
  }

  /** Number of the current attempt, 0 before the first. */
  public int attemptCount() {
    return attempt;
  }

  public Set<ResponseFlag> flags() {
    return flags.isEmpty() ? Set.of() : Set.copyOf(flags);
  }

  /** Envoy's response code details as far as they are known. */
  public String details() {
    return details;
  }

  /** What the transport said of the last reset, or null. */
  public @Nullable String transportFailure() {
    return transportFailure;
  }

  private Step abortOrTry() {
    FaultPolicy.Abort abort = fault == null ? null : fault.abort();
    if (abort == null || !abort.percentage().selects(Draws.faultAbort(decision.random()))) {
      return tryNext();
    }
    flags.add(ResponseFlag.FI);
    return reply(
        abort.grpcStatus() == null ? abort.httpStatus() : 200,
        "fault filter abort",
        List.of(),
        "fault_filter_abort",
        Cause.NONE,
        abort.grpcStatus());
  }

  private Step tryNext() {
    attempt++;
    host = decision.cluster().pick(Draws.pick(decision.random(), attempt), picking);
    if (host == null) {
      flags.add(ResponseFlag.UH);
      return reply(
          503, "no healthy upstream", List.of(), "no_healthy_upstream", Cause.CONNECT, null);
    }
    state = State.TRYING;
    host.requestStarted();
    hostCounted = true;
    if (!(host.transportSocket() instanceof TransportSocket.RawBuffer)) {
      return onReset(ResetReason.REMOTE_CONNECTION_FAILURE, NO_TLS, 0);
    }
    return new Step.Attempt(
        host,
        attempt,
        timeouts.perTryNanos(),
        Timeouts.nanos(decision.cluster().cluster().connectTimeout()));
  }

  private Step backOff() {
    release();
    state = State.BACKING_OFF;
    return new Step.Wait(retry == null ? 0 : retry.backOffNanos());
  }

  private void limitReached(RetryState.Verdict verdict) {
    if (verdict == RetryState.Verdict.LIMIT) {
      flags.add(ResponseFlag.URX);
    }
  }

  private Step timedOut(String detail) {
    flags.add(ResponseFlag.UT);
    return reply(504, "upstream request timeout", List.of(), detail, Cause.TIMEOUT, null);
  }

  private Step cut(String detail) {
    release();
    state = State.DONE;
    details = detail;
    return new Step.Cut(flags(), detail);
  }

  private Step reply(
      int status,
      String body,
      List<Header> extra,
      String detail,
      Cause cause,
      @Nullable Integer grpcStatus) {
    release();
    state = State.DONE;
    details = detail;
    LocalReply plain = LocalReply.of(head, status, body, extra, flags, detail, cause, grpcStatus);
    return new Step.Reply(decision.withResponseMutations(head, plain, attempt));
  }

  private void release() {
    if (hostCounted && host != null) {
      hostCounted = false;
      host.requestEnded();
    }
  }

  /** Keeps a retry away from hosts that were tried, where the policy says so. */
  private final class Picking implements PickContext {
    @Override
    public boolean rejects(Host candidate) {
      if (retryPolicy == null || !retryPolicy.previousHosts()) {
        return false;
      }
      for (int i = 0; i < made.size(); i++) {
        if (made.get(i).host() == candidate) {
          return true;
        }
      }
      return false;
    }

    @Override
    public int hostSelectionAttempts() {
      return retryPolicy == null ? 0 : retryPolicy.hostSelectionAttempts();
    }
  }
}
