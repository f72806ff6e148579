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
import io.inmesh.engine.route.HedgePolicy;
import io.inmesh.engine.route.RetryPolicy;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: the state machine of Envoy's HTTP filters and router. The driver reports
 * events of attempts, by their number, and does what the returned step says. Not thread-safe: the
 * driver serialises its calls; an event after the end, or of an attempt that is over, comes to
 * {@link Step.Nothing}. {@link #onEnd} is reported exactly once.
 */
public final class RequestFlow {
  private static final String NO_TLS =
      "mutual TLS is required by this endpoint and is not available yet";
  private static final Step NOTHING = new Step.Nothing();
  private static final Step DROP = new Step.Drop();

  private enum State {
    NEW,
    FILTERING,
    RUNNING,
    RESPONDING,
    DONE
  }

  /** A time of one attempt. */
  public enum TryTime {
    PER_TRY("upstream_per_try_timeout"),
    IDLE("upstream_per_try_idle_timeout"),
    STREAM("upstream_max_stream_duration_reached");

    private final String details;

    TryTime(String details) {
      this.details = details;
    }
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
  private final CallerOptions caller;
  private final Timeouts timeouts;
  private final boolean hedges;
  private final @Nullable RetryPolicy retryPolicy;
  private @Nullable RetryState retry;
  private final PickContext picking = new Picking();
  private @Nullable RequestHash hashing;
  private @Nullable Long hash;
  private final EnumSet<ResponseFlag> flags = EnumSet.noneOf(ResponseFlag.class);
  private final @Nullable FilterRun filters;
  private final List<AttemptRecord> made = new ArrayList<>(2);
  private final List<Try> running = new ArrayList<>(1);

  private State state = State.NEW;
  private boolean retryPending;
  private boolean timeoutRetry;
  private @Nullable Host host;
  private int attempt;
  private boolean bytesSent;
  private boolean requestSent;
  private boolean streams;
  private long requestSentNanos;
  private String details = "";
  private @Nullable String transportFailure;

  /** The flow of a request whose driver makes one attempt at a time. */
  public RequestFlow(RouteDecision decision, RequestHead head) {
    this(decision, head, false);
  }

  /**
   * The flow of a request; nothing happens before {@link #begin}.
   *
   * @param parallel whether the driver can have more than one attempt under way
   */
  public RequestFlow(RouteDecision decision, RequestHead head, boolean parallel) {
    this(decision, head, parallel, InstantSource.system());
  }

  RequestFlow(RouteDecision decision, RequestHead head, boolean parallel, InstantSource wallClock) {
    this.decision = decision;
    this.head = PathHead.of(head, decision.normalizedPath());
    caller = CallerOptions.of(decision, head);
    RetryPolicy own = decision.action().retryPolicy();
    retryPolicy = own != null ? own : decision.virtualHost().retryPolicy();
    retry = RetryState.of(retryPolicy, caller, head, decision.random(), wallClock);
    boolean hedged = hedged(decision, caller);
    hedges = hedged && parallel;
    timeouts = Timeouts.of(decision, retryPolicy, caller, hedged, head);
    filters = FilterRun.of(decision, head, flags);
  }

  private static boolean hedged(RouteDecision decision, CallerOptions caller) {
    if (caller.hedge() != null) {
      return caller.hedge();
    }
    HedgePolicy own = decision.action().hedgePolicy();
    HedgePolicy policy = own != null ? own : decision.virtualHost().options().hedgePolicy();
    return policy != null && policy.onPerTryTimeout();
  }

  /** Starts: what the filters do, or the first attempt. */
  public Step begin(long nowNanos) {
    if (state != State.NEW) {
      return NOTHING;
    }
    state = State.FILTERING;
    return filterOrTry(nowNanos);
  }

  /** The wait is over: of a fault delay, or before a retry. */
  public Step onDelayElapsed(long nowNanos) {
    if (state == State.FILTERING) {
      return filterOrTry(nowNanos);
    }
    if (state != State.RUNNING || !retryPending) {
      return NOTHING;
    }
    retryPending = false;
    return tryNext(nowNanos);
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

  /** The app may still be writing its request when it fails; else it counts as complete. */
  public void requestStreams() {
    streams = true;
  }

  /** A byte of the request went upstream: from now on a reset is not "before request". */
  public void onBytesSent() {
    bytesSent = true;
  }

  /** The head of the last attempt's response is here. */
  public Step onResponse(int status, ResponseHeadView headers, long nowNanos) {
    return onResponse(attempt, status, headers, nowNanos);
  }

  /** The head of an attempt's response is here. */
  public Step onResponse(int number, int status, ResponseHeadView headers, long nowNanos) {
    Try answered = find(number);
    if (state != State.RUNNING || answered == null) {
      return NOTHING;
    }
    made.add(new AttemptRecord(answered.host, status, null));
    boolean couldNotRetry = false;
    if (retry != null && answered.hedged) {
      couldNotRetry = retry.wouldRetry(status, headers);
    } else if (retry != null) {
      RetryState.Verdict verdict = retry.onResponse(status, headers);
      if (verdict == RetryState.Verdict.RETRY) {
        timeoutRetry = false;
        return backOff(answered, false);
      }
      couldNotRetry = limitReached(verdict);
    }
    if (couldNotRetry && (running.size() > 1 || retryPending)) {
      end(answered);
      return DROP;
    }
    for (int i = running.size() - 1; i >= 0; i--) {
      if (running.get(i) != answered) {
        end(running.get(i));
      }
    }
    retryPending = false;
    host = answered.host;
    state = State.RESPONDING;
    details = "via_upstream";
    return new Step.Forward(flags(), number);
  }

  /** The last attempt ended without a complete response. */
  public Step onReset(ResetReason reason, @Nullable String failure, long nowNanos) {
    return onReset(attempt, reason, failure, nowNanos);
  }

  /**
   * An attempt ended without a complete response.
   *
   * @param failure what the transport said, or null
   */
  public Step onReset(int number, ResetReason reason, @Nullable String failure, long nowNanos) {
    Try broken = find(number);
    if (broken == null) {
      return NOTHING;
    }
    if (state == State.RESPONDING) {
      flags.add(reason.flag());
      return cut("upstream_reset_after_response_started{" + reason.detail(failure) + "}");
    }
    transportFailure = failure;
    made.add(new AttemptRecord(broken.host, 0, reason));
    if (mayRetry(broken, reason, !bytesSent && reason.isConnectFailure())) {
      return backOff(broken, false);
    }
    end(broken);
    if (!running.isEmpty() || retryPending) {
      return DROP;
    }
    flags.add(reason.flag());
    boolean overflow = reason == ResetReason.OVERFLOW;
    Cause cause =
        overflow
            ? Cause.NONE
            : reason == ResetReason.CONNECTION_TIMEOUT ? Cause.TIMEOUT : Cause.CONNECT;
    return reply(
        reason == ResetReason.PROTOCOL_ERROR ? 502 : 503,
        reason.body(failure, attempt > 1),
        overflow ? List.of(new Header("x-envoy-overloaded", "true")) : List.of(),
        "upstream_reset_before_response_started{" + reason.detail(failure) + "}",
        cause,
        null,
        nowNanos);
  }

  /** The time of the last try is over. */
  public Step onPerTryTimeout(long nowNanos) {
    return onTryTimeout(TryTime.PER_TRY, attempt, nowNanos);
  }

  /** A time of one try is over. */
  public Step onTryTimeout(TryTime time, int number, long nowNanos) {
    Try late = find(number);
    if (late == null || (time == TryTime.PER_TRY && state == State.RESPONDING)) {
      return NOTHING;
    }
    if (state == State.RESPONDING) {
      flags.add(time == TryTime.STREAM ? ResponseFlag.UMSDR : ResponseFlag.UT);
      return cut(time.details);
    }
    if (hedges && time != TryTime.STREAM) {
      return hedge(late);
    }
    made.add(new AttemptRecord(late.host, 0, ResetReason.LOCAL_RESET));
    if (mayRetry(late, ResetReason.LOCAL_RESET, false)) {
      timeoutRetry = time != TryTime.STREAM;
      return backOff(late, false);
    }
    if (time != TryTime.STREAM) {
      return timedOut(time.details, nowNanos);
    }
    flags.add(ResponseFlag.UMSDR);
    return reply(
        incompleteOr504(),
        "upstream max stream duration reached",
        List.of(),
        time.details,
        Cause.TIMEOUT,
        null,
        nowNanos);
  }

  // The late try goes on; it is never retried a second time.
  private Step hedge(Try late) {
    if (late.hedged || retry == null) {
      return NOTHING;
    }
    RetryState.Verdict verdict = retry.onHedge();
    limitReached(verdict);
    if (verdict != RetryState.Verdict.RETRY) {
      return NOTHING;
    }
    late.hedged = true;
    timeoutRetry = true;
    return backOff(late, true);
  }

  /** The route timeout is over. */
  public Step onTimeout(long nowNanos) {
    if (state == State.RESPONDING) {
      flags.add(ResponseFlag.UT);
      return cut("response_timeout");
    }
    if (state != State.RUNNING) {
      return NOTHING;
    }
    for (Try late : running) {
      made.add(new AttemptRecord(late.host, 0, ResetReason.LOCAL_RESET));
    }
    return timedOut("response_timeout", nowNanos);
  }

  /** Nothing moved for the time of {@link #streamIdleNanos}. */
  public Step onStreamIdle(long nowNanos) {
    if (state == State.NEW || state == State.DONE) {
      return NOTHING;
    }
    if (state == State.RESPONDING) {
      return cut("stream_idle_timeout");
    }
    flags.add(ResponseFlag.SI);
    return reply(
        incompleteOr504(),
        "stream timeout",
        List.of(),
        "stream_idle_timeout",
        Cause.TIMEOUT,
        null,
        nowNanos);
  }

  /** The stream has lived for {@link #streamNanos}. */
  public Step onStreamDuration(long nowNanos) {
    if (state == State.NEW || state == State.DONE) {
      return NOTHING;
    }
    if (state == State.RESPONDING) {
      return cut("max_duration_timeout");
    }
    return reply(
        incompleteOr504(),
        "downstream duration timeout",
        List.of(),
        "max_duration_timeout",
        Cause.TIMEOUT,
        4,
        nowNanos);
  }

  /** The body outgrew what can be kept: no retry from now on. */
  public Step bodyNotReplayable() {
    return bodyNotReplayable(0);
  }

  /** The body outgrew what can be kept: no retry from now on. */
  public Step bodyNotReplayable(long nowNanos) {
    retry = null;
    if (state != State.RUNNING || !retryPending) {
      return NOTHING;
    }
    return reply(
        507,
        "exceeded request buffer limit while retrying upstream",
        List.of(),
        "request_payload_exceeded_retry_buffer_limit",
        Cause.NONE,
        null,
        nowNanos);
  }

  /** The request is over: its response was read to the end, cut, or the app gave it up. */
  public void onEnd(long nowNanos) {
    endAll();
    if (state != State.DONE && state != State.RESPONDING) {
      flags.add(ResponseFlag.DC);
      details = "downstream_remote_disconnect";
    }
    state = State.DONE;
    if (filters != null) {
      filters.onEnd();
    }
  }

  /** Edits the head of the last attempt. */
  public void editRequest(HeadEditor editor, long nowNanos) {
    Try current = find(attempt);
    if (current == null) {
      throw new IllegalStateException("no attempt is under way");
    }
    long elapsed = requestSent && attempt > 1 ? nowNanos - requestSentNanos : 0;
    RequestEdit.apply(
        decision, head, editor, current.host, attempt, timeouts, elapsed, timeoutRetry, filters);
  }

  /** Whether copies of the request are sent, so that its body is worth keeping. */
  public boolean isMirrored() {
    return Mirrors.any(decision, head);
  }

  /**
   * The copies of the request, while its first attempt is under way.
   *
   * @param own the headers of the app and its library, names in lower case
   */
  public List<MirrorRequest> mirrors(List<Header> own, long nowNanos) {
    return state == State.RUNNING
        ? Mirrors.of(
            decision,
            head,
            own,
            timeouts.globalNanos(),
            copy -> editRequest((HeadEditor) copy, nowNanos))
        : List.of();
  }

  /** Edits the head of the response that is forwarded. */
  public void editResponse(int status, HeaderEditor editor, long nowNanos) {
    if (requestSent && !decision.manager().router().suppressEnvoyHeaders()) {
      editor.setHeader(
          "x-envoy-upstream-service-time",
          Long.toString(Math.max(0, nowNanos - requestSentNanos) / 1_000_000));
    }
    if (decision.mutatesResponse()) {
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
    }
    if (decision.virtualHost().includeAttemptCountInResponse()) {
      editor.setHeader("x-envoy-attempt-count", Integer.toString(attempt));
    }
    if (hashing != null) {
      for (String cookie : hashing.cookies()) {
        editor.addHeader("set-cookie", cookie);
      }
    }
    if (filters != null) {
      filters.editResponse(editor, nowNanos);
    }
    ResponseHead.finish(decision.manager(), editor);
  }

  /** The route timeout, which the driver arms at {@link #onRequestSent}; 0 is none. */
  public long timeoutNanos() {
    return timeouts.globalNanos();
  }

  /** How long nothing may move, from {@link #begin} to the end of the response; 0 is none. */
  public long streamIdleNanos() {
    return timeouts.streamIdleNanos();
  }

  /** How long the stream may live, from {@link #begin}; 0 is over at once, negative is no limit. */
  public long streamNanos() {
    return timeouts.streamNanos();
  }

  /** How many bytes of a body that the app sends once are kept for retries and mirrors. */
  public long bufferLimit() {
    Long own = decision.route().bufferLimit();
    Long limit = own != null ? own : decision.virtualHost().options().bufferLimit();
    return limit == null ? decision.manager().bufferLimit() : limit;
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

  /** How many attempts have neither ended nor lost. */
  public int attemptsUnderWay() {
    return running.size();
  }

  /** Number of the last attempt, 0 before the first. */
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

  private Step filterOrTry(long nowNanos) {
    Step step = filters == null ? null : filters.run(nowNanos);
    if (step == null) {
      return tryNext(nowNanos);
    }
    return step instanceof Step.Reply answer ? answer(answer.reply(), nowNanos) : step;
  }

  private Step tryNext(long nowNanos) {
    attempt++;
    host = decision.cluster().pick(Draws.pick(decision.random(), attempt), picking);
    if (host == null) {
      flags.add(ResponseFlag.UH);
      return reply(
          503,
          "no healthy upstream",
          List.of(),
          "no_healthy_upstream",
          Cause.CONNECT,
          null,
          nowNanos);
    }
    state = State.RUNNING;
    running.add(new Try(attempt, host));
    if (!(host.transportSocket() instanceof TransportSocket.RawBuffer)) {
      return onReset(ResetReason.REMOTE_CONNECTION_FAILURE, NO_TLS, nowNanos);
    }
    return new Step.Attempt(
        host,
        attempt,
        new Step.Timers(
            timeouts.perTryNanos(), timeouts.perTryIdleNanos(), timeouts.upstreamStreamNanos()),
        Timeouts.nanos(decision.cluster().cluster().connectTimeout()));
  }

  private boolean mayRetry(Try broken, ResetReason reason, boolean nothingSent) {
    if (retry == null || broken.hedged) {
      return false;
    }
    RetryState.Verdict verdict = retry.onReset(reason, nothingSent);
    limitReached(verdict);
    timeoutRetry = false;
    return verdict == RetryState.Verdict.RETRY;
  }

  private Step backOff(Try before, boolean keepsAttempt) {
    if (!keepsAttempt) {
      end(before);
    }
    retryPending = true;
    return new Step.Wait(retry == null ? 0 : retry.backOffNanos(), keepsAttempt);
  }

  private boolean limitReached(RetryState.Verdict verdict) {
    if (verdict == RetryState.Verdict.LIMIT) {
      flags.add(ResponseFlag.URX);
    }
    return verdict == RetryState.Verdict.LIMIT;
  }

  private Step timedOut(String detail, long nowNanos) {
    flags.add(ResponseFlag.UT);
    boolean empty = caller.emptyTimeouts();
    return reply(
        empty ? 204 : 504,
        empty ? "" : "upstream request timeout",
        List.of(),
        detail,
        Cause.TIMEOUT,
        null,
        nowNanos);
  }

  private int incompleteOr504() {
    return requestSent || !streams ? 504 : 408;
  }

  private Step cut(String detail) {
    endAll();
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
      @Nullable Integer grpcStatus,
      long nowNanos) {
    LocalReply plain = LocalReply.of(head, status, body, extra, flags, detail, cause, grpcStatus);
    return answer(decision.withResponseMutations(head, plain, attempt), nowNanos);
  }

  private Step answer(LocalReply reply, long nowNanos) {
    endAll();
    state = State.DONE;
    details = reply.details();
    LocalReply out = reply;
    if (attempt > 0 && decision.virtualHost().includeAttemptCountInResponse()) {
      out = out.withHeader("x-envoy-attempt-count", Integer.toString(attempt));
    }
    if (filters != null) {
      out = filters.editReply(out, nowNanos);
    }
    return new Step.Reply(ResponseHead.finish(decision.manager(), out));
  }

  private @Nullable Try find(int number) {
    for (int i = 0; i < running.size(); i++) {
      if (running.get(i).number == number) {
        return running.get(i);
      }
    }
    return null;
  }

  private void end(Try over) {
    over.release();
    running.remove(over);
  }

  private void endAll() {
    for (int i = 0; i < running.size(); i++) {
      running.get(i).release();
    }
    running.clear();
    retryPending = false;
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
      for (int i = 0; i < running.size(); i++) {
        if (running.get(i).host == candidate) {
          return true;
        }
      }
      return false;
    }

    @Override
    public boolean hasHash() {
      return requestHash() != null;
    }

    @Override
    public long hash() {
      Long hash = requestHash();
      return hash == null ? 0 : hash;
    }

    // Once a request: a retry starts from the same place.
    private @Nullable Long requestHash() {
      if (hashing == null) {
        hashing = new RequestHash(head, decision.snapshot().identity().ip());
        hash = hashing.of(decision.action().hashPolicies());
      }
      return hash;
    }

    @Override
    public int hostSelectionAttempts() {
      return retryPolicy == null ? 0 : retryPolicy.hostSelectionAttempts();
    }
  }
}
